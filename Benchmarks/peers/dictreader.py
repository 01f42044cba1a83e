"""Reads a CSV file with csv.DictReader, checks every row, and prints the number of rows."""

import csv
import sys

from checks import is_sound

count = 0
with open(sys.argv[1], encoding="utf-8", newline="") as file:
    for row in csv.DictReader(file):
        if not is_sound(row):
            sys.exit(f"row {count + 1} is not sound: {row}")
        count += 1
print(count)
