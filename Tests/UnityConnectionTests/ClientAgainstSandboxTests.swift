// The client with the sandbox, whose codecs were written independently, over every transport and in both formats.

import HTTPTransfers
import PortGroupModel
import SandboxServer
import Testing
import UnityConnection

@Suite struct ClientAgainstSandboxTests {
  @Test(arguments: TestConnection.all)
  func `the client reads the complete initial content`(connection: TestConnection) async throws {
    try await connection.with(try Sandbox(state: .memory)) { (client) async throws in
      #expect(try await client.version() == "14.0.1.0")
      let groups = try await client.portGroups()
      #expect(groups.count == 6)
      for group in groups {
        #expect(try await client.portGroup(group.objectID) == group)
        let list = try await client.servers(of: group.objectID)
        #expect(!list.servers.isEmpty)
        #expect(list.unknownFields == [])
        #expect(
          list.servers.allSatisfy { $0.fields[.groupObjectID].text == group.objectID.text })
      }
    }
  }

  @Test(arguments: TestConnection.all)
  func `a server can be created, changed and deleted`(connection: TestConnection) async throws {
    let sandbox = try Sandbox(state: .memory)
    try await connection.with(sandbox) { (client) async throws in
      let before = try await client.servers(of: ExampleID.group).servers
      let created = try await client.create(
        [
          .service: "102", .host: "12.12.12.12", .hostV6: "2001:db8::1", .port: "5060",
          .tlsPort: "5061", .precedence: "7",
        ], in: ExampleID.group)
      guard case .done(let newID?) = created else {
        Issue.record("not created: \(created)")
        return
      }
      let update: FieldValues = [.port: "5070", .hostV6: .empty]
      #expect(try await client.update(newID, in: ExampleID.group, update) == .done(newID: nil))
      let changed = try await client.servers(of: ExampleID.group).servers
      #expect(changed.count == before.count + 1)
      let server = try #require(changed.first { $0.objectID == newID })
      #expect(server.fields[.host] == "12.12.12.12")
      #expect(server.fields[.hostV6].text == nil)
      #expect(server.fields[.port] == "5070")
      #expect(server.fields[.tlsPort] == "5061")
      #expect(server.fields[.precedence] == "7")
      #expect(try await client.portGroup(ExampleID.group)?.needsReset == true)

      #expect(try await client.delete(newID, in: ExampleID.group) == .done(newID: nil))
      #expect(try await client.servers(of: ExampleID.group).servers == before)
      guard case .refused(let refusal) = try await client.delete(newID, in: ExampleID.group) else {
        Issue.record("deleted twice")
        return
      }
      #expect(refusal.status == 404)
      #expect(sandbox.counts.logins == 1)
      #expect(sandbox.counts.writes == 4)
    }
  }

  @Test(arguments: TestConnection.all)
  func `a refusal has the server's message`(connection: TestConnection) async throws {
    try await connection.with(try Sandbox(state: .memory)) { (client) async throws in
      let outcome = try await client.create([.service: "102", .port: "99999"], in: ExampleID.group)
      guard case .refused(let refusal) = outcome else {
        Issue.record("not refused: \(outcome)")
        return
      }
      #expect(refusal.status == 400)
      #expect(refusal.sentence.contains("Port"))
    }
  }

  @Test(arguments: TestConnection.all)
  func `a group that does not exist is distinguished from an empty one`(connection: TestConnection)
    async throws
  {
    let sandbox = try Sandbox(state: .memory)
    try sandbox.add(
      group: PortGroup(objectID: ExampleID.server, displayName: "Empty", integration: .sip))
    try await connection.with(sandbox) { (client) async throws in
      #expect(try await client.servers(of: ExampleID.server).servers == [])
      let missing = ExampleID.id("99999999-9999-9999-9999-999999999999")
      #expect(try await client.portGroup(missing) == nil)
      let error = await #expect(throws: ServerError.self) { try await client.servers(of: missing) }
      #expect(error?.kind == .groupGone)
    }
  }

  @Test(arguments: TestConnection.all)
  func `long lists are read completely, over several pages`(connection: TestConnection) async throws
  {
    let sandbox = try Sandbox(state: .memory)
    for number in 1...205 {
      try sandbox.add(
        server: PortGroupServer(
          objectID: ExampleID.id(number: number),
          fields: [
            .service: "102", .host: FieldValue(text: "h\(number).example"), .port: "5060",
            .groupObjectID: FieldValue(text: ExampleID.group.text),
          ]))
    }
    try await connection.with(sandbox) { (client) async throws in
      #expect(try await client.servers(of: ExampleID.group).servers.count == 207)
      #expect(sandbox.counts.requests["GET"] == 4)
    }
  }

  @Test(arguments: TestConnection.all)
  func `wrong credentials are sent once`(connection: TestConnection) async throws {
    let sandbox = try Sandbox(state: .memory)
    try await connection.with(sandbox, password: "guess") { (client) async throws in
      for _ in 1...3 {
        let error = await #expect(throws: ServerError.self) { try await client.portGroups() }
        #expect(error?.kind == .credentialsRefused)
      }
    }
    #expect(sandbox.counts.requests["GET"] == 1)
  }

  @Test(arguments: TestConnection.all)
  func `expiring tokens cause logins, but no errors`(connection: TestConnection) async throws {
    let configuration = SandboxConfiguration(tokenLifetime: .zero)
    let sandbox = try Sandbox(state: .memory, configuration: configuration)
    try await connection.with(sandbox) { (client) async throws in
      for _ in 1...5 { #expect(try await client.portGroups().count == 6) }
    }
    #expect(sandbox.counts.logins == 5)
  }

  @Test(arguments: TestConnection.all)
  func `many tasks share one session`(connection: TestConnection) async throws {
    let sandbox = try Sandbox(state: .memory)
    try await connection.with(sandbox) { (client) async throws in
      await withTaskGroup(of: Void.self) { group in
        for number in 0..<40 {
          group.addTask {
            let host = FieldValue(text: "h\(number).example")
            let outcome = try? await client.create(
              [.service: "102", .host: host], in: ExampleID.group)
            guard case .done(.some) = outcome else {
              Issue.record("not created: \(String(describing: outcome))")
              return
            }
          }
        }
      }
      let hosts = try await client.servers(of: ExampleID.group).servers.compactMap {
        $0.fields[.host].text
      }
      #expect(Set(hosts).isSuperset(of: (0..<40).map { "h\($0).example" }))
    }
    #expect(sandbox.counts.logins == 1)
  }

  @Test func `a read-only client sends no writes`() async throws {
    let sandbox = try Sandbox(state: .memory)
    var options = TransferOptions()
    options.readOnly = true
    try await TestConnection(channel: .tls, wire: .xml).with(sandbox, options: options) {
      (client) async throws in
      #expect(try await client.portGroups().count == 6)
      let error = await #expect(throws: ServerError.self) {
        try await client.create([.service: "102"], in: ExampleID.group)
      }
      #expect(error?.kind == .readOnly)
    }
    #expect(sandbox.counts.writes == 0)
  }

  @Test(arguments: TestConnection.all)
  func `an unreliable server never gets a creation twice, and every outcome is correct`(
    connection: TestConnection
  ) async throws {
    let faults = SandboxFaults(dropReply: 0.2, dropRequest: 0.2, busy: 0.2, seed: 7)
    let sandbox = try Sandbox(
      state: .memory, configuration: SandboxConfiguration(faults: faults))
    try await connection.with(sandbox) { (client) async throws in
      var done: Set<String> = []
      var unknown: Set<String> = []
      var notProcessed: Set<String> = []
      for number in 0..<60 {
        let host = "h\(number).example"
        let fields: FieldValues = [.service: "102", .host: FieldValue(text: host)]
        switch try await client.create(fields, in: ExampleID.group) {
        case .done: done.insert(host)
        case .unknown: unknown.insert(host)
        case .notProcessed: notProcessed.insert(host)
        case .refused(let refusal): Issue.record("\(host) was refused: \(refusal)")
        }
      }
      #expect(!done.isEmpty && !unknown.isEmpty && !notProcessed.isEmpty)
      let hosts = try await withRetries { () async throws(ServerError) in
        try await client.servers(of: ExampleID.group).servers
      }.compactMap { $0.fields[.host].text }
      #expect(Set(hosts).count == hosts.count)
      #expect(done.isSubset(of: hosts))
      #expect(notProcessed.isDisjoint(with: hosts))
      #expect(!unknown.isDisjoint(with: hosts) && !unknown.isSubset(of: hosts))
    }
  }

  /// Repeats a request while a retry may succeed, up to a hundred times.
  private func withRetries<Value>(
    _ request: () async throws(ServerError) -> Value
  ) async throws(ServerError) -> Value {
    for _ in 1..<100 {
      do throws(ServerError) {
        return try await request()
      } catch {
        guard error.isRepeatable else { throw error }
      }
    }
    return try await request()
  }
}
