"""Talks to a sandbox with the PyPI package ciscounityapi: reads, creates, updates, deletes.

Prints one JSON object with what each call brought. The client sends its credentials with each call, bodies in XML,
wants JSON back, checks no certificate, and makes None of every GET that is not answered with 200.
"""

import json
import sys
import warnings

warnings.simplefilter("ignore")

from ciscounityapi import api  # noqa: E402

server = api(sys.argv[1], "admin", "sandbox")
group = "/vmrest/portgroups/42ef5946-c5f2-4556-9897-6a4b6e116dfa"
servers = group + "/portgroupservers"
body = """<PortGroupServer>
  <MediaRemoteServiceEnum>102</MediaRemoteServiceEnum>
  <MediaPortGroupObjectId>42ef5946-c5f2-4556-9897-6a4b6e116dfa</MediaPortGroupObjectId>
  <HostOrIPAddress>12.12.12.12</HostOrIPAddress>
  <Port>5060</Port>
  <TlsPort>5061</TlsPort>
  <Precedence>2</Precedence>
</PortGroupServer>"""

seen = {"groups": server.get("/vmrest/portgroups?query=(displayname is PhoneSystem-1 SIP)")}
created = server.post(servers, body)
seen["created"] = created.status_code
seen["uri"] = created.text
item = created.text if created.status_code == 201 else servers + "/nobody"
seen["item"] = server.get(item)
update = "<PortGroupServer><Port>5070</Port></PortGroupServer>"
seen["updated"] = server.put(item, update).status_code
seen["list"] = server.get(servers)
seen["deleted"] = server.delete(item).status_code
seen["gone"] = server.get(item)
refused = server.put(item, update)
seen["refused"] = refused.status_code
seen["reason"] = refused.text
print(json.dumps(seen))
