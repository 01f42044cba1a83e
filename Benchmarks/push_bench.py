#!/usr/bin/env python3
"""Measures sending against peers, and writes RESULTS.md; `make bench-push` builds what it needs.

    push_bench.py all                   every part
    push_bench.py PART...               some of: end-to-end, slots, staging, resume, memory, instructions
    push_bench.py course FOLDER PORT    measures nothing: serves until Ctrl-C, for a profile by hand

Each part replaces its own piece of RESULTS.md and keeps all others. ROUNDS=5 unless given; ROWS, SANDBOX_ROWS,
SLOT_ROWS, SLOT_ROUNDS and STAGED_ROWS change how long the parts take. The million rows of memory and resume need 3 GB
on the disk.

The course writes rows.csv (ROWS=20000 unless given) into FOLDER, and shows the commands that send it to its nginx:
ours, to be put behind `perf record` or `valgrind`, and the C program's. Take a new ledger for each run.
"""

import os
import signal
import sys
import time
from pathlib import Path

import booking
import sending
from course import PASSWORD, ROWS_OF_A_GROUP, USER, course, write_rows
from results import PROGRAM, PYTHON, WORK, machine, output, package, write

PARTS = {
    "end-to-end": sending.end_to_end, "slots": sending.slots, "staging": booking.staging, "resume": booking.resume,
    "memory": booking.memory, "instructions": sending.instructions,
}

ROWS = int(os.environ.get("ROWS", "20000"))


def serve(folder, port):
    """Runs nginx with its lists until the program is interrupted or terminated."""
    folder = Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "rows.csv"
    path.unlink(missing_ok=True)
    write_rows(path, ROWS)
    password = folder / "password"
    password.write_text(PASSWORD + "\n", encoding="utf-8")
    password.chmod(0o600)
    with course(folder, -(-ROWS // ROWS_OF_A_GROUP), int(port)) as url:
        print(
            f"{ROWS:,} rows, {ROWS_OF_A_GROUP} a group, at {url} until Ctrl-C:\n"
            f"  rm -f {folder}/ledger.sqlite*; {PROGRAM} import {path} --target {url} --username {USER} "
            f"--password-file {password} --ledger {folder}/ledger.sqlite --verify none --slots 8\n"
            f"  rm -f {folder}/c.sqlite*; PUSH_LOGIN={USER}:{PASSWORD} {WORK}/push {path} {url} 8 {folder}/c.sqlite",
            flush=True)
        while True:
            time.sleep(60)


def versions():
    python = output(PYTHON, "-c", "import aiohttp, platform; print(platform.python_version(), aiohttp.__version__)")
    return (
        f"- libcsv {package('libcsv3')}, libcurl {package('libcurl4')}, SQLite {package('libsqlite3-0')}, "
        f"nginx {package('nginx-light')}, Python and aiohttp {python}")


def main(arguments):
    # With these handlers, started processes are also terminated after these signals; Ctrl-C raises an exception.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(143))
    if len(arguments) == 3 and arguments[0] == "course":
        serve(*arguments[1:])
    parts = list(PARTS) if arguments == ["all"] else arguments
    if not parts or not set(parts) <= set(PARTS):
        sys.exit(__doc__)
    WORK.mkdir(parents=True, exist_ok=True)
    for part in parts:
        lines = PARTS[part]()
        write(f"push: {part}", [*lines[:2], machine(), versions(), "", *lines[2:]])


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
