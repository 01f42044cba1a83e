"""The parts of the results about the ledger: staging, the first request of a resumed run, memory."""

import contextlib
import os
import sqlite3
import statistics

from course import ROWS_OF_A_GROUP, course
from ledgers import ask, copied, emptied, remove
from results import PROGRAM, WORK, spread, verdict
from senders import OURS, first_request, has_nginx, login, send, timed
from sending import ROUNDS, groups_of, rows_file

STAGED_ROWS = int(os.environ.get("STAGED_ROWS", "300000"))
FEW, MANY = 10_000, 1_000_000
OPEN_ROWS = 1_000
SHARE = 0.6


def staging():
    """Measures each contender in both durability settings that our staging uses."""
    if not (WORK / "stage").exists():
        return ["### Staging against C", "", "Not measured: libcsv is not installed."]
    rows = rows_file(STAGED_ROWS)
    empty = emptied(WORK)
    ours, its = {"OFF": [], "FULL": []}, {"OFF": [], "FULL": []}
    groups = groups_of(STAGED_ROWS)
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(course(WORK / "course", groups)) if has_nginx() else None
        for _ in range(ROUNDS):
            for setting in ours if url else ("OFF",):
                if setting == "OFF":
                    ours[setting].append(timed([PROGRAM, "validate", rows])[0])
                else:
                    ledger = WORK / "push.sqlite"
                    remove(ledger)
                    ours[setting].append(first_request(
                        [PROGRAM, "import", rows, "--target", url, *login(), "--ledger", ledger, "--verify", "none"],
                        "/vmrest/portgroups/[^/]+/portgroupservers"))
                ledger = copied(empty, "stage.sqlite")
                wall, _, printed, _ = timed([WORK / "stage", rows, ledger, setting])
                if int(printed) != STAGED_ROWS:
                    raise SystemExit(f"stage books {printed} of {STAGED_ROWS} rows")
                its[setting].append(wall)
    lines = [
        "### Staging against C", "",
        f"{STAGED_ROWS:,} rows, {ROWS_OF_A_GROUP} a group, into the same tables with the same indexes, 1,000 rows a "
        f"transaction; {ROUNDS} rounds, in turn. The C program only inserts; we also check every row, find duplicates "
        "across rows, and resolve groups. `validate` stages into a throw-away ledger with synchronous=OFF. An import "
        "stages with synchronous=FULL; its time is from its start to its first request for a group's servers, with the "
        "lists of all groups that it asks for in between.", "",
        "| staging | rows a second | C, rows a second | our rate by its | promise |", "|---|---|---|---|---|"]
    for setting, what in (("OFF", "validate, synchronous=OFF"), ("FULL", "import, synchronous=FULL")):
        if not ours[setting]:
            lines.append(f"| {what} | not measured: nginx is not installed | | | |")
            continue
        ratios = [theirs / mine for mine, theirs in zip(ours[setting], its[setting])]
        rates = [STAGED_ROWS / statistics.median(times[setting]) for times in (ours, its)]
        lines.append(
            f"| {what} | {rates[0]:,.0f} | {rates[1]:,.0f} | {spread(ratios)} | "
            f"{verdict(statistics.median(ratios) >= SHARE, f'at least {SHARE}')} |")
    remove(WORK / "push.sqlite")
    remove(WORK / "stage.sqlite")
    return lines


def reopened(path, url):
    """Reopens the last groups of a ledger, as if the run had been interrupted before them, with another address."""
    groups = OPEN_ROWS // ROWS_OF_A_GROUP
    last = f"SELECT group_id FROM groups ORDER BY group_id DESC LIMIT {groups}"
    rows = f"SELECT row FROM rows JOIN group_references USING (reference) WHERE group_id IN ({last})"
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute(f"DELETE FROM journal WHERE row IN ({rows})")
        database.execute(f"UPDATE rows SET state = 'pending', reason = 'staged', detail = NULL WHERE row IN ({rows})")
        database.execute(
            f"UPDATE groups SET is_open = 1, before_image = NULL, journaled = NULL WHERE group_id IN ({last})")
        database.execute(
            "UPDATE runs SET target = ?, ended = NULL, ending = NULL, ending_reason = NULL, exit_code = NULL", (url,))
    return path


def import_many(url):
    """Imports slightly more than a million rows; returns the ledger of the run, and its measurements."""
    ledger = WORK / "million.sqlite"
    done = send(OURS, rows_file(MANY + OPEN_ROWS), url, 8, "none", ledger)
    if done.created != MANY + OPEN_ROWS:
        raise SystemExit(f"{done.created} rows of {MANY + OPEN_ROWS} are created")
    with contextlib.closing(sqlite3.connect(ledger)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return ledger, done


def resume():
    head = ["### First request of a resumed run", ""]
    if not has_nginx():
        return head + ["Not measured: nginx is not installed."]
    rest = [*login(), "--slots", "8"]
    found = {f"run of {OPEN_ROWS:,} rows, none done": [], f"run of {MANY + OPEN_ROWS:,} rows, {MANY:,} done": []}
    lists = {what: [] for what in found}
    with course(WORK / "course", groups_of(MANY + OPEN_ROWS)) as url:
        many = WORK / "million.sqlite"
        if not many.exists() or many.stat().st_mtime < PROGRAM.stat().st_mtime:
            import_many(url)
        few = WORK / "few.sqlite"
        send(OURS, rows_file(OPEN_ROWS), url, 8, "none", few)
        for _ in range(ROUNDS):
            for what, path in zip(found, (few, many)):
                for times, pattern in (
                    (lists, "/vmrest/portgroups"), (found, "/vmrest/portgroups/[^/]+/portgroupservers")
                ):
                    ledger = reopened(copied(path, "resume.sqlite"), url)
                    run = ask(ledger, "SELECT name FROM runs")[0]
                    times[what].append(
                        first_request([PROGRAM, "resume", run, "--ledger", ledger, *rest], pattern))
    remove(WORK / "resume.sqlite")
    return head + [
        f"Seconds from the start of `cupibulk resume` to its first request after the login, and to the first for an "
        f"open group's servers; {OPEN_ROWS:,} rows are left to do. The server lists {groups_of(MANY + OPEN_ROWS):,} "
        f"groups on {groups_of(MANY + OPEN_ROWS) // 100 + 1} pages, which are read in between. {ROUNDS} rounds, in "
        "turn: median (least to most).", "", "| run | first request | first of an open group |", "|---|---|---|",
        *(f"| {what} | {spread(lists[what])} s | {spread(found[what])} s |" for what in found)]


def memory():
    head = ["### Memory of sending", ""]
    if not has_nginx():
        return head + ["Not measured: nginx is not installed."]
    with course(WORK / "course", groups_of(MANY + OPEN_ROWS)) as url:
        few = send(OURS, rows_file(FEW), url, 8, "none")
        many = import_many(url)[1]
    return head + [
        f"The peak of the resident memory of an import through 8 slots to nginx, {ROWS_OF_A_GROUP} rows a group, which "
        f"lists {groups_of(MANY + OPEN_ROWS):,} groups in both cases.", "",
        "| rows | peak | rows a second |", "|---|---|---|",
        f"| {FEW:,} | {few.peak:.1f} MiB | {FEW / few.wall:,.0f} |",
        f"| {MANY + OPEN_ROWS:,} | {many.peak:.1f} MiB | {many.created / many.wall:,.0f} |"]
