"""Reads a JSON file with json.load, without checks, and prints the number of records."""

import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    print(len(json.load(file)["PortGroupServer"]))
