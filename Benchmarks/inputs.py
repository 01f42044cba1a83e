"""Writes the input files of the measurements: the same rows as CSV, XML and JSON, identical on every machine."""

import sys
from pathlib import Path

COLUMNS = [
    "PortGroup", "Operation", "MediaRemoteServiceEnum", "HostOrIPAddress", "HostOrIPAddressV6",
    "Port", "TlsPort", "Precedence", "MatchHostOrIPAddress",
]
FORMATS = ["csv", "xml", "json"]
ROWS_OF_A_GROUP = 10


def rows(count):
    """Valid rows with varying values, in groups of ten; no two rows of a group are equal."""
    state = 42
    for number in range(count):
        # Knuth's constants for MMIX; the high bits are sufficiently random.
        state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        random = state >> 33
        group, place = divmod(number, ROWS_OF_A_GROUP)
        service = ("102", "102", "102", "101")[random & 3]
        if random & 4:
            host = f"10.{group >> 16 & 255}.{group >> 8 & 255}.{group & 255 ^ place << 4}"
        else:
            host = f"sip-{place}.site-{group}.lab.example"
        host_v6 = f"2001:db8:{group >> 16:x}:{group & 0xFFFF:x}::{place + 1:x}" if random % 8 == 0 else ""
        port, tls_port = (("5060", "5061"), (str(5000 + random % 900), str(6000 + random % 700)))[random >> 4 & 1]
        # One row in four moves a server to another address.
        operation, match = ("update", f"192.168.{group & 255}.{place}") if random >> 5 & 3 == 0 else ("upsert", "")
        yield (
            f"PhoneSystem-{group:06d} SIP", operation, service, host, host_v6, port, tls_port, str(place), match)


def csv_lines(count):
    yield ",".join(COLUMNS) + "\n"
    for row in rows(count):
        yield ",".join(row) + "\n"


def xml_lines(count):
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<PortGroupServers total="{count}">\n'
    for row in rows(count):
        fields = "".join(f"    <{name}>{text}</{name}>\n" for name, text in zip(COLUMNS, row) if text)
        yield f"  <PortGroupServer>\n{fields}  </PortGroupServer>\n"
    yield "</PortGroupServers>\n"


def json_lines(count):
    yield f'{{"@total": "{count}", "PortGroupServer": [\n'
    for number, row in enumerate(rows(count)):
        fields = ", ".join(f'"{name}": "{text}"' for name, text in zip(COLUMNS, row) if text)
        yield f"{',' if number else ''}{{{fields}}}\n"
    yield "]}\n"


def make(folder, format, count):
    """Writes a file unless it exists, and returns its path."""
    path = Path(folder) / f"{count}.{format}"
    if not path.exists():
        unfinished = path.with_suffix(".unfinished")
        with open(unfinished, "w", encoding="utf-8", newline="\n", buffering=1 << 20) as file:
            file.writelines({"csv": csv_lines, "xml": xml_lines, "json": json_lines}[format](count))
        unfinished.rename(path)
    return path


if __name__ == "__main__":
    make(sys.argv[1], sys.argv[2], int(sys.argv[3]))
