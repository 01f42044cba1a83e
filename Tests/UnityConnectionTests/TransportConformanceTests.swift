// Further behavior that must be the same over every transport and in both formats.

import HTTPTransfers
import PortGroupModel
import SandboxServer
import Testing
import UnityConnection

@Suite struct TransportConformanceTests {
  /// Adds a group with `count` servers; the format of a list differs for none, one and many.
  private func add(_ count: Int, to sandbox: Sandbox, as number: Int) throws -> ObjectID {
    let group = ExampleID.id(number: 900_000 + number)
    try sandbox.add(
      group: PortGroup(objectID: group, displayName: "Group \(number)", integration: .sip))
    for server in 0..<count {
      try sandbox.add(
        server: PortGroupServer(
          objectID: ExampleID.id(number: number * 1_000 + server),
          fields: [
            .service: "102", .host: FieldValue(text: "h\(server).example"),
            .precedence: FieldValue(text: "\(server)"),
            .groupObjectID: FieldValue(text: group.text),
          ]))
    }
    return group
  }

  @Test(arguments: TestConnection.all)
  func `lists of any length are read completely`(connection: TestConnection) async throws {
    let sandbox = try Sandbox(state: .memory)
    let sizes = [0, 1, 2, 99, 100, 101, 200]
    let groups = try sizes.enumerated().map { try add($1, to: sandbox, as: $0 + 1) }
    try await connection.with(sandbox) { (client) async throws in
      for (size, group) in zip(sizes, groups) {
        let servers = try await client.servers(of: group).servers
        #expect(servers.compactMap { $0.fields[.host].text }.count == size)
        #expect(Set(servers.map(\.objectID)).count == size)
      }
    }
  }

  @Test(arguments: TestConnection.all)
  func `a page after the end is empty and has the total`(connection: TestConnection) async throws {
    try await connection.with(try Sandbox(state: .memory)) { (client) async throws in
      #expect(try await client.portGroups(page: 9) == ListPage(total: 6, objects: []))
    }
  }

  @Test(arguments: TestConnection.all)
  func `a TFTP server without ports can be created and read`(connection: TestConnection)
    async throws
  {
    try await connection.with(try Sandbox(state: .memory)) { (client) async throws in
      let before = try await client.servers(of: ExampleID.group).servers
      let outcome = try await client.create(
        [.service: "101", .host: "tftp.example"], in: ExampleID.group)
      guard case .done = outcome else { return #expect(Bool(false), "not created: \(outcome)") }
      let new = try await client.servers(of: ExampleID.group).servers.filter { server in
        !before.contains { $0.objectID == server.objectID }
      }
      #expect(new.map { $0.fields[.host].text } == ["tftp.example"])
      #expect(new.map { $0.fields[.service].text } == ["101"])
    }
  }

  @Test(arguments: TestConnection.all)
  func `names keep markup characters, spaces and letters of any script`(connection: TestConnection)
    async throws
  {
    let sandbox = try Sandbox(state: .memory)
    let names = ["A & B <x> \"y\" 'z'", "Zürich 北京 🏢", "back\\slash / tab\there"]
    for (number, name) in names.enumerated() {
      try sandbox.add(
        group: PortGroup(
          objectID: ExampleID.id(number: 800_000 + number), displayName: name, integration: .sip))
    }
    try await connection.with(sandbox) { (client) async throws in
      let seen = try await client.portGroups().map(\.displayName)
      #expect(Set(seen).isSuperset(of: names))
      for (number, name) in names.enumerated() {
        let group = try await client.portGroup(ExampleID.id(number: 800_000 + number))
        #expect(group?.displayName == name)
      }
    }
  }

  @Test(arguments: TestConnection.all)
  func `a write to an object that does not exist is refused`(connection: TestConnection)
    async throws
  {
    try await connection.with(try Sandbox(state: .memory)) { (client) async throws in
      let missing = ExampleID.id("99999999-9999-9999-9999-999999999999")
      for outcome in [
        try await client.update(missing, in: ExampleID.group, [.port: "1"]),
        try await client.delete(missing, in: ExampleID.group),
        try await client.create([.service: "102"], in: missing),
      ] {
        guard case .refused(let refusal) = outcome else {
          return #expect(Bool(false), "not refused: \(outcome)")
        }
        #expect(refusal.status == 404)
        #expect(refusal.sentence.contains("portgroupservers"))
      }
    }
  }

  @Test(arguments: TestConnection.all)
  func `a busy server is busy for reads and writes`(connection: TestConnection) async throws {
    let faults = SandboxFaults(busy: 1, seed: 1)
    let sandbox = try Sandbox(state: .memory, configuration: SandboxConfiguration(faults: faults))
    try await connection.with(sandbox) { (client) async throws in
      let outcome = try await client.create([.service: "102"], in: ExampleID.group)
      guard case .notProcessed(let failure) = outcome else {
        return #expect(Bool(false), "not busy: \(outcome)")
      }
      #expect(failure.kind == .busy)
      let error = await #expect(throws: ServerError.self) { try await client.portGroups() }
      #expect(error?.kind == .busy)
    }
    #expect(sandbox.counts.writes == 0)
  }
}
