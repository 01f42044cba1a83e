#!/usr/bin/env python3
"""A CUPI server that answers as no server should: each odd case on a port of its own.

Written apart from the client and from the sandbox, with Python's standard library alone, so that no mistake
of theirs is shared. It prints one JSON object, {"case": port, ..., "control": port}, and serves until its
parent is gone. A login is answered as a real server does, in every case; what follows is odd. The control
port shows what a case has received: GET /CASE returns {"connections", "logins", "reads", "writes", "applied",
"closed"}.
"""

import gzip
import http.server
import json
import os
import socket
import struct
import threading
import time

GROUP = "42ef5946-c5f2-4556-9897-6a4b6e116dfa"
NEW = "8a009b99-22cf-4305-822d-f5e449a42263"
XML = b"application/xml"
GROUPS = (
    '<?xml version="1.0" encoding="UTF-8"?><PortGroups total="1"><PortGroup>'
    f"<ObjectId>{GROUP}</ObjectId><DisplayName>Branch</DisplayName>"
    "<TelephonyIntegrationMethodEnum>2</TelephonyIntegrationMethodEnum>"
    "</PortGroup></PortGroups>"
).encode()
GROUPS_JSON = json.dumps(
    {"@total": "1", "PortGroup": {"ObjectId": GROUP, "DisplayName": "Branch"}}
).encode()
URI = f"/vmrest/portgroups/{GROUP}/portgroupservers/{NEW}".encode()
TOMCAT = (
    b"<!DOCTYPE html><html><head><title>HTTP Status %d</title></head><body><h1>HTTP Status %d</h1>"
    b"<pre>java.lang.IllegalStateException: queue is full\n\tat com.example.Servlet.doPost(Servlet.java:7)\n"
    b"</pre></body></html>"
)


class Request:
    """One request that was read whole."""

    def __init__(self, head, body):
        self.line, *lines = head.split(b"\r\n")
        self.method = self.line.split(b" ")[0]
        self.fields = {}
        for line in lines:
            name, _, value = line.partition(b":")
            self.fields[name.strip().lower()] = value.strip()
        self.body = body
        self.is_login = b"authorization" in self.fields
        self.is_write = self.method not in (b"GET", b"HEAD")

    @property
    def good(self):
        """Status line and body of the answer that a good server gives."""
        return (b"201 Created", URI) if self.is_write else (b"200 OK", GROUPS)


class Link:
    """One connection, and what was read of it."""

    def __init__(self, case, peer):
        self.case, self.peer, self.unread = case, peer, b""

    def read(self):
        """The next request, or None when the client has gone."""
        while b"\r\n\r\n" not in self.unread:
            if not self.more():
                return None
        head, _, self.unread = self.unread.partition(b"\r\n\r\n")
        request = Request(head, b"")
        length = int(request.fields.get(b"content-length", b"0"))
        while len(self.unread) < length:
            if not self.more():
                return None
        request.body, self.unread = self.unread[:length], self.unread[length:]
        return request

    def more(self):
        try:
            part = self.peer.recv(65536)
        except OSError:
            return False
        self.unread += part
        return bool(part)

    def send(self, *parts):
        """Sends all parts at once; False when the client has gone."""
        try:
            self.peer.sendall(b"".join(parts))
            return True
        except OSError:
            return False

    def wait_for_goodbye(self):
        while self.more():
            pass

    def reset(self):
        """Has the connection end with RST in place of FIN."""
        self.peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Case:
    """A way to be odd: `serve(link, request)` answers, and returns True to continue with the connection."""

    def __init__(self, name, serve, applies=True, login_closes=False, greet=None):
        self.name, self.serve, self.applies = name, serve, applies
        self.login_closes, self.greet = login_closes, greet
        self.lock = threading.Lock()
        self.counts = dict.fromkeys(
            ["connections", "logins", "reads", "writes", "applied", "closed"], 0
        )
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def count(self, what):
        with self.lock:
            self.counts[what] += 1
            return self.counts[what]

    def accept(self):
        while True:
            peer, _ = self.listener.accept()
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            number = self.count("connections")
            threading.Thread(target=self.talk, args=(peer, number), daemon=True).start()

    def talk(self, peer, number):
        link = Link(self, peer)
        try:
            if self.greet and number > 1 and not self.greet(link):
                return
            while (request := link.read()) is not None:
                if request.is_login:
                    self.count("logins")
                    link.send(login(close=self.login_closes))
                    if self.login_closes:
                        return
                    continue
                self.count("writes" if request.is_write else "reads")
                if request.is_write and self.applies:
                    self.count("applied")
                if not self.serve(link, request):
                    return
        finally:
            peer.close()
            self.count("closed")


