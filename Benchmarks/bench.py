#!/usr/bin/env python3
"""Measures reading and checking against peers, and writes RESULTS.md; `make bench` builds what it needs.

    bench.py speed             time, memory and staging
    bench.py instructions      instructions a row, under callgrind

Each replaces its own part of RESULTS.md and keeps the other.
"""

import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

from inputs import make
from results import HERE, PROGRAM, PYTHON, ROOT, WORK, machine, output, package, write

OURS = ROOT / ".build" / "release" / "FileBenchmark"
ROUNDS = int(os.environ.get("ROUNDS", "7"))
ROWS = int(os.environ.get("ROWS", "1000000"))
FEW, MANY = 50_000, int(os.environ.get("MANY", "5000000"))

# For each format the contenders, cupibulk first: name and command; the file is added as the last argument.
CONTENDERS = {
    "csv": [
        ("cupibulk: read and check", [OURS, "rows"]),
        ("rust-csv: one String a field, no check", [WORK / "rust" / "release" / "rust-csv-peer"]),
        ("Python csv.DictReader, same checks", [PYTHON, HERE / "peers" / "dictreader.py"]),
    ],
    "xml": [
        ("cupibulk: read and check", [OURS, "rows"]),
        ("libxml2 SAX2 from C, empty handlers", [WORK / "sax"]),
        ("Python lxml iterparse, no check", [PYTHON, HERE / "peers" / "iterparse.py"]),
    ],
    "json": [
        ("cupibulk: read and check", [OURS, "rows"]),
        ("YAJL from C, empty callbacks", [WORK / "yajl"]),
        ("Python json.load, no check", [PYTHON, HERE / "peers" / "jsonload.py"]),
    ],
}
# The promises: for each contender, the maximum ratio of our time to its time.
PROMISES = {
    "rust-csv": 1.2, "Python csv": 1 / 8, "libxml2": 1.6, "Python lxml": 1 / 3, "Python json": 1 / 2,
}


def run(command, path):
    """Runs a reader; returns its wall time and CPU time in seconds, and its output."""
    begin = time.perf_counter()
    process = subprocess.Popen([*map(str, command), str(path)], stdout=subprocess.PIPE, text=True)
    printed = process.stdout.read().strip()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begin
    if process.returncode != 0:
        sys.exit(f"{command[0]} failed on {path.name}")
    return seconds, usage.ru_utime + usage.ru_stime, printed


def speed_of(format):
    """Runs interleaved rounds of all contenders of a format, and returns the lines of a table."""
    path = make(WORK, format, ROWS)
    contenders = [entry for entry in CONTENDERS[format] if is_there(entry)]
    for name, command in contenders:
        count = run(command, path)[2]
        if count != str(ROWS):
            sys.exit(f"{name} counts {count} of {ROWS} records")
    walls = {name: [] for name, _ in contenders}
    cpus = {name: [] for name, _ in contenders}
    for _ in range(ROUNDS):
        for name, command in contenders:
            wall, cpu, _ = run(command, path)
            walls[name].append(wall)
            cpus[name].append(cpu)
    ours = contenders[0][0]
    lines = []
    for name, _ in CONTENDERS[format]:
        if name not in walls:
            lines.append(f"| {format.upper()} | {name} | not measured: it is not installed | | | |")
            continue
        ratios = sorted(mine / its for mine, its in zip(walls[ours], walls[name]))
        cpu = statistics.median(mine / its for mine, its in zip(cpus[ours], cpus[name]))
        middle = statistics.median(ratios)
        promised = next((limit for begin, limit in PROMISES.items() if name.startswith(begin)), None)
        verdict = ""
        if promised is not None:
            verdict = f"{'kept' if middle <= promised else 'MISSED'}: at most {promised:.3g}"
        shown = "1" if name == ours else f"{middle:.3f} ({ratios[0]:.3f} to {ratios[-1]:.3f})"
        lines.append(
            f"| {format.upper()} | {name} | {statistics.median(walls[name]):.2f} s | {shown} | "
            f"{'1' if name == ours else f'{cpu:.3f}'} | {verdict} |")
    return lines


