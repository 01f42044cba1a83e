// What a restore takes from its source, what it leaves alone, and what it refuses.

import CommandLineTool
import Foundation
import PortGroupFiles
import PortGroupModel
import RowLedger
import TestSupport
import Testing

@testable import BatchEngine

@Suite struct RestoreTests {
  typealias Group = ConfigurationPair.Group

  /// A group with SIP proxies, each as `id host/precedence`.
  static func group(
    _ number: Int, _ name: String = "SIP", _ integration: IntegrationMethod = .sip,
    _ servers: [(id: Int, host: String, precedence: Int)] = [], service: Int = 102
  ) -> Group {
    Group(
      id: EngineRig.id(number), name: name, integration: integration,
      servers: servers.map { server in
        [
          .service: .text(String(service)), .host: .text(server.host), .hostV6: .empty,
          .port: "5060", .tlsPort: "5061", .precedence: .text(String(server.precedence)),
          .skinnyStateMachine: .empty, .objectID: .text(EngineRig.id(server.id).text),
        ]
      })
  }

  static let two = [
    group(1, "SIP", .sip, [(11, "10.0.0.1", 0), (12, "10.0.0.2", 1)]),
    group(2, "Branch", .sip, [(21, "10.0.1.1", 0), (22, "10.0.1.2", 1)]),
  ]

  /// Both groups, and in each a server more than in `two`.
  static let three = two.enumerated().map { index, group in
    var more = group
    more.servers +=
      Self.group(
        1, "", .sip, [(index * 10 + 19, "10.0.\(index).9", 9)]
      ).servers
    return more
  }

  // MARK: Scope

  @Test func `a group that the source does not name is never touched`() async throws {
    let (rig, server) = try EngineRig.holding(Self.three)
    let result = await rig.restore([Self.two[0]])
    #expect(result.status == .success)
    #expect(server.log.filter { $0.hasPrefix("delete") } == ["delete 1/19"])
    #expect(server.count("list 2") == 0)
    #expect(result.verdict?.same == 1)
  }

  @Test func `only the selected groups are restored, and an unusable other group does not matter`()
    async throws
  {
    let (rig, server) = try EngineRig.holding(Self.three)
    let lost = Self.group(7, "Nowhere", .sip, [(71, "10.0.7.1", 0)])
    let source = RestoreSource.stored(MemorySnapshot(content: Self.two + [lost]))
    let result = await rig.restore(source, only: ["Branch"])
    #expect(result.status == .success)
    #expect(server.log.filter { $0.hasPrefix("delete") } == ["delete 2/29"])
    #expect(result.verdict?.same == 1)
  }

