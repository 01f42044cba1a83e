// Read-only resources: phone systems, templates, the server and its cluster, and how groups refer to them.

import HTTPMessages
import PortGroupModel
import SandboxServer
import TestSupport
import Testing

@Suite struct PlatformTests {
  let sandbox: Sandbox

  init() throws { sandbox = try Sandbox(state: .memory) }

  private func json(_ target: String) -> String {
    sandbox.respond(to: Wire.json.request(.get, target)).text
  }

  /// The response with `ID` in place of the machine's id.
  private func json(_ target: String, replacing id: String) -> String {
    json(target).replacing(id, with: "ID")
  }

  @Test func `the server and its cluster are shown`() throws {
    let id = try #require(try Wire.xml.values("ObjectId", in: vmsServers(sandbox)).first)
    #expect(
      json("/vmrest/vmsservers", replacing: id)
        == #"{"@total":"1","VmsServer":{"ObjectId":"ID","#
        + #""ServerName":"unity-lab","IpAddress":"10.10.0.5","IpAddressV6":"","HostName":"unity-lab","#
        + #""ClusterMemberId":"0","ServerState":"20","ServerDisplayState":"3","#
        + #""SubToPerformReplicationRole":"false"}}"#)
    #expect(
      sandbox.respond(to: Wire.xml.request(.get, "/vmrest/cluster/")).text.replacing(id, with: "ID")
        == """
        <?xml version="1.0" encoding="UTF-8"?>
        <Cluster total="1">
          <Server>
            <Key>ID</Key>
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

  private func vmsServers(_ sandbox: Sandbox) -> HTTPResponse {
    sandbox.respond(to: Wire.xml.request(.get, "/vmrest/vmsservers"))
  }

  @Test func `each sandbox has its own machine id, which is stored in its state`() throws {
    let folder = try TemporaryFolder()
    func id(_ storage: Sandbox.Storage) throws -> [String] {
      try Wire.xml.values("ObjectId", in: vmsServers(try Sandbox(state: storage)))
    }
    let first = try id(.file(folder.path("lab.db")))
    #expect(first.allSatisfy { ObjectID($0) != nil } && first.count == 1)
    #expect(try id(.file(folder.path("lab.db"))) == first)
    #expect(try id(.file(folder.path("other.db"))) != first)
    #expect(try id(.memory) != id(.memory))
  }

  @Test func `the path of the product version may end with a slash`() {
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

  @Test func `a group refers to an existing template and phone system`() throws {
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
      let response = empty.respond(to: Wire.json.request(.get, "/vmrest/" + path))
      #expect(try Wire.json.total(of: response) == total)
    }
  }
}
