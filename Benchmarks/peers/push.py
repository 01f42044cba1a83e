"""Imports a CSV file with aiohttp, with the same checks and the same ledger as cupibulk.

    push.py FILE ORIGIN SLOTS LEDGER none|all

LEDGER is an empty ledger that cupibulk created, with run 1 and its file 0; PUSH_LOGIN is USER:PASSWORD. The last
argument sets whether each changed group is read again and compared. Prints the number of created rows.
"""

import asyncio
import csv
import os
import sqlite3
import sys
from base64 import b64encode
from datetime import datetime, timezone

import aiohttp
from checks import is_sound
from lxml import etree

RUN, FILE = 1, 0
ROWS_A_COMMIT = 500
PAGE = 100
FIELDS = ["MediaRemoteServiceEnum", "HostOrIPAddress", "HostOrIPAddressV6", "Port", "TlsPort", "Precedence"]


def now():
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def encode(fields):
    return "\n".join(f"{name}={text}" if text else name for name, text in fields.items())


def decode(text):
    return dict(line.split("=", 1) if "=" in line else (line, "") for line in text.split("\n"))


def key_of(fields):
    host = fields.get("HostOrIPAddress") or fields.get("HostOrIPAddressV6") or "127.0.0.1"
    return " ".join(
        [fields.get("MediaRemoteServiceEnum", ""), host.lower(), fields.get("Port", ""), fields.get("TlsPort", "")])


def body_of(fields, group):
    root = etree.Element("PortGroupServer")
    for name, text in (*fields.items(), ("MediaPortGroupObjectId", group)):
        etree.SubElement(root, name).text = text
    return etree.tostring(root)


class Ledger:
    def __init__(self, path):
        self.database = sqlite3.connect(path, isolation_level=None)
        for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            self.database.execute(f"PRAGMA {setting}")

    def write(self, *statements):
        """Runs statements, each with its list of values, in one transaction."""
        self.database.execute("BEGIN")
        for sql, values in statements:
            self.database.executemany(sql, values)
        self.database.execute("COMMIT")

    def all(self, sql, *values):
        return self.database.execute(sql, values).fetchall()

    def stage(self, path):
        references, seen, chunk, count = {}, set(), [], 0
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                count += 1
                if not is_sound(row):
                    sys.exit(f"row {count} is not sound: {row}")
                fields = {name: row[name] for name in FIELDS if row.get(name)}
                group = row.get("MediaPortGroupObjectId", ""), row["PortGroup"]
                if group not in references:
                    values = (RUN, *group, int(row.get("TelephonyIntegrationMethodEnum") or 0))
                    references[group] = self.database.execute(
                        "INSERT INTO group_references (run, object_id, name, integration) VALUES (?, ?, ?, ?)", values
                    ).lastrowid
                key = key_of(fields)
                if (group, key) in seen:
                    sys.exit(f"row {count} means the same server as another: {row}")
                seen.add((group, key))
                chunk.append((
                    RUN << 32 | count, RUN, FILE, count, count + 1, "pending", "staged",
                    row.get("Operation") or "upsert", references[group], key,
                    int(fields.get("MediaRemoteServiceEnum") or 0), int(fields.get("Precedence") or 0), encode(fields),
                    ",".join(row.values())))
                if len(chunk) == ROWS_A_COMMIT:
                    self.book(chunk)
        self.book(chunk)
        self.write(("UPDATE runs SET row_count = ?, staged = ? WHERE run = ?", [(count, now(), RUN)]))
        return count

    def book(self, chunk):
        self.write((
            "INSERT INTO rows (row, run, file, record, line, state, reason, operation, reference, full_key, service, "
            "precedence, fields, raw) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", chunk))
        chunk.clear()

    def resolve(self, groups):
        """Records which group of the server each reference means, and returns the groups' ids by their numbers."""
        names = {name: object_id for object_id, name in groups.items()}
        references = self.all("SELECT reference, object_id, name FROM group_references WHERE run = ?", RUN)
        ids = {}
        self.database.execute("BEGIN")
        for reference, object_id, name in references:
            found = object_id if object_id in groups else names.get(name)
            if found is None:
                sys.exit(f"there is no group {name}")
            number = self.database.execute(
                "INSERT INTO groups (run, object_id, name, integration) VALUES (?, ?, ?, 2)",
                (RUN, found, groups[found])).lastrowid
            self.database.execute("UPDATE group_references SET group_id = ? WHERE reference = ?", (number, reference))
            ids[number] = found
        self.database.execute("COMMIT")
        return ids