def login(close):
    cookies = b"".join(
        b"Set-Cookie: " + cookie + b"; Secure; HttpOnly\r\n"
        for cookie in (
            b"JSESSIONIDSSO=sso; Path=/",
            b"JSESSIONID=id; Path=/vmrest/",
            b"REQUEST_TOKEN_KEY=-101; Path=/",
        )
    )
    closing = b"Connection: close\r\n" if close else b""
    return b"HTTP/1.1 200 OK\r\n" + cookies + closing + b"Content-Length: 0\r\n\r\n"


def message(status, body, fields=(), version=b"HTTP/1.1", kind=XML):
    """The bytes of an answer with a right length."""
    lines = [version + b" " + status]
    if kind:
        lines.append(b"Content-Type: " + kind)
    lines += [*fields, b"Content-Length: %d" % len(body)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


CASES = []


def case(name, **options):
    """Adds a case by the function that serves it."""

    def add(serve):
        CASES.append(Case(name, serve, **options))
        return serve

    return add


def raw(name, make, then="keep", **options):
    """Adds a case that sends `make(request)` and then keeps, closes, resets or hangs."""

    def serve(link, request):
        link.send(make(request))
        if then == "hang":
            link.wait_for_goodbye()
        if then == "reset":
            link.reset()
        return then == "keep"

    CASES.append(Case(name, serve, **options))


def chunked(body, size):
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)


CHUNKED = b"\r\nTransfer-Encoding: chunked\r\n\r\n"


def start(request, rest):
    """Status line of the good answer and what follows it."""
    return b"HTTP/1.1 " + request.good[0] + rest


def ten_megabytes(request):
    if request.is_write:
        return message(b"201 Created", URI + b" " * (10 << 20))
    filler = (b"<Filler>" + b"x" * 1007 + b"</Filler>\n") * (10 << 10)
    return message(b"200 OK", GROUPS.replace(b"</PortGroup>", filler + b"</PortGroup>"))


# Unusual, but valid answers.
raw("good", lambda r: message(*r.good))
raw("http10", lambda r: b"HTTP/1.0 " + r.good[0] + b"\r\n\r\n" + r.good[1], then="close")
raw("chunks", lambda r: start(r, CHUNKED) + chunked(r.good[1], 7) + b"0\r\n\r\n")
raw("tiny-chunks", lambda r: start(r, CHUNKED) + chunked(r.good[1], 1) + b"0\r\n\r\n")
raw(
    "chunk-extras",
    lambda r: start(r, CHUNKED)
    + b"%x;name=value\r\n%b\r\n0\r\nX-Trailer: t\r\n\r\n" % (len(r.good[1]), r.good[1]),
)
raw("continue", lambda r: b"HTTP/1.1 100 Continue\r\n\r\n" + message(*r.good))
raw(
    "early-hints",
    lambda r: b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 3 + message(*r.good),
)
raw("folded", lambda r: message(*r.good, fields=[b"X-Long: one\r\n two\r\n\tthree"]))
raw("bare-line-feeds", lambda r: message(*r.good).replace(b"\r\n", b"\n"))
raw("no-reason", lambda r: message(r.good[0].split(b" ")[0], r.good[1]))
raw("no-type", lambda r: message(*r.good, kind=None))
raw("wrong-type", lambda r: message(*r.good, kind=b"image/png"))
raw("byte-order-mark", lambda r: message(r.good[0], b"\xef\xbb\xbf" + r.good[1]))
raw("other-wire", lambda r: message(r.good[0], URI if r.is_write else GROUPS_JSON))
raw(
    "many-cookies",
    lambda r: message(*r.good, fields=[b"Set-Cookie: c%d=1; Path=/" % n for n in range(500)]),
)
raw("repeated-answer", lambda r: message(*r.good) * 2)
raw("ten-megabytes", ten_megabytes)
raw("no-content", lambda r: b"HTTP/1.1 204 No Content\r\n\r\n")
raw("empty", lambda r: message(r.good[0], b""))
raw(
    "gzip",
    lambda r: message(r.good[0], gzip.compress(r.good[1]), fields=[b"Content-Encoding: gzip"]),
)
raw("gzip-unnamed", lambda r: message(r.good[0], gzip.compress(r.good[1])))
raw(
    "short-length",
    lambda r: message(*r.good).replace(b"Length: %d" % len(r.good[1]), b"Length: 20"),
)
raw(
    "broken-location",
    lambda r: message(b"201 Created", b"created", fields=[b"Location: https://cuc" + URI + URI])
    if r.is_write
    else message(*r.good),
)

