// The client and the sandbox, whose codecs were written apart, in both languages.

import HTTPMessages
import PortGroupModel
import SandboxServer
import Testing
import UnityConnection

@Suite struct ClientAgainstSandboxTests {
  private static func client(
    _ sandbox: Sandbox, _ wire: WireFormat, password: String = "sandbox"
  ) -> ConnectionClient {
    ConnectionClient(
      server: "sandbox:", over: sandbox,
      credentials: Credentials(username: "admin", password: Secret(password)), wire: wire,
      clock: HandClock().clock)
  }

  @Test(arguments: WireFormat.allCases)
  func `the lab is seen whole`(wire: WireFormat) async throws {
    let client = Self.client(try Sandbox(state: .memory), wire)
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

  @Test(arguments: WireFormat.allCases)
  func `a server is created, changed and deleted`(wire: WireFormat) async throws {
    let sandbox = try Sandbox(state: .memory)
    let client = Self.client(sandbox, wire)
    let before = try await client.servers(of: Example.group).servers
    let created = try await client.create(
      [
        .service: "102", .host: "12.12.12.12", .hostV6: "2001:db8::1", .port: "5060",
        .tlsPort: "5061", .precedence: "7",
      ], in: Example.group)
    guard case .done(let newID?) = created else {
      Issue.record("not created: \(created)")
      return
    }
    let update: FieldValues = [.port: "5070", .hostV6: .empty]
    #expect(try await client.update(newID, in: Example.group, update) == .done(newID: nil))
    let changed = try await client.servers(of: Example.group).servers
    #expect(changed.count == before.count + 1)
    let server = try #require(changed.first { $0.objectID == newID })
    #expect(server.fields[.host] == "12.12.12.12")
    #expect(server.fields[.hostV6].text == nil)
    #expect(server.fields[.port] == "5070")
    #expect(server.fields[.tlsPort] == "5061")
    #expect(server.fields[.precedence] == "7")
    #expect(try await client.portGroup(Example.group)?.needsReset == true)

    #expect(try await client.delete(newID, in: Example.group) == .done(newID: nil))
    #expect(try await client.servers(of: Example.group).servers == before)
    guard case .refused(let refusal) = try await client.delete(newID, in: Example.group) else {
      Issue.record("deleted twice")
      return
    }
    #expect(refusal.status == 404)
    #expect(sandbox.counts.logins == 1)
    #expect(sandbox.counts.writes == 4)
  }

  @Test(arguments: WireFormat.allCases)
  func `a refusal comes with the server's own words`(wire: WireFormat) async throws {
    let client = Self.client(try Sandbox(state: .memory), wire)
    let answer = try await client.create([.service: "102", .port: "99999"], in: Example.group)
    guard case .refused(let refusal) = answer else {
      Issue.record("not refused: \(answer)")
      return
    }
    #expect(refusal.status == 400)
    #expect(refusal.sentence.contains("Port"))
  }

  @Test(arguments: WireFormat.allCases)
  func `a group that is not there is told from an empty one`(wire: WireFormat) async throws {
    let sandbox = try Sandbox(state: .memory)
    try sandbox.add(
      group: PortGroup(objectID: Example.server, displayName: "Empty", integration: .sip))
    let client = Self.client(sandbox, wire)
    #expect(try await client.servers(of: Example.server).servers == [])
    let missing = Example.id("99999999-9999-9999-9999-999999999999")
    #expect(try await client.portGroup(missing) == nil)
    let error = await #expect(throws: ServerError.self) { try await client.servers(of: missing) }
    #expect(error?.kind == .groupGone)
  }

  @Test(arguments: WireFormat.allCases)
  func `long lists come whole, over pages`(wire: WireFormat) async throws {
    let sandbox = try Sandbox(state: .memory)
    for number in 1...205 {
      try sandbox.add(
        server: PortGroupServer(
          objectID: Example.id(number: number),
          fields: [
            .service: "102", .host: FieldValue(text: "h\(number).example"), .port: "5060",
            .groupObjectID: FieldValue(text: Example.group.text),
          ]))
    }
    let client = Self.client(sandbox, wire)
    #expect(try await client.servers(of: Example.group).servers.count == 207)
    #expect(sandbox.counts.requests["GET"] == 4)
  }

  @Test func `wrong credentials are sent once`() async throws {
    let sandbox = try Sandbox(state: .memory)
    let client = Self.client(sandbox, .xml, password: "guess")
    for _ in 1...3 {
      let error = await #expect(throws: ServerError.self) { try await client.portGroups() }
      #expect(error?.kind == .credentialsRefused)
    }
    #expect(sandbox.counts.requests["GET"] == 1)
  }

  @Test func `tokens that age out cost logins and no answers`() async throws {
    let configuration = SandboxConfiguration(tokenLifetime: .zero)
    let sandbox = try Sandbox(state: .memory, configuration: configuration)
    let client = Self.client(sandbox, .json)
    for _ in 1...5 { #expect(try await client.portGroups().count == 6) }
    #expect(sandbox.counts.logins == 5)
  }
}
