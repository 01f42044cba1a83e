#!/usr/bin/env python3
"""Measures sending against peers, and writes RESULTS.md; `make bench-push` builds what it needs.

    push_bench.py course FOLDER PORT    measures nothing: serves until Ctrl-C, for a profile by hand

The course writes rows.csv (ROWS=20000 unless given) into FOLDER, and shows the commands that send it to its nginx: ours,
to be put behind `perf record` or `valgrind`, and the C program's. Take a new ledger for each run.
"""

import os
import signal
import sys
import time
from pathlib import Path

from course import PASSWORD, ROWS_OF_A_GROUP, USER, course, write_rows
from results import PROGRAM, WORK

ROWS = int(os.environ.get("ROWS", "20000"))


def serve(folder, port):
    """Runs nginx with its lists until it is told to end."""
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


def main(arguments):
    # What was started is ended also where we are told to end; Ctrl-C is an exception already.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(143))
    if len(arguments) == 3 and arguments[0] == "course":
        serve(*arguments[1:])
    sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