# The connection ends or stalls.
raw("cut-after-applying", lambda r: b"", then="close")
raw("cut-before-applying", lambda r: b"", then="close", applies=False)
raw("reset-after-applying", lambda r: b"", then="reset")
raw("cut-in-status", lambda r: b"HTTP/1.1 20", then="close")
raw("cut-in-header", lambda r: start(r, b"\r\nContent-Le"), then="close")
raw("cut-in-body", lambda r: message(*r.good)[:-10], then="close")
raw("reset-in-body", lambda r: message(*r.good)[:-10], then="reset")
raw("cut-in-chunk", lambda r: start(r, CHUNKED) + b"fff\r\n" + r.good[1], then="close")
raw("no-last-chunk", lambda r: start(r, CHUNKED) + chunked(r.good[1], 64), then="close")
raw("silence", lambda r: b"", then="hang")
raw("silence-in-header", lambda r: start(r, b"\r\nContent-Type: a/b\r\n"), then="hang")
raw("silence-in-body", lambda r: message(*r.good)[:-10], then="hang")
raw("long-length", lambda r: message(*r.good).replace(b"Length: ", b"Length: 9"), then="hang")


@case("slow-drip")
def slow_drip(link, request):
    link.send(start(request, CHUNKED))
    while link.send(b"1\r\n \r\n"):
        time.sleep(0.01)


@case("accepted-and-closed", login_closes=True, greet=lambda link: False)
def accepted_and_closed(link, request):
    raise AssertionError("the connection was closed before")


@case("closed-when-idle")
def closed_when_idle(link, request):
    link.send(message(*request.good))
    # Without a word that it would be closed.
    return False


def say_too_late(link):
    return link.send(message(b"408 Request Timeout", b""))


@case("answer-before-request", applies=False, login_closes=True, greet=say_too_late)
def answer_before_request(link, request):
    return False


# What is no HTTP, or too much of it.
raw("ssh", lambda r: b"SSH-2.0-OpenSSH_9.2\r\n", then="close")
raw("html-alone", lambda r: b"<html>no HTTP at all</html>", then="close")
raw("noise", lambda r: bytes(range(256)) * 4, then="close")
raw("http-3.7", lambda r: message(*r.good, version=b"HTTP/3.7"), then="close")
raw("status-word", lambda r: message(b"fine", b""), then="close")
raw("status-99", lambda r: message(b"99 Low", b""), then="close")
raw("bad-chunk-size", lambda r: start(r, CHUNKED) + b"zz\r\n", then="close")
raw("huge-chunk-size", lambda r: start(r, CHUNKED) + b"f" * 40 + b"\r\n", then="close")
raw("bad-length", lambda r: start(r, b"\r\nContent-Length: many\r\n\r\n") + r.good[1], then="close")
raw("negative-length", lambda r: start(r, b"\r\nContent-Length: -5\r\n\r\n") + r.good[1], then="close")
raw("nul-in-header", lambda r: message(*r.good, fields=[b"X: a\0b"]), then="close")
raw("long-header-line", lambda r: start(r, b"\r\nX: " + b"y" * 200_000), then="hang")
raw("too-large", lambda r: message(r.good[0], r.good[1] + b" " * (3 << 20)), then="close")


