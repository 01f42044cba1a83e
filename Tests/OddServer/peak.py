#!/usr/bin/env python3
"""Runs a program and adds a last line to its messages: `peak N KiB`, the most memory that it held at one time."""

import resource
import subprocess
import sys

status = subprocess.run(sys.argv[1:]).returncode
print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, "KiB", file=sys.stderr)
sys.exit(status)