def is_there(contender):
    name, command = contender
    if "lxml" in name:
        return subprocess.run([PYTHON, "-c", "import lxml"], stderr=subprocess.DEVNULL).returncode == 0
    return Path(command[0]).exists()


def peak(command, path):
    """The peak of the resident memory in MiB, by GNU time; for a direct child, it would be that of Python."""
    result = subprocess.run(
        ["/usr/bin/time", "-f", "%M", *command, path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        text=True, check=True)
    return int(result.stderr.split()[-1]) / 1024


def memory_of(format):
    few, many = (peak([OURS, "rows"], make(WORK, format, count)) for count in (FEW, MANY))
    kept = many - few <= 4 and many < 40
    return (
        f"| {format.upper()} | {few:.1f} MiB | {many:.1f} MiB | "
        f"{'kept' if kept else 'MISSED'}: within 4 MiB of each other, under 40 MiB |")


def staging():
    """Measures how fast `validate` records rows and finds duplicates across them."""
    lines = []
    for format in CONTENDERS:
        path = make(WORK, format, ROWS)
        times = []
        for _ in range(3):
            begin = time.perf_counter()
            subprocess.run(
                [PROGRAM, "validate", path], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            times.append(time.perf_counter() - begin)
        middle = statistics.median(times)
        lines.append(f"| {format.upper()} | {middle:.1f} s | {ROWS / middle:,.0f} |")
    return lines


def versions():
    return [
        machine(),
        f"- {output('swift', '--version').splitlines()[0]}, libxml2 {output('xml2-config', '--version')}",
        f"- {output('cargo', '--version')}, rust-csv {package('librust-csv-dev')}",
        f"- Python {output(PYTHON, '-c', 'import platform; print(platform.python_version())')}, lxml "
        f"{output(PYTHON, '-c', 'from lxml import etree; print(etree.__version__)')}",
    ]


def speed():
    lines = ["## Speed", "", f"Files of {ROWS:,} rows; {ROUNDS} rounds, contenders in turn (A B C A B C …), record "
             "counts checked to be equal first.", "The ratio is our time by the contender's, round by round: median "
             "(least to most). Below 1 we are faster.", "", *versions(), "",
             "| format | contender | median | our time by its | our CPU by its | promise |",
             "|---|---|---|---|---|---|"]
    for format in CONTENDERS:
        lines += speed_of(format)
    lines += ["", "## Memory", "", "The peak of the resident memory while reading and checking.", "",
              f"| format | {FEW:,} rows | {MANY:,} rows | promise |", "|---|---|---|---|"]
    lines += [memory_of(format) for format in CONTENDERS]
    lines += ["", "## Staging", "", f"`cupibulk validate` of {ROWS:,} rows: every row into a throw-away ledger, and "
              "the search for duplicates across rows.", "", "| format | median of 3 | rows a second |", "|---|---|---|"]
    lines += staging()
    return lines


def instructions():
    lines = ["## Instructions", "", "Counted by callgrind, which repeats to a few in a million: what 10,000 rows take "
             "more than 5,000, by 5,000.", "A later change can be held against these: `make bench-instructions`.", "",
             "| format | instructions a row, read and check | read alone |", "|---|---|---|"]
    for format in CONTENDERS:
        counts = []
        for mode in ("rows", "records"):
            few, many = (counted([OURS, mode], make(WORK, format, count)) for count in (5_000, 10_000))
            counts.append((many - few) // 5_000)
        lines.append(f"| {format.upper()} | {counts[0]:,} | {counts[1]:,} |")
    return lines


def counted(command, path):
    result = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command, path],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", result.stderr)[1])


PARTS = {"speed": speed, "instructions": instructions}


def main(part):
    WORK.mkdir(parents=True, exist_ok=True)
    write(part, PARTS[part]())


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in PARTS:
        sys.exit(__doc__)
    main(sys.argv[1])
