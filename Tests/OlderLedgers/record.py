#!/usr/bin/env python3
"""Makes a ledger with every kind of unfinished business, by the program that it is given, for later versions to open.

    record.py PROGRAM FOLDER

PROGRAM runs against a sandbox of its own on loopback, behind a gate that holds or cuts single requests; FOLDER
gets `ledger.sqlite` and `sandbox.sqlite`, the target in its final state. README.md describes what is in them.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time


class Gate:
    """A port before the sandbox's; holds the requests that begin with a text, or the answers to them."""

    def __init__(self, port):
        self.far = port
        self.hold = None
        self.at_answer = False
        self.is_cutting = False
        self.skip = 0
        self.reached = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def arm(self, text, at_answer=False, is_cutting=False, skip=0):
        """Holds the first such request after `skip` others; with `is_cutting` its connection ends."""
        self.hold, self.at_answer, self.is_cutting = text.encode(), at_answer, is_cutting
        self.skip = skip
        self.reached.clear()

    def serve(self):
        while True:
            near, _ = self.listener.accept()
            far = socket.create_connection(("127.0.0.1", self.far))
            state = {"held": False}
            threading.Thread(target=self.ask, args=(near, far, state), daemon=True).start()
            threading.Thread(target=self.answer, args=(near, far, state), daemon=True).start()

    def ask(self, near, far, state):
        while data := self.read(near):
            if self.hold and data.startswith(self.hold):
                if self.skip:
                    self.skip -= 1
                else:
                    self.hold = None
                    self.reached.set()
                    if not self.at_answer:
                        if self.is_cutting:
                            return near.shutdown(socket.SHUT_RDWR)
                        return time.sleep(3600)
                    state["held"] = True
            far.sendall(data)
        self.shut(far)

    def answer(self, near, far, state):
        while data := self.read(far):
            if state["held"]:
                return time.sleep(3600)
            near.sendall(data)
        self.shut(near)

    @staticmethod
    def read(connection):
        try:
            return connection.recv(65536)
        except OSError:
            return b""

    @staticmethod
    def shut(connection):
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class Recorder:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.home = tempfile.mkdtemp()
        self.environment = {
            "HOME": self.home, "PATH": "/usr/bin:/bin", "TZ": "UTC", "LC_ALL": "C.UTF-8",
            "XDG_STATE_HOME": self.home + "/state", "CUPIBULK_LOCK_FOLDER": self.home + "/locks",
            "CUPIBULK_USERNAME": "admin", "CUPIBULK_PASSWORD_FILE": self.home + "/password",
            "CUPIBULK_PROGRESS": "text", "CUPIBULK_LEDGER": self.home + "/ledger.sqlite",
        }
        self.write("password", "sandbox\n")
        os.chmod(self.home + "/password", 0o600)

    def write(self, name, text):
        with open(self.home + "/" + name, "w") as file:
            file.write(text)

    def start(self, *arguments):
        return subprocess.Popen(
            [self.program, *arguments], cwd=self.home, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *arguments, status=0):
        process = self.start(*arguments)
        output, messages = process.communicate()
        assert process.returncode == status, (arguments, process.returncode, output, messages)
        return output

    def interrupted(self, *arguments, kill=None, stop_at=None, signals=1):
        """Runs until the gate has what it waits for, or a text is printed; then kills or stops it."""
        process = self.start(*arguments)
        if stop_at:
            for line in process.stderr:
                if stop_at in line:
                    break
            else:
                raise AssertionError((arguments, "ended without", stop_at))
        else:
            assert self.gate.reached.wait(30), arguments
        for number in range(signals):
            process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
            time.sleep(0.5)
        process.communicate()
        return process.returncode

    def newest(self):
        return json.loads(self.run("runs", "list", "--json").splitlines()[0])["run"]

    def imports(self, name, rows, heading="PortGroup,Operation,Service,Host,Order"):
        self.write(name, heading + "\n" + "".join(row + "\n" for row in rows))
        return ("import", name, "--max-delete", "9")

    def record(self):
        lab = []
        for number in range(1, 15):
            for host in (1, 2, 3):
                lab.append({
                    "PortGroup": "Branch %02d" % number, "TelephonyIntegrationMethodEnum": "2",
                    "MediaPortGroupObjectId": "aaaaaaaa-0000-4000-8000-%012d" % number,
                    "ObjectId": "bbbbbbbb-0000-4000-8000-%012d" % (number * 10 + host),
                    "MediaRemoteServiceEnum": "102", "HostOrIPAddress": "10.0.%d.%d" % (number, host),
                    "HostOrIPAddressV6": "", "Precedence": str(host - 1), "Port": "5060",
                    "TlsPort": "5061",
                })
        self.write("lab.json", json.dumps(lab))
        sandbox = self.start(
            "sandbox", "--port", "0", "--state", "sandbox.sqlite", "--load", "lab.json",
            "--login-limit", "0")
        port = int(re.search(r"http://127\.0\.0\.1:(\d+)", sandbox.stdout.readline())[1])
        self.gate = Gate(port)
        self.environment["CUPIBULK_TARGET"] = self.gate.url
        try:
            self.scenarios()
        finally:
            sandbox.send_signal(signal.SIGINT)
            sandbox.communicate()
        for name in ("ledger", "sandbox"):
            # Everything into the one file, as the last process that closes it does.
            subprocess.run(
                ["sqlite3", f"{self.home}/{name}.sqlite", "PRAGMA wal_checkpoint(TRUNCATE)"],
                check=True, stdout=subprocess.DEVNULL)
            shutil.move(f"{self.home}/{name}.sqlite", f"{self.folder}/{name}.sqlite")
        shutil.move(f"{self.home}/export.csv", f"{self.folder}/export.csv")

    @staticmethod
    def group(number):
        return "/vmrest/portgroups/aaaaaaaa-0000-4000-8000-%012d/portgroupservers" % number

    def scenarios(self):
        # A run that was pruned, and the retry that came from it.
        self.run(*self.imports("parent.csv", [
            "Branch 01,create,102,10.0.1.9,", "Branch 01,update,102,10.0.1.77,5"]), status=3)
        time.sleep(5)
        self.run("resume", "--failed", status=3)
        self.run("runs", "prune", "--keep", "3s")

        # A finished run of each verb, with an unchanged row and a refused one.
        self.run(*self.imports("finished.csv", [
            "Branch 02,create,102,10.0.2.9,8", "Branch 02,update,102,10.0.2.1,5",
            "Branch 02,delete,102,10.0.2.3,", "Branch 02,upsert,102,10.0.2.2,1",
            "Branch 03,create,102,10.0.3.9,", "Branch 03,update,102,10.0.3.77,1"]), status=3)
        finished = self.newest()

        # Killed with open intents: the first write was held before the server.
        arguments = self.imports("killed.csv", [
            "Branch 04,create,102,10.0.4.9,", "Branch 04,update,102,10.0.4.1,7"])
        self.gate.arm("POST " + self.group(4))
        self.interrupted(*arguments, kill=True)

        # Killed with open intents: the server has done the first write.
        arguments = self.imports("done.csv", [
            "Branch 05,create,102,10.0.5.9,", "Branch 05,delete,102,10.0.5.1,"])
        self.gate.arm("POST " + self.group(5), at_answer=True)
        self.interrupted(*arguments, kill=True)

        # In doubt, with the moment of sending: the connection was cut, and the wait was stopped.
        arguments = self.imports("doubt.csv", [
            "Branch 06,create,102,10.0.6.9,", "Branch 06,update,102,10.0.6.1,7"])
        self.gate.arm("POST " + self.group(6), is_cutting=True)
        self.interrupted(*arguments, stop_at="may still be on its way")

        # In doubt, without that moment: killed, resumed, and the wait was stopped.
        arguments = self.imports("unknown.csv", [
            "Branch 07,create,102,10.0.7.9,", "Branch 07,delete,102,10.0.7.1,"])
        self.gate.arm("POST " + self.group(7))
        self.interrupted(*arguments, kill=True)
        self.interrupted("resume", self.newest(), stop_at="may still be on its way")

        # All is written, and the read-back is owed.
        arguments = self.imports("owed.csv", [
            "Branch 08,create,102,10.0.8.9,", "Branch 08,update,102,10.0.8.1,7"])
        self.gate.arm("GET " + self.group(8), skip=1)
        self.interrupted(*arguments, signals=2)

        # A retry that was killed after a write that the server has not done.
        self.run(*self.imports("failing.csv", [
            "Branch 09,create,102,10.0.9.1,9", "Branch 09,update,102,10.0.9.77,5",
            "Branch 10,create,102,10.0.10.9,"]), status=3)
        self.environment["CUPIBULK_TARGET"] = "http://127.0.0.1:%d" % self.gate.far
        self.run(*self.imports("by-hand.csv", ["Branch 09,create,102,10.0.9.77,"]))
        self.environment["CUPIBULK_TARGET"] = self.gate.url
        failing = [json.loads(line) for line in self.run("runs", "list", "--json").splitlines()]
        self.gate.arm("PUT " + self.group(9))
        self.interrupted("resume", "--failed", failing[1]["run"], kill=True)

        # An undo that was killed with one group done and one open.
        self.run(*self.imports("undone.csv", [
            "Branch 11,create,102,10.0.11.9,", "Branch 11,update,102,10.0.11.1,9",
            "Branch 12,delete,102,10.0.12.3,"]))
        self.gate.arm("PUT " + self.group(11))
        self.interrupted("undo", self.newest(), "--slots", "1", kill=True)

        # An export and a dry run, finished; an undo, finished; an import with an invalid row.
        self.run("export", "-o", "export.csv", "--only-group", "Branch 13")
        self.run(*self.imports("dry.csv", ["Branch 13,create,102,10.0.13.9,"]), "--dry-run")
        self.run("undo", finished)
        self.run(
            *self.imports("invalid.csv", ["Branch 14,create,102,10.0.14.9,", "Branch 14,create,102,10.0.14.9,x"]),
            "--skip-invalid", status=4)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    os.makedirs(sys.argv[2], exist_ok=True)
    Recorder(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])).record()
