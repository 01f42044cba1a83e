#!/usr/bin/env python3
"""Measures the commands that read a repository of many nightly snapshots: Benchmarks/backup_bench.py [NIGHTS]

The repository is made here, in the form that cupibulk writes: 500 port groups, a change every 20 nights. Each command is
timed five times beside a reader that only parses the lines of the chain (Python's json), so that the ratio says how far it
is from reading alone; the medians are printed.
"""
import datetime
import gzip
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

NIGHTS = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
PROGRAM = os.path.join(os.path.dirname(__file__), "../.build/release/cupibulk")
TARGET = {
    "id": "91f2c0de-0000-4000-8000-000000000001",
    "name": "prod",
    "url": "https://cuc.example.com",
    "version": "14.0.1",
}


def digest(data):
    return hashlib.sha256(data).hexdigest()


def line(value):
    body = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()[:-1]
    return body + b',"sum":"' + digest(body).encode() + b'"}'


def make(repository):
    for folder in ["objects", "targets", "tmp", "trash"]:
        os.makedirs(os.path.join(repository, folder))
    settings = {
        "created": "2018-01-01T00:00:00Z",
        "drillAge": 0,
        "format": 1,
        "id": "0" * 32,
        "isCopy": False,
        "policy": {"keepDaily": 30, "keepMonthly": 24, "keepWeekly": 13, "minGood": 3},
        "targets": [],
    }
    body = json.dumps(settings, indent=2, sort_keys=True)[:-2].encode()
    with open(os.path.join(repository, "repository.json"), "wb") as file:
        file.write(body + b',\n  "sum" : "' + digest(body).encode() + b'"\n}\n')
    folder = os.path.join(repository, "targets/prod-91f2c0de")
    os.makedirs(os.path.join(folder, "snapshots"))
    groups = [
        {
            "id": f"00000000-0000-4000-8000-{number:012d}",
            "kind": 2,
            "name": f"PG {number}",
            "readToEnd": True,
            "servers": {"102": 2},
        }
        for number in range(500)
    ]
    start = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=NIGHTS)
    previous = "0" * 64
    with open(os.path.join(folder, "chain.jsonl"), "wb") as chain:
        for night in range(NIGHTS):
            if night % 20 == 0:
                text = f"<night>{night}</night>".encode()
                content, packed = digest(text), gzip.compress(text, mtime=0)
                place = os.path.join(repository, "objects", content[:2])
                os.makedirs(place, exist_ok=True)
                with open(os.path.join(place, content + ".xml.gz"), "wb") as file:
                    file.write(packed)
            moment = start + datetime.timedelta(days=night)
            ended = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
            name = moment.strftime("%Y%m%dT%H%M%SZ-aaaa")
            manifest = {
                "began": ended,
                "chain": {"previous": previous, "seq": night + 1},
                "ended": ended,
                "format": 1,
                "groups": groups,
                "moving": False,
                "object": {
                    "packedSHA256": digest(packed),
                    "packedSize": len(packed),
                    "sha256": content,
                    "size": len(text),
                },
                "passes": 2,
                "scope": [],
                "snapshot": name,
                "suspicions": [],
                "target": TARGET,
                "tool": "benchmark",
                "who": "bench@localhost",
            }
            data = json.dumps(manifest, sort_keys=True, indent=2).encode()
            with open(os.path.join(folder, "snapshots", name + ".json"), "wb") as file:
                file.write(data)
            text_line = line(
                {
                    "backup": {
                        "content": content,
                        "ended": ended,
                        "groups": 500,
                        "object": content,
                        "servers": 1000,
                        "suspicions": [],
                        "target": TARGET,
                    },
                    "event": "backup",
                    "previous": previous,
                    "seq": night + 1,
                    "sha256": digest(data),
                    "snapshot": name,
                    "time": ended,
                    "who": "bench@localhost",
                }
            )
            chain.write(text_line + b"\n")
            previous = digest(text_line)
    return os.path.join(folder, "chain.jsonl")


def seconds(command):
    start = time.monotonic()
    # status exits with 9 where a target is not as it should be.
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.monotonic() - start


def main():
    if not os.access(PROGRAM, os.X_OK):
        sys.exit("build the program first: make build")
    work = tempfile.mkdtemp(prefix="cupibulk-bench-")
    try:
        repository = os.path.join(work, "repository")
        chain = make(repository)
        os.environ.update(HOME=work, XDG_STATE_HOME=work)
        reader = ["python3", "-c", f"import json\nfor line in open({chain!r}): json.loads(line)"]
        commands = {
            "list": ["list"],
            "list --all": ["list", "--all"],
            "status": ["status"],
            "forget --dry-run": ["forget", "--dry-run"],
            "show latest": ["show", "latest"],
        }
        print(f"{NIGHTS} nightly snapshots of 500 port groups; medians of 5")
        print("| command | seconds | against parsing the chain alone |")
        print("|---|---|---|")
        for name, words in commands.items():
            pairs = []
            for _ in range(5):
                base = seconds(reader)
                pairs.append((seconds([PROGRAM, "backup", *words, "--repo", repository]), base))
            own = statistics.median(own for own, _ in pairs)
            ratio = statistics.median(own / base for own, base in pairs)
            print(f"| {name} | {own:.2f} | {ratio:.1f} |")
        other = os.path.join(work, "other")
        shutil.copytree(repository, other)
        print(f"| forget | {seconds([PROGRAM, 'backup', 'forget', '--repo', other]):.2f} | |")
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