class Server:
    def __init__(self, session, origin):
        self.session = session
        self.origin = origin
        self.headers = {}

    async def log_in(self, login):
        headers = {"Authorization": "Basic " + b64encode(login.encode()).decode()}
        async with self.session.get(f"{self.origin}/vmrest/version", headers=headers) as answer:
            answer.raise_for_status()
            cookies = [f"{name}={cookie.value}" for name, cookie in answer.cookies.items()]
        # The cookies are only for https, so a cookie jar would not send them here.
        self.headers = {"Cookie": "; ".join(cookies)}

    async def list(self, path):
        """Reads all pages of a list, and returns its objects as dictionaries of texts."""
        objects = []
        while True:
            parameters = {"rowsPerPage": str(PAGE), "pageNumber": str(len(objects) // PAGE + 1)}
            async with self.session.get(self.origin + path, params=parameters, headers=self.headers) as answer:
                answer.raise_for_status()
                root = etree.fromstring(await answer.read())
            objects += [{field.tag: field.text or "" for field in item} for item in root]
            if len(root) == 0 or len(objects) >= int(root.get("total")):
                return objects

    async def create(self, path, body):
        headers = {**self.headers, "Content-Type": "application/xml"}
        async with self.session.post(self.origin + path, data=body, headers=headers) as answer:
            text = await answer.text()
            return answer.status, text


async def push_group(ledger, server, number, object_id, verify):
    """Plans, journals, sends, records and optionally reads back one group; returns the number of created rows."""
    path = f"/vmrest/portgroups/{object_id}/portgroupservers"
    rows = [(row, decode(fields)) for row, fields in ledger.all(
        "SELECT row, fields FROM rows JOIN group_references USING (reference) "
        "WHERE group_id = ? AND state = 'pending' ORDER BY row", number)]
    before = await server.list(path)
    known = {key_of(found) for found in before}
    to_send = [(row, fields) for row, fields in rows if key_of(fields) not in known]
    sent_rows = {row for row, _ in to_send}
    ledger.write(
        ("UPDATE groups SET before_image = ?, journaled = ? WHERE group_id = ?",
         [("\x1e".join(map(encode, before)), now(), number)]),
        ("INSERT INTO journal (row, action, sent_fields, journaled, is_open) VALUES (?, 'create', ?, ?, 1)",
         [(row, encode(fields), now()) for row, fields in to_send]),
        ("UPDATE rows SET state = 'unchanged', reason = NULL WHERE row = ?",
         [(row,) for row, _ in rows if row not in sent_rows]))
    outcomes = []
    for row, fields in to_send:
        sent = now()
        status, text = await server.create(path, body_of(fields, object_id))
        if status != 201:
            sys.exit(f"row {row & 0xFFFFFFFF} is answered with {status}: {text}")
        outcomes.append((row, fields, text.rsplit("/", 1)[-1], sent))
    after = {found["ObjectId"]: found for found in await server.list(path)} if verify else {}
    journal = []
    for row, fields, created, sent in outcomes:
        found = after.get(created, fields)
        is_same = all(found.get(name) == text for name, text in fields.items())
        journal.append((sent, created, encode(found), ("verified" if is_same else "differs") if verify else None, row))
    ledger.write(
        ("UPDATE rows SET state = 'created', reason = NULL WHERE row = ?", [(row,) for row, *_ in outcomes]),
        ("UPDATE journal SET is_open = 0, sent = ?, effect = 'created', effect_id = ?, after = ?, verdict = ? "
         "WHERE row = ?", journal),
        ("UPDATE groups SET is_open = 0 WHERE group_id = ?", [(number,)]))
    return len(outcomes)


async def main(path, origin, slots, ledger_path, verify):
    ledger = Ledger(ledger_path)
    ledger.stage(path)
    connector = aiohttp.TCPConnector(limit=int(slots))
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        server = Server(session, origin)
        await server.log_in(os.environ["PUSH_LOGIN"])
        groups = {group["ObjectId"]: group["DisplayName"] for group in await server.list("/vmrest/portgroups")}
        waiting = iter(ledger.resolve(groups).items())

        async def work():
            return [await push_group(ledger, server, *group, verify == "all") for group in waiting]

        created = sum(map(sum, await asyncio.gather(*(work() for _ in range(int(slots))))))
    ledger.write(("UPDATE runs SET ended = ?, ending = 'done', exit_code = 0 WHERE run = ?", [(now(), RUN)]))
    print(created)


asyncio.run(main(*sys.argv[1:]))
