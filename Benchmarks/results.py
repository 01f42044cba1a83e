"""The paths that measurements use, and the writing of RESULTS.md."""

import os
import platform
import re
import statistics
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
WORK = ROOT / ".build" / "bench"
PROGRAM = ROOT / ".build" / "release" / "cupibulk"
PYTHON = WORK / "venv" / "bin" / "python"
RESULTS = HERE / "RESULTS.md"


def output(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "not there"


def machine():
    """A line about the machine and its load."""
    processor = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return (
        f"- {os.cpu_count()} cores ({processor[1] if processor else platform.machine()}), "
        f"load average {os.getloadavg()[0]:.1f} while measuring")


def package(name):
    return output("dpkg-query", "-W", "-f", "${Version}", name)


def spread(values, digits=3):
    """The median, and in parentheses the minimum and the maximum."""
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def verdict(is_kept, promise):
    return f"{'kept' if is_kept else 'MISSED'}: {promise}"


def write(part, lines):
    """Replaces the part between its marks, keeps all other parts, and prints the new part."""
    made = "\n".join(lines) + "\n"
    marks = f"<!-- {part} -->\n", f"<!-- end of {part} -->\n"
    text = RESULTS.read_text(encoding="utf-8")
    begin, end = text.index(marks[0]) + len(marks[0]), text.index(marks[1])
    RESULTS.write_text(text[:begin] + made + text[end:], encoding="utf-8")
    print(made)
