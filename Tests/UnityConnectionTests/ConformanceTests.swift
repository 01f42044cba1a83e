// More that must be the same by every way to talk, in both wires.

import HTTPTransfers
import PortGroupModel
import SandboxServer
import Testing
import UnityConnection

@Suite struct ConformanceTests {
  /// A group with so many servers: the shapes of a list differ for none, one and many.
  private func add(_ count: Int, to sandbox: Sandbox, as number: Int) throws -> ObjectID {
    let group = Example.id(number: 900_000 + number)
    try sandbox.add(
      group: PortGroup(objectID: group, displayName: "Group \(number)", integration: .sip))
    for server in 0..<count {
      try sandbox.add(
        server: PortGroupServer(
          objectID: Example.id(number: number * 1_000 + server),
          fields: [
            .service: "102", .host: FieldValue(text: "h\(server).example"),
            .precedence: FieldValue(text: "\(server)"),
            .groupObjectID: FieldValue(text: group.text),
          ]))
    }
    return group
  }

  @Test(arguments: Talk.all)
  func `lists of none, one, a page and more come whole`(talk: Talk) async throws {
    let sandbox = try Sandbox(state: .memory)
    let sizes = [0, 1, 2, 99, 100, 101, 200]
    let groups = try sizes.enumerated().map { try add($1, to: sandbox, as: $0 + 1) }
    try await talk.with(sandbox) { (client) async throws in
      for (size, group) in zip(sizes, groups) {
        let servers = try await client.servers(of: group).servers
        #expect(servers.compactMap { $0.fields[.host].text }.count == size)
        #expect(Set(servers.map(\.objectID)).count == size)
      }
    }
  }

  @Test(arguments: Talk.all)
  func `a page behind the end is empty and still counts all`(talk: Talk) async throws {
    try await talk.with(try Sandbox(state: .memory)) { (client) async throws in
      #expect(try await client.portGroups(page: 9) == ListPage(total: 6, objects: []))
    }
  }

  @Test(arguments: Talk.all)
  func `a TFTP server without ports is created and found by reading`(talk: Talk) async throws {
    try await talk.with(try Sandbox(state: .memory)) { (client) async throws in
      let before = try await client.servers(of: Example.group).servers
      let answer = try await client.create(
        [.service: "101", .host: "tftp.example"], in: Example.group)
      guard case .done = answer else { return #expect(Bool(false), "not created: \(answer)") }
      let new = try await client.servers(of: Example.group).servers.filter { server in
        !before.contains { $0.objectID == server.objectID }
      }
      #expect(new.map { $0.fields[.host].text } == ["tftp.example"])
      #expect(new.map { $0.fields[.service].text } == ["101"])
    }
  }

  @Test(arguments: Talk.all)
  func `names keep their markup, blanks and letters of any script`(talk: Talk) async throws {
    let sandbox = try Sandbox(state: .memory)
    let names = ["A & B <x> \"y\" 'z'", "Zürich 北京 🏢", "back\\slash / tab\there"]
    for (number, name) in names.enumerated() {
      try sandbox.add(
        group: PortGroup(
          objectID: Example.id(number: 800_000 + number), displayName: name, integration: .sip))
    }
    try await talk.with(sandbox) { (client) async throws in
      let seen = try await client.portGroups().map(\.displayName)
      #expect(Set(seen).isSuperset(of: names))
      for (number, name) in names.enumerated() {
        let group = try await client.portGroup(Example.id(number: 800_000 + number))
        #expect(group?.displayName == name)
      }
    }
  }

  @Test(arguments: Talk.all)
  func `a write to what is not there is refused`(talk: Talk) async throws {
    try await talk.with(try Sandbox(state: .memory)) { (client) async throws in
      let missing = Example.id("99999999-9999-9999-9999-999999999999")
      for answer in [
        try await client.update(missing, in: Example.group, [.port: "1"]),
        try await client.delete(missing, in: Example.group),
        try await client.create([.service: "102"], in: missing),
      ] {
        guard case .refused(let refusal) = answer else {
          return #expect(Bool(false), "not refused: \(answer)")
        }
        #expect(refusal.status == 404)
        #expect(refusal.sentence.contains("portgroupservers"))
      }
    }
  }

  @Test(arguments: Talk.all)
  func `a busy server is busy for reads and writes`(talk: Talk) async throws {
    let faults = SandboxFaults(busy: 1, seed: 1)
    let sandbox = try Sandbox(state: .memory, configuration: SandboxConfiguration(faults: faults))
    try await talk.with(sandbox) { (client) async throws in
      let answer = try await client.create([.service: "102"], in: Example.group)
      guard case .notProcessed(let setback) = answer else {
        return #expect(Bool(false), "not busy: \(answer)")
      }
      #expect(setback.kind == .busy)
      let error = await #expect(throws: ServerError.self) { try await client.portGroups() }
      #expect(error?.kind == .busy)
    }
    #expect(sandbox.counts.writes == 0)
  }
}
