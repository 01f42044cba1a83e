"""The programs that send rows, cupibulk and the peers, and the measurement of one run: time, CPU time, rows."""

import contextlib
import json
import os
import re
import select
import shutil
import subprocess
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from course import PASSWORD, USER, end, free_port, wait_until_answers
from ledgers import ask, copied, emptied, remove
from results import HERE, PROGRAM, PYTHON, WORK

OURS, C, AIOHTTP = "cupibulk", "C: libcsv, libcurl, SQLite, no check", "Python aiohttp, same checks and ledger"


@dataclass
class Run:
    wall: float
    cpu: float
    created: int
    peak: float = 0
    """The peak of the resident memory in MiB."""


def environment():
    """The environment, with the peers' login; locks and the temporary ledger of `validate` are in the work folder."""
    return dict(os.environ, PUSH_LOGIN=f"{USER}:{PASSWORD}", XDG_STATE_HOME=str(WORK / "state"), TMPDIR=str(WORK))


def timed(command):
    """Runs a command; returns its wall and CPU time in seconds, its output, and its peak of memory in MiB.

    The command is run by GNU time, because a child of Python starts with the memory of Python.
    """
    with tempfile.NamedTemporaryFile("r", dir=WORK) as usage:
        begin = time.perf_counter()
        done = subprocess.run(
            ["/usr/bin/time", "-o", usage.name, "-f", "%U %S %M", *map(str, command)], capture_output=True, text=True,
            env=environment())
        wall = time.perf_counter() - begin
        if done.returncode != 0:
            raise SystemExit(f"{command[0]} ends with {done.returncode}: {done.stdout}{done.stderr}")
        user, system, peak = usage.read().split()
    return wall, float(user) + float(system), done.stdout, int(peak) / 1024


def password_file():
    path = WORK / "password"
    path.write_text(PASSWORD + "\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def login():
    return ["--username", USER, "--password-file", password_file(), "--progress", "none"]


def send(contender, rows, url, slots, verify, ledger=None):
    """Sends a file with a new ledger; the C program ignores `verify`, because it reads nothing back."""
    ledger = ledger or WORK / "push.sqlite"
    if contender == OURS:
        remove(ledger)
        command = [
            PROGRAM, "import", rows, "--target", url, *login(), "--ledger", ledger, "--slots", slots,
            "--verify", verify]
    elif contender == C:
        remove(ledger)
        command = [WORK / "push", rows, url, slots, ledger]
    else:
        copied(emptied(WORK), ledger.name)
        command = [PYTHON, HERE / "peers" / "push.py", rows, url, slots, ledger, verify]
    wall, cpu, printed, peak = timed(command)
    created = ask(ledger, "SELECT count(*) FROM rows WHERE state = 'created'")[0] if contender == OURS else int(printed)
    return Run(wall, cpu, created, peak)


def is_there(contender):
    if contender == C:
        return (WORK / "push").exists()
    if contender == AIOHTTP:
        test = [PYTHON, "-c", "import aiohttp, lxml"]
        return subprocess.run(test, stderr=subprocess.DEVNULL).returncode == 0
    return True


def has_nginx():
    return shutil.which("nginx") is not None


@contextlib.contextmanager
def sandbox(rows, *options):
    """Runs a sandbox with the groups of a file, without its servers, during the block, and yields its address."""
    port = free_port()
    with open(WORK / "sandbox.log", "w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [PROGRAM, "sandbox", "--port", str(port), "--load", rows, "--groups-only", "--login-limit", "0",
             "--server-slots", "0", "--token-age", "0", *options],
            stdout=log, stderr=log, start_new_session=True)
    try:
        wait_until_answers(f"http://127.0.0.1:{port}/sandbox/log", process)
        urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/sandbox/log", method="DELETE")).close()
        yield f"http://127.0.0.1:{port}"
    finally:
        end(process)


def calls(url):
    """The number of requests to the sandbox, by method and resource."""
    with urllib.request.urlopen(f"{url}/sandbox/log") as answer:
        return json.load(answer)["calls"]


def first_request(command, pattern):
    """The seconds from a command's start to its first request whose path matches; the command is then killed."""
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        trace = Path(folder) / "trace"
        os.mkfifo(trace, 0o600)
        # Opened for reading and writing, so that opening does not block.
        with open(os.open(trace, os.O_RDWR | os.O_NONBLOCK), "rb", buffering=0) as pipe:
            begin, rest = time.time(), b""
            process = subprocess.Popen(
                [*map(str, command), "--trace", str(trace)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                start_new_session=True, env=environment())
            try:
                while process.poll() is None:
                    if not select.select([pipe], [], [], 0.2)[0]:
                        continue
                    *lines, rest = (rest + pipe.read(1 << 20)).split(b"\n")
                    for shown in map(json.loads, lines):
                        if re.fullmatch(pattern, shown["path"].partition("?")[0]):
                            return time.time() - begin - shown["ms"] / 1000
                raise SystemExit(f"{command[0]} ends without the request: {process.stderr.read().decode()}")
            finally:
                process.kill()
                process.wait()
