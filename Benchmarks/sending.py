"""The parts of the results about sending: end to end, use of the slots, instructions per row."""

import os
import re
import statistics
import subprocess

from course import ROWS_OF_A_GROUP, course, write_rows
from ledgers import remove
from results import PROGRAM, WORK, spread, verdict
from senders import AIOHTTP, C, OURS, calls, environment, has_nginx, is_there, login, sandbox, send

ROUNDS = int(os.environ.get("ROUNDS", "5"))
ROWS = int(os.environ.get("ROWS", "50000"))
SANDBOX_ROWS = int(os.environ.get("SANDBOX_ROWS", "20000"))
SLOT_ROWS = int(os.environ.get("SLOT_ROWS", "2000"))
SLOT_ROUNDS = int(os.environ.get("SLOT_ROUNDS", "3"))
LATENCY = 0.05
# The promises: for each contender, the minimum ratio of our rate to its rate.
PROMISES = {C: 0.6, AIOHTTP: 3}
FIXED_CALLS = ("/vmrest/version", "/vmrest/vmsservers", "/vmrest/portgroups")


def rows_file(count):
    return write_rows(WORK / f"push-{count}.csv", count)


def groups_of(count):
    return -(-count // ROWS_OF_A_GROUP)


def rounds(contenders, count, run):
    """Runs the contenders in turn, and returns the runs of each."""
    runs = {name: [] for name in contenders}
    for _ in range(ROUNDS):
        for name in contenders:
            done = run(name)
            if done.created != count:
                raise SystemExit(f"{name} creates {done.created} of {count} rows")
            runs[name].append(done)
    return runs


def table_of(server, slots, count, runs, promises):
    lines = []
    for name in (OURS, C, AIOHTTP):
        begin = f"| {server} | {slots} | {name} |"
        if name not in runs:
            lines.append(f"{begin} not measured: it is not installed | | | | |")
            continue
        ratios = [its.wall / ours.wall for ours, its in zip(runs[OURS], runs[name])]
        wall = statistics.median(run.wall for run in runs[name])
        cpu = statistics.median(run.cpu for run in runs[name])
        promised = promises.get(name)
        kept = verdict(statistics.median(ratios) >= promised, f"at least {promised:.3g}") if promised else ""
        lines.append(
            f"{begin} {wall:.2f} s | {count / wall:,.0f} | {'1' if name == OURS else spread(ratios)} | "
            f"{cpu / count * 1e6:.1f} | {kept} |")
    return lines


def end_to_end():
    contenders = [name for name in (OURS, C, AIOHTTP) if is_there(name)]
    lines = [
        "### End to end", "",
        f"From the start of each program to its end: {ROWS:,} rows, {ROWS_OF_A_GROUP} a group, all of them creations. "
        "nginx answers 201 to every POST and files to what is asked before; nothing is read back there. The sandbox "
        f"stores what it receives ({SANDBOX_ROWS:,} rows, a new one for each run); there we and Python read every group "
        "back, and the C program reads nothing back.",
        f"{ROUNDS} rounds, contenders in turn; each must create all rows. The ratio is our rate by the contender's, "
        "round by round: median (least to most). Above 1 we are faster.", "",
        "| server | slots | contender | median | rows a second | our rate by its | CPU µs a row | promise |",
        "|---|---|---|---|---|---|---|---|"]
    if has_nginx():
        rows = rows_file(ROWS)
        with course(WORK / "course", groups_of(ROWS)) as url:
            for slots in (8, 16):
                runs = rounds(contenders, ROWS, lambda name: send(name, rows, url, slots, "none"))
                lines += table_of("nginx", slots, ROWS, runs, PROMISES)
    else:
        lines.append("| nginx | 8, 16 | all | not measured: it is not installed | | | | |")
    rows = rows_file(SANDBOX_ROWS)

    def in_sandbox(name):
        with sandbox(rows) as url:
            return send(name, rows, url, 8, "all")

    runs = rounds(contenders, SANDBOX_ROWS, in_sandbox)
    return lines + table_of("sandbox", 8, SANDBOX_ROWS, runs, PROMISES) + [
        "", "Against the sandbox its own work decides: no contender can be three times as fast as another there."]


def counted(found, fixed):
    """The number of calls: those that each run makes once if `fixed`, or else all others."""
    return sum(number for call, number in found.items() if (call.split(" ", 1)[1] in FIXED_CALLS) == fixed)


def slots():
    rows, groups = rows_file(SLOT_ROWS), groups_of(SLOT_ROWS)
    contenders = [name for name in (OURS, C) if is_there(name)]
    shares = {name: [] for name in contenders}
    for _ in range(SLOT_ROUNDS):
        for name in contenders:
            with sandbox(rows, "--fault", f"slow={round(LATENCY * 1000)}ms") as url:
                done = send(name, rows, url, 2, "all")
                found = calls(url)
            if done.created != SLOT_ROWS:
                raise SystemExit(f"{name} creates {done.created} of {SLOT_ROWS} rows")
            requests = counted(found, True) + counted(found, False)
            shares[name].append(100 * requests * LATENCY / 2 / done.wall)
    moved = write_rows(WORK / f"push-{SLOT_ROWS}-changed.csv", SLOT_ROWS, first=1_000)
    with sandbox(rows) as url:
        send(OURS, rows, url, 2, "all")
        counts = [counted(calls(url), False)]
        for path in (rows, moved):
            if send(OURS, path, url, 2, "all").created != 0:
                raise SystemExit("rows that are there already are created again")
            counts.append(counted(calls(url), False))
        unchanged = (counts[1] - counts[0]) / groups
        changed = (counts[2] - counts[1]) / SLOT_ROWS
    promised = 1 + 2 / ROWS_OF_A_GROUP
    kept = verdict(statistics.median(shares[OURS]) >= 97, "at least 97 %")
    lines = [
        "### Slots kept busy", "",
        f"{SLOT_ROWS:,} rows, {ROWS_OF_A_GROUP} a group, with read-back, 2 slots, against a sandbox that answers "
        f"{LATENCY * 1000:.0f} ms late. The ideal is all its requests, {LATENCY * 1000:.0f} ms each, two at a time; "
        f"the time is the whole program's, start and end too. {SLOT_ROUNDS} rounds, contenders in turn. What the C "
        "program reaches is the most that this sandbox allows.", "",
        "| what | figure | promise |", "|---|---|---|",
        f"| share of the ideal | {spread(shares[OURS], 1)} % | {kept} |"]
    if C in shares:
        lines.append(f"| share of the ideal, C program | {spread(shares[C], 1)} % | |")
    return lines + [
        f"| requests a changed row | {changed:.3f} | "
        f"{verdict(changed <= promised + 1e-9, f'at most {promised:.3g}')} |",
        f"| requests an unchanged group | {unchanged:.3f} | {verdict(unchanged <= 1 + 1e-9, 'one')} |", "",
        "Requests are counted by the sandbox, without those that a run makes once: login, version, servers of the "
        "cluster, list of all groups. A row is changed where its server gets another precedence. A group without servers costs "
        "one request more, in which the server is asked whether it has the group at all: its list would be empty, too."]


def instructions_of(command):
    result = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *map(str, command)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True,
        env=environment())
    return int(re.search(r"Collected : (\d+)", result.stderr)[1])


def instructions():
    few, many = 5_000, 10_000
    lines = [
        "### Instructions of sending", "",
        f"Counted by callgrind while rows go to a sandbox through 8 slots, {ROWS_OF_A_GROUP} a group: those of a run "
        f"of {few:,} rows, by its rows; and what {many:,} rows take more, by {many - few:,}, so that start and end do "
        "not count.", "", "| program | instructions a row | without start and end |", "|---|---|---|"]
    for name, verify in ((OURS, "none"), (OURS, "all"), (C, "none")):
        if not is_there(name):
            continue
        counts = []
        for count in (few, many):
            rows, ledger = rows_file(count), WORK / "push.sqlite"
            remove(ledger)
            with sandbox(rows) as url:
                counts.append(instructions_of(
                    [WORK / "push", rows, url, 8, ledger] if name == C else
                    [PROGRAM, "import", rows, "--target", url, *login(), "--ledger", ledger, "--slots", "8",
                     "--verify", verify]))
        shown = f"{name}, --verify {verify}" if name == OURS else name
        lines.append(f"| {shown} | {counts[0] // few:,} | {(counts[1] - counts[0]) // (many - few):,} |")
    return lines