  @Test func `a selected group that the source lacks is an error, and nothing is sent`()
    async throws
  {
    let (rig, server) = try EngineRig.holding(Self.three)
    let source = RestoreSource.stored(MemorySnapshot(content: [Self.two[0]]))
    let result = await rig.restore(source, only: ["Branch"])
    #expect(result.stop == .sourceLacksGroup("Branch", nearest: nil))
    #expect(result.status == .inputInvalid)
    #expect(
      result.stop?.ending.reason
        == "the source has no port group \"Branch\", which --only-group asks for")
    #expect(server.writes == 0)
    let unknown = await rig.restore(source, only: ["Brnch"])
    #expect(unknown.stop == .noSuchGroup("Brnch", nearest: "Branch"))
  }

  @Test func `a group that the target lacks refuses the restore, or is left out`() async throws {
    let (rig, server) = try EngineRig.holding([Self.three[0]])
    let refused = await rig.restore(Self.two)
    #expect(refused.status == .inputInvalid)
    #expect(server.writes == 0)
    #expect(
      rig.events.diagnostics.map(\.message) == [
        "the target has no port group \"Branch\" (2 rows name it so)"
      ])
    #expect(rig.events.diagnostics.map(\.hint.remedy) == [.skipMissingGroups])
    let skipped = await rig.restore(Self.two, .exact { $0.missingGroups = .skip })
    #expect(skipped.status == .success)
    #expect(skipped.books?.read == 3)
    #expect(
      rig.events.remarks == [
        "the target lacks 1 port group of backups@latest, which is left out with 2 rows: \"Branch\""
      ])
    #expect(skipped.verdict?.same == 1)
  }

  @Test func `a missing group without servers counts as well`() async throws {
    let (rig, server) = try EngineRig.holding([Self.three[0]])
    let result = await rig.restore([Self.two[0], Self.group(7, "Empty")])
    #expect(result.stop == .unsuitable("the target has no port group \"Empty\""))
    #expect(result.status == .inputInvalid)
    #expect(server.writes == 0)
    let skipped = await rig.restore(
      [Self.two[0], Self.group(7, "Empty")], .exact { $0.missingGroups = .skip })
    #expect(skipped.status == .success)
  }

  @Test
  func `a group that is empty in a snapshot is emptied, its last server only if that is allowed`()
    async throws
  {
    var (rig, _) = try EngineRig.holding(Self.two)
    rig.options.allowLast = false
    let empty = Self.group(1)
    let kept = await rig.restore([empty])
    #expect(try await rig.states(kept) == ["deleted", "failed:last-server"])
    #expect(kept.status == .rowsFailed)
    #expect(kept.verdict?.different == 1)
    rig.options.allowLast = true
    let emptied = await rig.restore([empty])
    #expect(emptied.status == .success)
    #expect(try await rig.servers(of: empty.group) == [])
  }

  @Test func `only servers of the selected services are compared, created and deleted`()
    async throws
  {
    var before = Self.three[0]
    before.servers += Self.group(1, "", .sip, [(41, "10.9.0.1", 0)], service: 101).servers
    var after = Self.two[0]
    after.servers[0][.host] = "10.0.0.77"
    after.servers += Self.group(1, "", .sip, [(42, "10.9.0.2", 0)], service: 101).servers
    let (rig, server) = try EngineRig.holding([before])
    let result = await rig.restore([after], .exact { $0.onlyServices = [101] })
    #expect(result.status == .success)
    #expect(
      server.log.filter { ["create", "update", "delete"].contains($0.split(separator: " ").first) }
        == ["create 1", "delete 1/41"])
    #expect(result.verdict?.isSame == true)
    #expect(result.books?.read == 2)
  }

  @Test func `a PIMG group is compared and never changed, and named in the verdict`() async throws {
    let before = Self.group(
      3, "PIMG", .pimg, [(31, "10.0.3.1", 0), (32, "10.0.3.2", 1)], service: 104)
    var after = before
    after.servers.removeLast()
    let (rig, server) = try EngineRig.holding([before])
    let result = await rig.restore([after])
    #expect(server.writes == 0)
    #expect(try await rig.states(result) == ["unchanged"])
    #expect(result.status == .notAsAsked)
    #expect(result.verdict?.first.map(\.group.displayName) == ["PIMG"])
  }

  @Test func `servers of other services are named and not deleted`() async throws {
    var before = Self.two[0]
    before.servers += Self.group(1, "", .sip, [(41, "10.9.0.1", 0)], service: 103).servers
    let (rig, server) = try EngineRig.holding([before])
    let result = await rig.restore([Self.two[0]])
    #expect(server.writes == 0)
    #expect(result.status == .notAsAsked)
    #expect(
      result.verdict?.first.first?.differences == [.added(before.servers[2])])
  }

  // MARK: Files

  static func file(
    _ text: String, in folder: TemporaryFolder, ledger: Ledger? = nil
  ) throws -> RestoreSource {
    let path = try folder.write(text, to: "backup.csv")
    var input = ImportInput(files: [path])
    input.exports = KnownExports(in: ledger)
    return .file(input)
  }

  static let heading =
    "PortGroup,MediaRemoteServiceEnum,HostOrIPAddress,Port,TlsPort,Precedence"

  @Test func `a file is restored, and fields that it does not have are left alone`() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let (rig, server) = try EngineRig.holding(Self.three)
    let source = try Self.file(
      "\(Self.heading)\nSIP,102,10.0.0.1,5060,5061,5\nSIP,102,10.0.0.2,5060,5061,1\n", in: folder)
    let result = await rig.restore(source)
    #expect(result.status == .success)
    #expect(
      server.log.filter { $0.hasPrefix("update") || $0.hasPrefix("delete") } == [
        "update 1/11", "delete 1/19",
      ])
    #expect(try await rig.ledger.inputs(of: try #require(result.run)).count == 1)
  }

  @Test func `one invalid row keeps everything from being sent`() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let (rig, server) = try EngineRig.holding(Self.three)
    let source = try Self.file(
      "\(Self.heading)\nSIP,102,10.0.0.1,5060,5061,5\nBranch,102,10.0.1.1,x,5061,1\n", in: folder)
    let result = await rig.restore(source)
    #expect(result.status == .inputInvalid)
    #expect(result.books?.invalid == 1)
    #expect(server.writes == 0)
  }

  @Test(arguments: [
    ("Operation", "delete"), ("Operation", "create"), ("MatchHostOrIPAddress", "10.0.0.1"),
  ])
  func `a row with an operation or a Match value is a wrong use of the command`(
    column: String, value: String
  ) async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let (rig, server) = try EngineRig.holding(Self.three)
    let source = try Self.file(
      "\(Self.heading),\(column)\nSIP,102,10.0.0.1,5060,5061,5,\nSIP,102,10.0.0.2,5060,5061,1,\(value)\n",
      in: folder)
    let result = await rig.restore(source)
    #expect(result.status == .usage)
    #expect(
      result.stop?.ending.reason
        == "\(folder.path("backup.csv")):3: the row has an operation or a Match value, "
        + "and a restore takes only servers as they are to be")
    #expect(server.writes == 0)
  }

  @Test func `two rows with one key are an error, two with different ids are not`() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let (rig, server) = try EngineRig.holding(Self.three)
    let rows = "SIP,102,10.0.0.1,5060,5061,5\nSIP,102,10.0.0.1,5060,5061,6\n"
    let result = await rig.restore(try Self.file("\(Self.heading)\n\(rows)", in: folder))
    #expect(result.status == .inputInvalid)
    #expect(Set(rig.events.diagnostics.map(\.code)) == [.duplicateRow])
    #expect(server.writes == 0)
    let own = rows.split(separator: "\n").enumerated().map { "\($1),\(EngineRig.id(81 + $0))\n" }
    let both = await rig.restore(
      try Self.file("\(Self.heading),ObjectId\n\(own.joined())", in: folder))
    #expect(both.status == .success)
    #expect(
      try await rig.servers(of: Self.two[0].group) == ["10.0.0.1:5060/5", "10.0.0.1:5060/6"])
  }

  @Test func `a file whose ids are none of the target's is restored by name, and says so`()
    async throws
  {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let (rig, _) = try EngineRig.holding(Self.two)
    let source = try Self.file(
      "\(Self.heading),MediaPortGroupObjectId\nSIP,102,10.0.0.1,5060,5061,5,\(EngineRig.id(99))\n",
      in: folder)
    let result = await rig.restore(source, RestoreTerms())
    #expect(result.books?.updated == 1)
    #expect(
      rig.events.remarks == [
        "none of the port group ids in \(folder.path("backup.csv")) is on the target: these groups match by "
          + "name alone"
      ])
  }

  // MARK: Whose it is

  /// Where a source comes from.
  enum Origin: String, CaseIterable, Sendable {
    case sameServer, sameAddress, otherServer, otherAddress, unknown
  }

  @Test(arguments: Origin.allCases, [false, true])
  func `a snapshot is restored onto its own server only, unless the flag says otherwise`(
    origin: Origin, isAllowed: Bool
  ) async throws {
    var (rig, server) = try EngineRig.holding(Self.three)
    var snapshot = MemorySnapshot(content: Self.two)
    switch origin {
    case .sameServer: break
    case .sameAddress:
      rig.target.identity = "lab:443"
      snapshot.origin.identity = "lab:443"
    case .otherServer: snapshot.origin.identity = "5a5a5a5a-0000-4000-8000-000000000002"
    case .otherAddress: snapshot.origin = ConfigurationOrigin(url: "https://b", identity: "b:443")
    case .unknown: snapshot.origin.identity = nil
    }
    let result = await rig.restore(
      .stored(snapshot), .exact { $0.allowsOtherTarget = isAllowed })
    if isAllowed || origin == .sameServer || origin == .sameAddress {
      #expect(result.status == .success)
      #expect(server.writes == 2)
    } else {
      #expect(result.status == .refused)
      #expect(
        result.stop
          == .otherTarget(
            OtherTarget(
              source: "backups@latest", origin: snapshot.origin.text, target: "https://lab")))
      #expect(server.writes == 0)
    }
  }

  // MARK: Refusals in the middle

  @Test(arguments: [403, 500])
  func `if one group cannot be listed, nothing is deleted anywhere`(status: Int) async throws {
    let (rig, server) = try EngineRig.holding(Self.three)
    server.setRule { $0.name == "list 2" ? .status(status) : .pass }
    let result = await rig.restore(Self.two)
    guard case .unreadable(let group) = result.stop else {
      Issue.record("it ended with \(String(describing: result.stop))")
      return
    }
    #expect(group.group.displayName == "Branch")
    #expect(result.status == .tryAgain)
    #expect(server.writes == 0)
  }

  @Test func `more deletes than allowed are refused before anything is sent`() async throws {
    var (rig, server) = try EngineRig.holding(Self.three)
    rig.options.maxDelete = 1
    let result = await rig.restore(Self.two)
    #expect(
      result.stop
        == .tooManyDeletes(DeleteExcess(deletions: 2, allowed: 1, limit: 1, rows: 6)))
    #expect(result.status == .limitExceeded)
    #expect(server.writes == 0)
  }
}