@case("endless-header")
def endless_header(link, request):
    link.send(start(request, b"\r\n"))
    while link.send(b"X-Line: value\r\n" * 512):
        pass


@case("endless-chunks")
def endless_chunks(link, request):
    link.send(start(request, CHUNKED))
    while link.send(b"2000\r\n" + b" " * 0x2000 + b"\r\n"):
        pass


# Answers that say no, each in its own way.
def refusal(name, status, body=b"", applies=False, **options):
    raw(name, lambda request: message(status, body, **options), applies=applies)


def redirect(status):
    def make(request):
        there = b"Location: http://127.0.0.1:%d/redirected" % CONTROL_PORT
        return message(b"%d Elsewhere" % status, b"", fields=[there])

    raw(f"redirect-{status}", make, applies=False)


HTML = b"text/html;charset=utf-8"
DETAILS = b"<errors><code>INVALID_PARAMETER</code><message>Port</message></errors>"
for code in (301, 302, 303, 307, 308):
    redirect(code)
refusal("welcome-page", b"200 OK", b"<html><title>Welcome</title></html>", kind=HTML)
refusal("refused-xml", b"400 Bad Request", b"<ErrorDetails>" + DETAILS + b"</ErrorDetails>")
refusal(
    "refused-json",
    b"400 Bad Request",
    b'{"errors":{"code":"INVALID_PARAMETER","message":"Port"}}',
)
refusal("refused-html", b"400 Bad Request", TOMCAT % (400, 400), kind=HTML)
refusal("refused-text", b"400 Bad Request", b"No way\r\n", kind=b"text/plain")
refusal("refused-empty", b"400 Bad Request")
for code in (403, 404, 405, 406, 409, 410, 413, 415, 501):
    refusal(f"status-{code}", b"%d No" % code)
for code in (500, 502, 504):
    refusal(f"status-{code}", b"%d No" % code, TOMCAT % (code, code), applies=True, kind=HTML)
refusal("busy-503", b"503 Busy", TOMCAT % (503, 503), kind=HTML)
refusal("busy-429", b"429 Slow", fields=[b"Retry-After: 7"])
refusal(
    "busy-until",
    b"503 Busy",
    fields=[
        b"Date: Tue, 29 Feb 2028 23:59:50 GMT",
        b"Retry-After: Wed, 01 Mar 2028 00:00:05 GMT",
    ],
)
refusal("session-refused", b"401 No", TOMCAT % (401, 401), kind=HTML)


@case("session-aged", applies=False)
def session_aged(link, request):
    """The first request after the first login is answered 401 in HTML; after the second login all is well."""
    aged = link.case.counts["logins"] == 1
    refusal = message(b"401 No", TOMCAT % (401, 401), kind=HTML)
    return link.send(refusal if aged else message(*request.good))


class Control(http.server.BaseHTTPRequestHandler):
    """Shows what a case has received; a redirect leads here, too, to be counted."""

    redirected = 0

    def do_GET(self):
        if self.path == "/redirected":
            Control.redirected += 1
        counts = {one.name: one.counts for one in CASES}
        answer = counts.get(self.path[1:], {"redirected": Control.redirected})
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PUT = do_DELETE = do_GET

    def log_message(self, *arguments):
        pass


def end_with_parent():
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


class ControlServer(http.server.ThreadingHTTPServer):
    request_queue_size = 256


CONTROL = ControlServer(("127.0.0.1", 0), Control)
CONTROL_PORT = CONTROL.server_address[1]
threading.Thread(target=end_with_parent, daemon=True).start()
ports = {one.name: one.port for one in CASES}
print(json.dumps({**ports, "control": CONTROL_PORT}), flush=True)
CONTROL.serve_forever()
