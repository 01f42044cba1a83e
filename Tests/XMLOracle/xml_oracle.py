"""Makes XML documents, good and damaged, in every encoding, and says what an independent reader sees in each.

Prints a line of JSON for each document: {"name", "kind", "bytes" (Base64), "records"}.
`kind` is "whole" for a document that nothing was done to, else what was done to it.
`records` is a list of records, each a list of [element, text]; null where the reader refuses the document.

The independent reader is iconv of the C library and then expat, which knows nothing of libxml2.

Usage: xml_oracle.py COUNT SEED
"""

import base64
import ctypes
import json
import random
import re
import subprocess
import sys
import xml.parsers.expat

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.iconv_open.restype = ctypes.c_void_p
LIBC.iconv_open.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
LIBC.iconv.restype = ctypes.c_size_t
LIBC.iconv.argtypes = [ctypes.c_void_p] + [ctypes.c_void_p] * 4
LIBC.iconv_close.argtypes = [ctypes.c_void_p]
FAILED = ctypes.c_size_t(-1).value

# Letters of many scripts; each encoding takes those that it has.
LETTERS = "äßéñøÁąžőşЖяΩλאبภ日本漢字語가나€’–Œﾊ㈱镕"


def convert(data, source, target):
    """The bytes in another encoding; None where a byte or character has no equal there."""
    descriptor = LIBC.iconv_open(target.encode(), source.encode())
    if descriptor in (None, ctypes.c_void_p(-1).value):
        return None
    try:
        room = len(data) * 8 + 64
        given = ctypes.create_string_buffer(data, len(data))
        taken = ctypes.create_string_buffer(room)
        inside, outside = ctypes.c_void_p(ctypes.addressof(given)), ctypes.c_void_p(ctypes.addressof(taken))
        left, free = ctypes.c_size_t(len(data)), ctypes.c_size_t(room)
        done = LIBC.iconv(
            descriptor, ctypes.byref(inside), ctypes.byref(left), ctypes.byref(outside), ctypes.byref(free))
        if done == FAILED or left.value:
            return None
        # What is not reversible was replaced by something that looks like it.
        if done > 0:
            return None
        if LIBC.iconv(descriptor, None, None, ctypes.byref(outside), ctypes.byref(free)) == FAILED:
            return None
        return taken.raw[: room - free.value]
    finally:
        LIBC.iconv_close(descriptor)


def encodings():
    """One name for each encoding of iconv in which a document can say so itself, and comes back as it was."""
    listed = subprocess.run(["iconv", "-l"], capture_output=True, text=True, check=True).stdout
    names, seen = [], set()
    sample = document("UTF-8", "abc")
    for line in listed.splitlines():
        for name in re.findall(r"[A-Za-z][A-Za-z0-9._:()-]*(?=//)", line)[:1]:
            if ":" in name or "(" in name:
                continue
            text = sample.replace("UTF-8", name)
            encoded = convert(text.encode(), "UTF-8", name)
            if encoded is None or convert(encoded, name, "UTF-8") != text.encode():
                continue
            # What begins otherwise cannot be known by its declaration.
            if not encoded.startswith(b"<?xml ") and name not in ("UTF-16", "UTF-16LE", "UTF-16BE"):
                continue
            key = convert((LETTERS).encode(), "UTF-8", name) or name
            if (key, len(encoded)) not in seen:
                seen.add((key, len(encoded)))
                names.append(name)
    return names


def document(encoding, letters):
    """A list of five servers whose names hold these letters, in a declared encoding."""
    records = "".join(
        f"  <PortGroupServer>\n    <Name>{letters}{number}</Name>\n    <Host>10.0.0.{number}</Host>\n"
        f"    <Note>a &amp; b</Note>\n  </PortGroupServer>\n"
        for number in range(1, 6)
    )
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<PortGroupServers total="5">\n{records}'
        f"</PortGroupServers>\n"
    )


def letters_of(encoding, dice):
    """Some letters that the encoding has."""
    known = [
        letter
        for letter in LETTERS
        if (encoded := convert(letter.encode(), "UTF-8", encoding)) is not None
        and convert(encoded, encoding, "UTF-8") == letter.encode()
    ]
    return "".join(dice.sample(known, min(4, len(known)))) + "x"


