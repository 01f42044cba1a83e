// The comparison of a drill, which does not depend on that of the restore.

import PortGroupModel
import RowLedger
import TestSupport
import Testing

@testable import BatchEngine

@Suite struct DrillCheckTests {
  private typealias Group = ConfigurationPair.Group

  private static let pimg = RestoreTests.group(
    3, "PIMG", .pimg, [(31, "10.0.3.1", 0)], service: 104)

  private static func content(_ groups: [Group]) async throws -> DrillContent {
    let snapshot = MemorySnapshot(content: groups)
    return try await DrillContent(
      reading: snapshot, of: snapshot.origin, control: RunControl())
  }

  /// What a comparison of these groups with a server that has others finds.
  private static func round(
    _ wanted: [Group], on present: [Group], pimg: [Group] = [pimg]
  ) async throws -> DrillRound {
    let (rig, _) = try EngineRig.holding(present)
    let run = try await rig.ledger.beginStaging(
      RunOpening(kind: .restore, source: "", target: rig.target, toolVersion: "test"))
    let check = DrillCheck(client: rig.client, pace: Pace(), setting: rig.setting(), run: run)
    var round = DrillRound(ids: .same)
    var before: [ObjectID: ServerBag] = [:]
    for group in pimg { before[group.id] = ServerBag(group.servers, isExact: true) }
    try await check.compare(with: try await content(wanted), readOnly: before, &round)
    return round
  }

  @Test func `equal servers under other ids are the same, except in PIMG groups`() async throws {
    var present = RestoreTests.two + [Self.pimg]
    present[0].servers.swapAt(0, 1)
    for index in present[1].servers.indices {
      present[1].servers[index][.objectID] = .text(EngineRig.id(900 + index).text)
      present[1].servers[index][.host] = .text("10.0.1.\(index + 1)")
    }
    let same = try await Self.round(RestoreTests.two + [Self.pimg], on: present)
    #expect(same.different == 0)
    #expect(same.touched == [])
  }

  @Test(arguments: [(Field.objectID, EngineRig.id(910).text), (.host, "PIMG.example")])
  func `of a PIMG group, also ids and the spelling of hosts must be as they were`(
    field: Field, value: String
  ) async throws {
    var pimg = Self.pimg
    pimg.servers[0][.host] = "pimg.example"
    var present = pimg
    present.servers[0][field] = .text(value)
    let round = try await Self.round([pimg], on: [present], pimg: [pimg])
    #expect(round.different == 0)
    #expect(round.touched == ["PIMG"])
  }

  @Test func `a server too few, too many, twice, or with another value is found`() async throws {
    var edits: [@Sendable (inout [FieldValues]) -> Void] = [
      { $0.removeLast() },
      { servers in
        servers.append(servers[0])
        servers[2][.objectID] = .text(EngineRig.id(99).text)
      },
    ]
    for field in Field.compared where field != .skinnyStateMachine {
      edits.append { $0[0][field] = field.rule.kind == .hostV6 ? "x" : "101" }
    }
    for edit in edits {
      var present = RestoreTests.two
      edit(&present[1].servers)
      let round = try await Self.round(RestoreTests.two, on: present)
      #expect(round.different == 1)
      #expect(round.firstDifferent.map(\.name) == ["Branch"])
      #expect(round.firstDifferent.first?.count ?? 0 > 0)
    }
  }

  @Test func `a group that only one side has is found`() async throws {
    let empty = RestoreTests.group(9, "Empty")
    let more = try await Self.round(RestoreTests.two, on: RestoreTests.two + [empty])
    let fewer = try await Self.round(RestoreTests.two + [empty], on: RestoreTests.two)
    for round in [more, fewer] { #expect(round.firstDifferent.map(\.name) == ["Empty"]) }
  }

  @Test func `only the first differences are kept, and all are counted`() async throws {
    let groups = (1...30).map { number in
      RestoreTests.group(
        number, "G\(number)", .sip, (1...30).map { (number * 100 + $0, "10.0.\(number).\($0)", 0) })
    }
    var emptied = groups
    for index in emptied.indices { emptied[index].servers = [] }
    let round = try await Self.round(groups, on: emptied)
    #expect(round.different == 30)
    #expect(round.firstDifferent.count == 20)
    #expect(round.firstDifferent.allSatisfy { $0.count == 30 && $0.differences.count == 20 })
  }

  // MARK: The verdict

  @Test func `a drill is passed if both rounds were, and a round if nothing at all went wrong`() {
    var passed = DrillRound(ids: .same)
    passed.isVerified = true
    #expect(!passed.isPassed)
    passed.books = Books()
    #expect(passed.isPassed)
    let faults: [(inout DrillRound) -> Void] = [
      { $0.isVerified = false }, { $0.different = 1 }, { $0.touched = ["PIMG"] },
      { $0.stop = .interrupted }, { $0.books?.read = 1 },
      { round in
        round.books?.read = 1
        round.books?.failed = 1
      },
      { round in
        round.books?.read = 1
        round.books?.inDoubt = 1
      },
      { round in
        round.books?.read = 1
        round.books?.pending = 1
      },
      { round in
        round.books?.read = 1
        round.books?.invalid = 1
      },
    ]
    var result = DrillResult(source: "x")
    for fault in faults {
      var round = passed
      fault(&round)
      #expect(!round.isPassed)
      result.rounds = [passed, round]
      #expect(!result.isPassed)
    }
    result.rounds = [passed]
    #expect(!result.isPassed)
    result.rounds = [passed, passed]
    #expect(result.isPassed)
    result.stop = .interrupted
    #expect(!result.isPassed)
  }
}
