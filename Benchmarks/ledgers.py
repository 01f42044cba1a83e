"""Ledgers for the peers, and queries of ledgers for measurements."""

import contextlib
import shutil
import sqlite3
import subprocess

from results import PROGRAM, WORK

TABLES = ["journal", "diagnostics", "rows", "group_references", "groups", "waits"]


def remove(path):
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def emptied(folder):
    """Creates a ledger with cupibulk, and deletes everything except run 1 with file 0; returns its path."""
    path, rows = folder / "emptied.sqlite", folder / "one.csv"
    remove(path)
    rows.write_text("PortGroup,MediaRemoteServiceEnum,HostOrIPAddress\nPhoneSystem-1 SIP,102,a.lab.example\n")
    subprocess.run(
        [PROGRAM, "import", rows, "--target", "sandbox:", "--ledger", path, "--progress", "none"], check=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
        for table in TABLES:
            database.execute(f"DELETE FROM {table}")
        database.execute("VACUUM")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def copied(path, name):
    """Copies a ledger to the work folder, and replaces an earlier copy."""
    copy = WORK / name
    remove(copy)
    shutil.copyfile(path, copy)
    return copy


def ask(path, sql):
    """The first row of a query's result."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        return database.execute(sql).fetchone()