DECLARED = re.compile(rb'^<\?xml[^>]*?encoding\s*=\s*["\']([A-Za-z][A-Za-z0-9._-]*)["\']')


def text_of(data):
    """The document as UTF-8, decoded as its mark or its declaration says; None where that is not possible."""
    for mark, encoding in ((b"\xff\xfe", "UTF-16LE"), (b"\xfe\xff", "UTF-16BE"), (b"<\0?\0", "UTF-16LE"), (b"\0<\0?", "UTF-16BE")):
        if data.startswith(mark):
            return convert(data[2:] if mark[0] > 0x7F else data, encoding, "UTF-8")
    declared = DECLARED.match(data)
    name = declared.group(1).decode() if declared else "UTF-8"
    if name.upper().startswith(("UTF-16", "UTF-32", "UCS")):
        # The bytes of the declaration have shown that it is not.
        return None
    return convert(data, name, "UTF-8")


def read(data):
    """The records that expat sees; None if the document is not well-formed."""
    text = text_of(data)
    if text is None:
        return None
    records, path, current = [], [], None
    parser = xml.parsers.expat.ParserCreate("UTF-8")
    parser.buffer_text = True
    odd = []

    def start(name, attributes):
        nonlocal current
        path.append(name)
        if len(path) == 1 and name != "PortGroupServers":
            odd.append(name)
        if len(path) == 2:
            if name != "PortGroupServer" or attributes:
                odd.append(name)
            current = []
        elif len(path) == 3:
            if attributes:
                odd.append(name)
            current.append([name, ""])
        elif len(path) > 3:
            odd.append(name)

    def end(name):
        nonlocal current
        if len(path) == 2:
            records.append(current)
            current = None
        path.pop()

    def characters(content):
        if len(path) == 3:
            current[-1][1] += content

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = characters
    try:
        parser.Parse(text, True)
    except xml.parsers.expat.ExpatError:
        return None
    return None if odd else records


def damaged(data, encoding, names, dice):
    """The document with something done to it, and what that was."""
    # Behind the tag of the list: readers differ in which letters a name may have.
    body = data.find(b">", data.find(b">") + 1) + 2
    way = dice.choice(["cut", "byte", "byte", "bytes", "inserted", "mislabelled", "mislabelled", "tail", "unit"])
    place = dice.randrange(body, len(data))
    if way == "cut":
        return way, data[:place]
    if way == "byte":
        return way, data[:place] + bytes([dice.randrange(256)]) + data[place + 1 :]
    if way == "bytes":
        return way, data[:place] + dice.randbytes(dice.randrange(1, 5)) + data[place + dice.randrange(3) :]
    if way == "inserted":
        return way, data[:place] + bytes([dice.randrange(128, 256)]) + data[place:]
    if way == "tail":
        return way, data + dice.choice([b"\x81", b"\0", b"<", b"</PortGroupServers>", b"\xff", b"x"])
    if way == "unit":
        return way, data + b"\xd8" if dice.random() < 0.5 else data[:place] + b"\x00\xd8" + data[place:]
    other = dice.choice(names)
    text = document(encoding, letters_of(other, dice))
    return way, convert(text.encode(), "UTF-8", other) or data[:place]


def main(count, seed):
    dice = random.Random(seed)
    names = encodings()
    for number in range(count):
        encoding = names[number % len(names)]
        kind = "whole"
        data = convert(document(encoding, letters_of(encoding, dice)).encode(), "UTF-8", encoding)
        if read(data) is None:
            # Letters that come back alone, and not beside others.
            data = convert(document(encoding, "x").encode(), "UTF-8", encoding)
        if number >= len(names):
            kind, data = damaged(data, encoding, names, dice)
        print(
            json.dumps(
                {
                    "name": f"{number} {encoding} {kind}",
                    "kind": kind,
                    "bytes": base64.b64encode(data).decode(),
                    "records": read(data),
                }
            )
        )


main(int(sys.argv[1]), int(sys.argv[2]))
