#!/usr/bin/env python3
"""Compares what each module imports with what Package.swift lets it import, neither more nor less.

The build refuses an import of a module that is no dependency at all, but accepts one of a dependency's dependency.
"""
import json
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
package = json.loads(
    subprocess.run(["swift", "package", "dump-package"], cwd=root, capture_output=True, check=True).stdout)
names = {target["name"] for target in package["targets"]}
wrong = []
for target in package["targets"]:
    if target["type"] == "system":
        continue
    folder = target.get("path") or ("Tests/" if target["type"] == "test" else "Sources/") + target["name"]
    allowed = {dependency["byName"][0] for dependency in target["dependencies"]}
    used = {}
    for source in sorted((root / folder).rglob("*.swift")):
        for match in re.finditer(r"^(?:@\w+ )?(?:\w+ )?import (\w+)", source.read_text(), re.M):
            if match[1] in names:
                used.setdefault(match[1], source.relative_to(root))
    wrong += [f"{source}: {target['name']} may not import {name}" for name, source in used.items() if name not in allowed]
    # The end-to-end tests need the program, and import nothing of it.
    unused = allowed - used.keys() - {"cupibulk"}
    wrong += [f"Package.swift: {target['name']} does not use {name}" for name in sorted(unused)]
for line in wrong:
    print("imports:", line)
sys.exit(bool(wrong))
