#!/usr/bin/env python3
"""Presses keys in an interactive shell, and reports which words its commands got.

usage: press_keys.py FOLDER COLUMNS SHELL [ARGUMENT...], with a JSON array of texts on standard input, each the keys of
one command line; between two NUL is a text that must be shown before the next keys are pressed. The shell must show
<more> where a command is not complete, and its commands must print <ran> at their end, and write their words, each
ended by NUL, to the file argv. Prints a JSON array: for each text the words of
its command, or null if none was run, and what the terminal showed.
"""

import json
import os
import pty
import select
import struct
import sys
import fcntl
import termios


def main():
    folder, columns, shell = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    lines = json.load(sys.stdin)
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execvp(shell[0], shell)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    results = []
    shown(terminal, b"<ready>")
    for keys in lines:
        argv = os.path.join(folder, "argv")
        if os.path.exists(argv):
            os.unlink(argv)
        before = ""
        for index, part in enumerate(keys.split("\0")):
            if index % 2 == 0:
                os.write(terminal, part.encode())
            else:
                before += shown(terminal, part.encode())[0]
        text, mark = shown(terminal, b"<ran>", b"<more>")
        text = before + text
        words = None
        if mark == b"<more>":
            os.write(terminal, b"\x03")
            shown(terminal, b"<ready>")
        elif os.path.exists(argv):
            with open(argv, "rb") as file:
                words = [word.decode("utf-8", "replace") for word in file.read().split(b"\0")[:-1]]
        results.append({"words": words, "shown": text})
    os.close(terminal)
    json.dump(results, sys.stdout)


def shown(terminal, *marks):
    """Reads what the terminal shows until one of the marks, or until nothing comes for a minute."""
    text = b""
    while True:
        for mark in marks:
            if mark in text:
                return text.decode("utf-8", "replace"), mark
        if not select.select([terminal], [], [], 60)[0]:
            return text.decode("utf-8", "replace"), None
        try:
            part = os.read(terminal, 65536)
        except OSError:
            part = b""
        if not part:
            return text.decode("utf-8", "replace"), None
        if b"\x1b[c" in part or b"\x1b[0c" in part:  # fish asks which terminal it is
            os.write(terminal, b"\x1b[?62;c")
        text += part


main()
