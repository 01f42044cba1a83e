#!/usr/bin/env python3
"""A CUPI server that means harm: `hostile_server.py HABIT` prints its port and serves until its parent is gone.

echo      answers each write with an error that holds the credentials and cookies, in many forms
endless   has ever more port groups, page by page, up to a total of 99,999
huge-*    sends bodies of 7 MiB: many small values, one deep or long one, as a list, an object or an error
"""

import base64
import http.server
import json
import os
import sys
import threading
import time
import urllib.parse

HABIT = sys.argv[1]
GROUP = "42ef5946-c5f2-4556-9897-6a4b6e116dfa"
XML = "application/xml"
JSON = "application/json"
SIZE = 7 << 20


def repeated(start, piece, end):
    return (start + piece * ((SIZE - len(start) - len(end)) // len(piece)) + end).encode()


def page(number):
    groups = "".join(
        f"<PortGroup><ObjectId>00000000-0000-0000-0000-{number:04}{n:08}</ObjectId>"
        "<DisplayName>x</DisplayName></PortGroup>"
        for n in range(100)
    )
    return f'<PortGroups total="99999">{groups}</PortGroups>'.encode()


HUGE = {
    "huge-json-values": lambda: repeated('{"@total":"1","PortGroup":[0', ",0", "]}"),
    "huge-json-objects": lambda: repeated('{"@total":"1","PortGroup":[{}', ",{}", "]}"),
    "huge-json-other": lambda: repeated('{"@total":"1","x":[[]', ",[]", "]}"),
    "huge-json-spaces": lambda: repeated('{"@total":"0"', " ", "}"),
    "huge-json-texts": lambda: repeated('{"@total":"1","PortGroup":[{"a":"', "x" * 1000 + '"},{"a":"', '"}]}'),
    "huge-xml-elements": lambda: repeated('<L total="1"><PortGroup>', "<a/>", "</PortGroup></L>"),
    "huge-xml-objects": lambda: repeated('<L total="1">', "<PortGroup/>", "</L>"),
    "huge-xml-texts": lambda: repeated('<L total="1"><PortGroup>', "<a>" + "x" * 10_000 + "</a>", "</PortGroup></L>"),
    "huge-error": lambda: repeated("<a><b>", "<c/>", "</b></a>"),
    "huge-text": lambda: repeated("", "é ", ""),
}


class Hostile(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    basic = ""

    def answer(self, status, body, kind=XML, fields=()):
        self.send_response(status)
        for name, value in (*fields, ("Content-Type", kind), ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        login = self.headers.get("Authorization")
        if login:
            Hostile.basic = login
            cookies = [("Set-Cookie", f"{name}=c00kie-{name}; Path=/") for name in
                       ("JSESSIONID", "JSESSIONIDSSO", "REQUEST_TOKEN_KEY")]
            return self.answer(200, b"<VersionInformation><version>14.0.1</version></VersionInformation>", fields=cookies)
        if self.path.startswith("/vmrest/version"):
            return self.answer(200, b"<VersionInformation><version>14.0.1</version></VersionInformation>")
        if self.path.startswith("/vmrest/vmsservers") or self.path.startswith("/vmrest/cluster"):
            return self.answer(404, b"")
        if HABIT in HUGE:
            status = 400 if HABIT in ("huge-error", "huge-text") else 200
            kind = "text/plain" if HABIT == "huge-text" else JSON if "json" in HABIT else XML
            return self.answer(status, HUGE[HABIT](), kind)
        if HABIT == "endless":
            time.sleep(0.05)
            return self.answer(200, page(int(self.path.rpartition("=")[2])))
        if self.command != "GET":
            return self.echo()
        if "portgroupservers" in self.path:
            return self.answer(200, b'<PortGroupServers total="0"/>')
        group = f"<PortGroup><ObjectId>{GROUP}</ObjectId><DisplayName>Branch</DisplayName></PortGroup>"
        if GROUP in self.path:
            return self.answer(200, group.encode())
        return self.answer(200, f'<PortGroups total="1">{group}</PortGroups>'.encode())

    do_POST = do_PUT = do_DELETE = do_GET

    def echo(self):
        pair = base64.b64decode(Hostile.basic.split()[1]).decode()
        password = pair.partition(":")[2]
        forms = [
            password, pair, Hostile.basic, base64.b64encode(password.encode()).decode(),
            urllib.parse.quote(password, safe=""), self.headers.get("Cookie", ""),
        ]
        body = json.dumps({"errors": {"code": "NO", "message": " | ".join(forms)}})
        self.answer(400, body.encode(), JSON)

    def log_message(self, *arguments):
        pass


def end_with_parent():
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True


server = Server(("127.0.0.1", 0), Hostile)
threading.Thread(target=end_with_parent, daemon=True).start()
print(server.server_address[1], flush=True)
server.serve_forever()
