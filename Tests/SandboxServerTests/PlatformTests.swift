// What can only be read: phone systems, templates, the server and its cluster, and how groups refer to them.

import HTTPMessages
import SandboxServer
import Testing

@Suite struct PlatformTests {
  let sandbox: Sandbox

  init() throws { sandbox = try Sandbox(state: .memory) }

  private func json(_ target: String) -> String {
    sandbox.respond(to: Wire.json.request(.get, target)).text
  }

  @Test func `the server and its cluster are told`() {
    #expect(
      json("/vmrest/vmsservers")
        == #"{"@total":"1","VmsServer":{"ObjectId":"7c1e5a02-40d8-4d0b-9a5b-3f6c8e21b001","#
        + #""ServerName":"unity-lab","IpAddress":"10.10.0.5","IpAddressV6":"","HostName":"unity-lab","#
        + #""ClusterMemberId":"0","ServerState":"20","ServerDisplayState":"3","#
        + #""SubToPerformReplicationRole":"false"}}"#)
    #expect(
      sandbox.respond(to: Wire.xml.request(.get, "/vmrest/cluster/")).text == """
        <?xml version="1.0" encoding="UTF-8"?>
        <Cluster total="1">
          <Server>
            <Key>7c1e5a02-40d8-4d0b-9a5b-3f6c8e21b001</Key>
            <HostName>unity-lab</HostName>
            <DatabaseReplication>Publisher</DatabaseReplication>
            <MacAddress/>
            <Ipv6Name/>
            <Description/>
          </Server>
        </Cluster>

        """)
    #expect(json("/vmrest/cluster?rowsPerPage=0") == #"{"@total":"1"}"#)
    #expect(json("/vmrest/vmsservers?pageNumber=2") == #"{"@total":"1"}"#)
  }

  @Test func `the product's version can be asked for with a slash at the end`() {
    #expect(
      json("/vmrest/version/product/")
        == #"{"name":"cupibulk sandbox for Cisco Unity Connection","version":"14.0.1.0"}"#)
  }

  @Test func `there is a template for each integration`() {
    #expect(
      json(
        "/vmrest/portgrouptemplates?sort=(copytelephonyintegrationmethodenum+desc)&rowsPerPage=1")
        == #"{"@total":"3","PortGroupTemplate":{"#
        + #""URI":"/vmrest/portgrouptemplates/d55ae8c2-6d4e-4f23-9fd1-c2f3f1a40003","#
        + #""ObjectId":"d55ae8c2-6d4e-4f23-9fd1-c2f3f1a40003","TemplateDescriptionDefault":"PIMG/TIMG","#
        + #""CopyTelephonyIntegrationMethodEnum":"3"}}"#)
  }

  @Test func `a group's template and phone system are where it says`() throws {
    let groups = sandbox.respond(to: Wire.xml.request(.get, "/vmrest/portgroups"))
    for uri in Set(try Wire.xml.values("PhoneSystemURI", in: groups)) {
      let system = sandbox.respond(to: Wire.xml.request(.get, uri))
      #expect(system.status == 200)
      #expect(try Wire.xml.values("URI", in: system) == [uri])
    }
    for id in Set(try Wire.xml.values("MediaPortGroupTemplateObjectId", in: groups)) {
      let template = sandbox.respond(
        to: Wire.xml.request(.get, "/vmrest/portgrouptemplates/" + id.uppercased()))
      #expect(try Wire.xml.values("ObjectId", in: template) == [id])
    }
  }

  @Test func `an empty sandbox has phone systems and templates, so that groups can be created`()
    throws
  {
    let empty = try Sandbox(state: .memory, configuration: SandboxConfiguration(seed: .none))
    for (path, total) in [("phonesystems", 2), ("portgrouptemplates", 3), ("portgroups", 0)] {
      let answer = empty.respond(to: Wire.json.request(.get, "/vmrest/" + path))
      #expect(try Wire.json.total(of: answer) == total)
    }
  }
}
