"""The checks of a row, written in Python for speed."""

import re
import socket

NUMBER = re.compile(r"[0-9]{1,9}").fullmatch
IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}").fullmatch
NAME = re.compile(
    r"(?=.{1,253}$)(?:(?!-)[A-Za-z0-9-]{1,63}(?<!-)\.)*(?!-)(?![0-9]+\.?$)[A-Za-z0-9-]{1,63}(?<!-)\.?").fullmatch
SERVICES = {"100", "101", "102", "103", "104", "105", "106"}
OPERATIONS = {"create", "update", "upsert", "delete"}


def is_host(text):
    return IPV4(text) is not None or NAME(text) is not None


def is_host_v6(text):
    if ":" not in text:
        return NAME(text) is not None
    try:
        socket.inet_pton(socket.AF_INET6, text)
    except OSError:
        return False
    return True


def is_sound(row):
    """True if a row, a dictionary of texts, meets the rules that cupibulk checks."""
    get = row.get
    if not get("PortGroup", "").strip():
        return False
    operation = (get("Operation") or "upsert").strip().lower()
    if operation not in OPERATIONS:
        return False
    service = (get("MediaRemoteServiceEnum") or "").strip()
    if service and service not in SERVICES:
        return False
    host, host_v6 = (get("HostOrIPAddress") or "").strip(), (get("HostOrIPAddressV6") or "").strip()
    if host and not is_host(host) or host_v6 and not is_host_v6(host_v6):
        return False
    for name in ("Port", "TlsPort", "Precedence"):
        text = (get(name) or "").strip()
        if text and not (NUMBER(text) and int(text) <= 9999):
            return False
    match = (get("MatchHostOrIPAddress") or "").strip()
    if match and (operation == "create" or not is_host(match)):
        return False
    if service == "104" and operation != "upsert":
        return False
    return bool(match or service and (host or host_v6))
