// The state that a sandbox stores, the data that can be loaded into it, and its errors.

import HTTPMessages
import PortGroupModel
import SandboxServer
import TestSupport
import Testing

@Suite struct StateTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func text(_ sandbox: Sandbox, _ path: String) -> String {
    sandbox.respond(to: HTTPRequest(.get, path, headerFields: jsonFields)).text
  }

  @Test func `a state file stores changes, and gets its initial content only once`() throws {
    let storage = Sandbox.Storage.file(folder.path("lab.db"))
    let before: String
    do {
      let sandbox = try Sandbox(state: storage)
      let path = servers(LabGroup.xmlListing) + "/e3e412c3-16fc-4922-b863-c2e365c08350"
      #expect(sandbox.respond(to: HTTPRequest(.delete, path, headerFields: fields())).status == 204)
      before = text(sandbox, "/vmrest/portgroups")
    }
    let again = try Sandbox(state: storage)
    #expect(text(again, servers(LabGroup.xmlListing)) == #"{"@total":"0"}"#)
    #expect(text(again, "/vmrest/portgroups") == before)
  }

  @Test func `a state without initial groups stays empty`() throws {
    let storage = Sandbox.Storage.file(folder.path("lab.db"))
    _ = try Sandbox(state: storage, configuration: SandboxConfiguration(seed: .none))
    #expect(text(try Sandbox(state: storage), "/vmrest/portgroups") == #"{"@total":"0"}"#)
  }

  private let groupID = "11111111-2222-4333-8444-555555555555"

  private func loaded() throws -> Sandbox {
    let sandbox = try Sandbox(state: .memory, configuration: SandboxConfiguration(seed: .none))
    let id = try #require(ObjectID(groupID))
    try sandbox.add(
      group: PortGroup(
        objectID: id, displayName: "Ünits & <Co>", integration: .pimg, needsReset: true))
    return sandbox
  }

  private func server(_ fields: FieldValues) throws -> PortGroupServer {
    PortGroupServer(
      objectID: try #require(ObjectID("AAAAAAAA-2222-4333-8444-555555555555")), fields: fields)
  }

  @Test func `exported groups and servers can be loaded`() throws {
    let sandbox = try loaded()
    try sandbox.add(
      server: server([
        .service: "104", .groupObjectID: .text(groupID.uppercased()), .host: "10.0.0.1",
        .port: "5060",
      ]))
    let groups = text(sandbox, "/vmrest/portgroups")
    #expect(groups.hasPrefix(#"{"@total":"1","PortGroup":{"URI":"/vmrest/portgroups/\#(groupID)""#))
    #expect(groups.contains(#""DisplayName":"Ünits & <Co>""#))
    #expect(groups.contains(#""TelephonyIntegrationMethodEnum":"3""#))
    #expect(groups.contains(#""ResetStatusEnum":"100""#))
    #expect(
      text(sandbox, servers(groupID))
        == #"{"@total":"1","PortGroupServer":{"URI":"/vmrest/portgroups/\#(groupID)/portgroupservers/"#
        + #"aaaaaaaa-2222-4333-8444-555555555555","ObjectId":"aaaaaaaa-2222-4333-8444-555555555555","#
        + #""MediaRemoteServiceEnum":"104","MediaPortGroupObjectId":"\#(groupID)","#
        + #""PortGroupURI":"/vmrest/portgroups/\#(groupID)","HostOrIPAddress":"10.0.0.1","#
        + #""Port":"5060","Precedence":"0","HostOrIPAddressV6":""}}"#)
  }

  @Test func `an error names the object that cannot be loaded, and the reason`() throws {
    let sandbox = try loaded()
    let id = try #require(ObjectID(groupID))
    #expect(
      throws: SandboxError.notAdded(
        what: "Port group twice", reason: "its ObjectId already exists")
    ) {
      try sandbox.add(group: PortGroup(objectID: id, displayName: "twice", integration: .sip))
    }
    let what = "Port group server aaaaaaaa-2222-4333-8444-555555555555"
    #expect(throws: SandboxError.notAdded(what: what, reason: "its port group is not there")) {
      try sandbox.add(server: server([.service: "102", .groupObjectID: .text(LabGroup.sip)]))
    }
    #expect(
      throws: SandboxError.notAdded(
        what: what, reason: "its service or the id of its port group is missing")
    ) {
      try sandbox.add(server: server([.groupObjectID: .text(groupID)]))
    }
    #expect(
      throws: SandboxError.notAdded(what: what, reason: "Port is 'x', which is not a number")
    ) {
      try sandbox.add(
        server: server([.service: "102", .groupObjectID: .text(groupID), .port: "x"]))
    }
  }

  @Test func `a load adds all objects or none`() throws {
    let sandbox = try Sandbox(state: .memory, configuration: SandboxConfiguration(seed: .none))
    let id = try #require(ObjectID(groupID))
    let group = PortGroup(objectID: id, displayName: "A", integration: .sip)
    let good = try server([.service: "102", .groupObjectID: .text(groupID)])
    #expect(throws: SandboxError.self) {
      try sandbox.load(groups: [group], servers: [good, good])
    }
    #expect(text(sandbox, "/vmrest/portgroups") == #"{"@total":"0"}"#)
    try sandbox.load(groups: [group], servers: [good])
    #expect(
      text(sandbox, servers(groupID)).contains(#""HostOrIPAddress":"127.0.0.1","Port":"5060""#))
  }

  @Test func `a file that is not a sandbox's state is refused`() throws {
    let path = try folder.write("PortGroup,Port\n", to: "servers.csv")
    #expect(throws: SandboxError.state(path: path, reason: .notASandbox)) {
      _ = try Sandbox(state: .file(path))
    }
    let missing = folder.path("none/lab.db")
    #expect(
      throws: SandboxError.state(path: missing, reason: .other("No such file or directory"))
    ) {
      _ = try Sandbox(state: .file(missing))
    }
  }

  @Test(arguments: [
    (
      SandboxError.state(path: "lab.db", reason: .notASandbox),
      "The sandbox's state in lab.db cannot be used: it is not the state of a sandbox. Name another file, or a new one."
    ),
    (
      .state(path: "lab.db", reason: .busy),
      "The sandbox's state in lab.db cannot be used: another program holds it locked. Stop the other sandbox, or name another file."
    ),
    (
      .state(path: "lab.db", reason: .full),
      "The sandbox's state in lab.db cannot be used: the disk is full. Make room, then try again."
    ),
    (
      .notAdded(what: "Port group A", reason: "its ObjectId already exists"),
      "Port group A cannot be added to the sandbox: its ObjectId already exists."
    ),
    (
      .addressUnknown("nowhere"),
      "The sandbox cannot listen on nowhere: it is not an address. Give an IPv4 or IPv6 address of this machine, such as 127.0.0.1."
    ),
    (
      .cannotListen(address: "127.0.0.1", port: 8443, reason: .inUse),
      "The sandbox cannot listen on 127.0.0.1 port 8443: another program listens there. Choose another port, or 0 for any free one."
    ),
    (
      .cannotListen(address: "127.0.0.1", port: 80, reason: .notAllowed),
      "The sandbox cannot listen on 127.0.0.1 port 80: this user may not. Choose a port from 1024 on."
    ),
    (
      .cannotListen(address: "192.0.2.1", port: 8443, reason: .addressNotHere),
      "The sandbox cannot listen on 192.0.2.1 port 8443: this machine does not have that address. Try 127.0.0.1."
    ),
    (
      .certificate(path: "lab.pem", reason: "TLS does not take it and its key"),
      "The certificate in lab.pem cannot be used: TLS does not take it and its key."
    ),
  ])
  func `the description of an error is a complete sentence`(error: SandboxError, text: String) {
    #expect(error.description == text)
  }
}
