"""The server that the senders are measured against: an nginx that imitates the API, its lists, and the rows to send.

nginx responds to every POST with 201 and a new id, and to the GET requests of an import's planning with files. It
stores nothing, so that the time of a run is that of the sender. It has one worker, because contenders and server share
few cores; one worker can process several times as many requests as any contender sends.
"""

import contextlib
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

ROWS_OF_A_GROUP = 100
USER, PASSWORD = "admin", "sandbox"
COLUMNS = [
    "MediaPortGroupObjectId", "PortGroup", "Operation", "TelephonyIntegrationMethodEnum", "MediaRemoteServiceEnum",
    "HostOrIPAddress", "HostOrIPAddressV6", "Port", "TlsPort", "Precedence",
]

CONFIGURATION = """\
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  keepalive_requests 1000000000;
  keepalive_timeout 1h;
  tcp_nodelay on;
  open_file_cache max=20000;
  # The response to a login sets cookies, as the real server does; responses to requests with cookies do not.
  map $http_cookie $session {{ "" "JSESSIONID=8C2F4A61B0D94E7792D5A3E86F10B7C4; Path=/vmrest/; HttpOnly"; default ""; }}
  map $request_id $new_id {{
    "~^(?<a>.{{8}})(?<b>.{{4}})(?<c>.{{4}})(?<d>.{{4}})(?<e>.{{12}})$" "$a-$b-$c-$d-$e";
  }}
  server {{
    listen 127.0.0.1:{port};
    root {folder}/files;
    add_header Set-Cookie $session;
    default_type application/xml;
    location = /vmrest/version {{ try_files /version.xml =404; }}
    location = /vmrest/vmsservers {{ try_files /vmsservers.xml =404; }}
    location = /vmrest/portgroups {{ try_files /portgroups-$arg_pageNumber.xml =404; }}
    location ~ "^/vmrest/portgroups/(?<group>[0-9a-f-]{{36}})/portgroupservers$" {{
      if ($request_method = POST) {{ return 201 "$uri/$new_id"; }}
      try_files /groups/$group.xml =404;
    }}
  }}
}}
"""
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
PAGE = 100


def group_id(number):
    return f"6f1d2c3b-5a49-4e87-9c10-{number:012x}"


def rows(count, rows_of_a_group=ROWS_OF_A_GROUP, first=0):
    """New SIP proxies without errors or warnings, one group after another; precedences begin with `first`."""
    for number in range(count):
        group, place = divmod(number, rows_of_a_group)
        yield (
            group_id(group), f"Site {group:06d} SIP", "upsert", "2", "102", f"sip-{place}.site-{group}.lab.example", "",
            "5060", "5061", str(first + place))


def write_rows(path, count, rows_of_a_group=ROWS_OF_A_GROUP, first=0):
    """Writes the CSV file with `count` rows, unless it exists, and returns its path."""
    path = Path(path)
    if not path.exists():
        unfinished = path.with_suffix(".unfinished")
        with open(unfinished, "w", encoding="utf-8", newline="\n") as file:
            file.write(",".join(COLUMNS) + "\n")
            file.writelines(",".join(row) + "\n" for row in rows(count, rows_of_a_group, first))
        unfinished.rename(path)
    return path


def group_text(number):
    return (
        f"  <PortGroup>\n    <URI>/vmrest/portgroups/{group_id(number)}</URI>\n"
        f"    <ObjectId>{group_id(number)}</ObjectId>\n    <DisplayName>Site {number:06d} SIP</DisplayName>\n"
        "    <TelephonyIntegrationMethodEnum>2</TelephonyIntegrationMethodEnum>\n"
        "    <ResetStatusEnum>0</ResetStatusEnum>\n  </PortGroup>\n")


def server_text(number):
    """The server that a group has from its creation; no row refers to it."""
    parent = f"/vmrest/portgroups/{group_id(number)}"
    server = f"7a2e3d4c-5a49-4e87-9c10-{number:012x}"
    return (
        f'<PortGroupServers total="1">\n  <PortGroupServer>\n    <URI>{parent}/portgroupservers/{server}</URI>\n'
        f"    <ObjectId>{server}</ObjectId>\n    <MediaRemoteServiceEnum>102</MediaRemoteServiceEnum>\n"
        f"    <MediaPortGroupObjectId>{group_id(number)}</MediaPortGroupObjectId>\n"
        f"    <PortGroupURI>{parent}</PortGroupURI>\n    <HostOrIPAddress>first.site-{number}.lab.example"
        "</HostOrIPAddress>\n    <Port>5060</Port>\n    <TlsPort>5061</TlsPort>\n    <Precedence>0</Precedence>\n"
        "    <HostOrIPAddressV6/>\n  </PortGroupServer>\n</PortGroupServers>\n")


def write_files(folder, groups):
    """Writes the files for the responses to GET requests."""
    files = Path(folder) / "files"
    (files / "groups").mkdir(parents=True, exist_ok=True)
    version = "<VersionInformation>\n  <name>vmrest</name>\n  <version>14.0.1.0</version>\n</VersionInformation>\n"
    (files / "version.xml").write_text(HEAD + version, encoding="utf-8")
    (files / "vmsservers.xml").write_text(
        f'{HEAD}<VmsServers total="1">\n  <VmsServer>\n    <ObjectId>5e1c4b2a-5a49-4e87-9c10-000000000000</ObjectId>\n'
        "    <ServerName>course</ServerName>\n    <ClusterMemberId>0</ClusterMemberId>\n"
        "    <ServerState>20</ServerState>\n    <ServerDisplayState>3</ServerDisplayState>\n"
        "  </VmsServer>\n</VmsServers>\n", encoding="utf-8")
    for page in range(groups // PAGE + 1):
        members = range(page * PAGE, min(groups, (page + 1) * PAGE))
        (files / f"portgroups-{page + 1}.xml").write_text(
            f'{HEAD}<PortGroups total="{groups}">\n{"".join(map(group_text, members))}</PortGroups>\n',
            encoding="utf-8")
    for number in range(groups):
        (files / "groups" / f"{group_id(number)}.xml").write_text(HEAD + server_text(number), encoding="utf-8")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_answers(url, process, seconds=10):
    """Returns once the page is available; raises an error if the server ends before that."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} ended at once")
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=1):
            return
        time.sleep(0.02)
    raise RuntimeError(f"{process.args[0]} does not answer")


def end(process):
    """Terminates a process that was started by these programs, and waits for its end."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def course(folder, groups, port=0):
    """Runs nginx during the block, and yields its address; nginx is terminated at the end, also after an error."""
    folder = Path(folder).resolve()
    shutil.rmtree(folder / "files", ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    write_files(folder, groups)
    port = port or free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, port=port), encoding="utf-8")
    # In its own session, nginx does not receive Ctrl-C; this program terminates it.
    process = subprocess.Popen(
        ["nginx", "-p", folder, "-e", folder / "error.log", "-c", configuration], start_new_session=True)
    try:
        wait_until_answers(f"http://127.0.0.1:{port}/vmrest/version", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        end(process)
