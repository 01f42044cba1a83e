// Drills of restores: whatever a server gave is restored, onto the same ids and onto others.

import CommandLineTool
import Foundation
import HTTPMessages
import PortGroupModel
import RowLedger
import TestSupport
import Testing

@testable import BatchEngine

@Suite struct DrillTests {
  typealias Group = ConfigurationPair.Group

  private static let isSoak = ProcessInfo.processInfo.environment["CUPIBULK_SOAK"] == "1"
  private static let blockLength: UInt64 = isSoak ? 50 : 10
  /// The first seed of each block.
  private static let blocks: [UInt64] = (0..<4).map { $0 * blockLength }

  @Test(arguments: blocks)
  func `every configuration that a server can give passes the drill`(block: UInt64) async {
    for seed in block..<block + Self.blockLength {
      var maker = DrillMaker(seed: seed)
      let groups = maker.groups()
      let result = await DrillRig.drill(groups)
      #expect(result.isPassed, "seed \(seed): \(result)")
      let names = Dictionary(grouping: groups) { Array($0.name.utf8) }
      let alone = groups.filter { !$0.name.isEmpty && names[Array($0.name.utf8)]?.count == 1 }
      #expect(result.rounds.map(\.groups) == [groups.count, alone.count])
      #expect(result.rounds.map(\.leftOut.count) == [0, groups.count - alone.count])
      for round in result.rounds {
        let damage = round.damage
        #expect(round.damage.isNone == (round.changes == 0), "seed \(seed)")
        #expect(round.changes >= damage.changed.values.reduce(0, +), "seed \(seed)")
      }
    }
  }

  @Test func `what was damaged and put back is counted`() async throws {
    let result = await DrillRig.drill([
      RestoreTests.group(
        1, "SIP", .sip, (1...6).map { ($0 + 10, "10.0.0.\($0)", $0) }),
      RestoreTests.group(2, "Branch", .sip, [(21, "10.0.1.1", 0)]),
      RestoreTests.group(3, "PIMG", .pimg, [(31, "10.0.3.1", 0)], service: 104),
      RestoreTests.group(4, "Empty", .sccp),
    ])
    #expect(result.isPassed)
    #expect(!result.isUntried)
    #expect(result.rounds.map(\.ids) == [.same, .other])
    #expect(result.rounds.map(\.groups) == [4, 4])
    #expect(result.rounds.map(\.servers) == [8, 8])
    let first = result.rounds[0]
    #expect(first.damage.emptied == 1 && first.damage.deleted == 6 && first.damage.added == 2)
    #expect(first.damage.changed == [.host: 1])
    #expect(first.books?.created == 6)
    #expect(first.books?.updated == 1)
    #expect(first.books?.deleted == 2)
    let second = result.rounds[1]
    #expect(second.damage.emptied == 1 && second.damage.deleted == 3 && second.damage.added == 2)
    #expect(second.damage.swappedHosts == 2)
    #expect(result.changes == result.rounds.map(\.changes).reduce(0, +))
  }

  @Test func `groups with one name, or none, are left out where the ids are others`() async {
    var groups = [1, 2, 3].map { RestoreTests.group($0, "Same", .sip, [($0 * 10, "10.0.0.1", 0)]) }
    groups[2].name = ""
    groups.append(RestoreTests.group(4, "Alone", .sip, [(40, "10.0.0.1", 0)]))
    let result = await DrillRig.drill(groups)
    #expect(result.isPassed)
    #expect(result.rounds.map(\.groups) == [4, 1])
    #expect(result.rounds.map(\.leftOut) == [[], [EngineRig.id(3).text, "Same", "Same"]])
  }

  @Test(arguments: [
    [], [RestoreTests.group(3, "PIMG", .pimg, [(31, "10.0.3.1", 0)], service: 104)],
  ])
  func `a configuration in which nothing can be changed passes untried`(
    groups: [Group]
  ) async {
    let result = await DrillRig.drill(groups)
    #expect(result.isPassed)
    #expect(result.isUntried)
    #expect(result.changes == 0)
    #expect(result.rounds.map(\.groups) == [groups.count, groups.count])
  }

  @Test func `a server that is in two groups, as when it was moved while it was read, is restored`()
    async
  {
    let result = await DrillRig.drill([
      RestoreTests.group(1, "A", .sip, [(11, "10.0.0.1", 0), (12, "10.0.0.2", 0)]),
      RestoreTests.group(2, "B", .sip, [(11, "10.0.0.1", 0)]),
    ])
    #expect(result.isPassed)
  }

  @Test func `progress is passed on, and remarks about the rows are not`() async {
    let events = EventLog()
    // Shared precedences are remarked on in a restore.
    let result = await DrillRig.drill(
      [RestoreTests.group(1, "A", .sip, [(11, "10.0.0.1", 0), (12, "10.0.0.2", 0)])],
      events: events)
    #expect(result.isPassed)
    #expect(!events.all.isEmpty)
    #expect(
      events.all.allSatisfy { event in
        switch event {
        case .progress, .waiting: true
        default: false
        }
      })
  }

  // MARK: What cannot be tried

  @Test(arguments: [
    (
      Field.service, FieldValue.text("x"),
      "Port group server 00000000-0000-0000-0000-000000000011 cannot be added to the sandbox: "
        + "MediaRemoteServiceEnum is 'x', which is not a number"
    ),
    (
      .precedence, .empty,
      "the sandbox does not show port group \"A\" as it was loaded: SIP proxy 10.0.0.1 port 5060 tls 5061: "
        + "Precedence is 0 and not empty"
    ),
  ])
  func `a configuration that the sandbox cannot hold is not passed, and says why`(
    field: Field, value: FieldValue, reason: String
  ) async {
    var group = RestoreTests.group(1, "A", .sip, [(11, "10.0.0.1", 0)])
    // A service that is not known is not damaged; the others are, in fields that come earlier.
    group.servers[0][field] = value
    let result = await DrillRig.drill([group])
    #expect(!result.isPassed)
    #expect(result.stop == nil)
    #expect(result.rounds.count == 1)
    let stop = result.rounds.first?.stop
    #expect(stop?.ending.reason.replacing("changed-1.invalid", with: "10.0.0.1") == reason)
  }

  @Test func `a source that a restore refuses is not passed, and its errors are kept`() async {
    // One id twice in one group, which no list of a server has.
    let result = await DrillRig.drill([
      RestoreTests.group(1, "A", .sip, [(11, "10.0.0.1", 0), (11, "10.0.0.2", 1)])
    ])
    #expect(!result.isPassed)
    #expect(result.stop == nil)
    #expect(result.rounds.map(\.errors.count) == [2, 2])
    #expect(result.rounds.allSatisfy { $0.errors.allSatisfy { $0.code == .duplicateRow } })
    #expect(result.rounds.map(\.books?.invalid) == [2, 2])
    #expect(result.rounds.map(\.changes) == [0, 0])
  }

  /// A snapshot whose object is damaged.
  private struct Unreadable: StoredConfiguration {
    let name = "backups@latest"
    let origin = ConfigurationOrigin(url: "https://lab", identity: nil)
    func groups() -> [ConfigurationGroup] {
      [ConfigurationGroup(objectID: EngineRig.id(1), name: "A")]
    }
    func servers(of group: ConfigurationGroup) throws(RunStop) -> [FieldValues] {
      throw .unsuitable("the object is damaged")
    }
  }

  @Test func `a source that cannot be read stops the drill`() async {
    let result = await Drill(
      of: Unreadable(), in: SandboxRoom(), control: RunControl(), report: { _ in },
      makeSetting: { _, _, _ in fatalError("no restore begins") }
    ).perform()
    #expect(result.stop == .unsuitable("the object is damaged"))
    #expect(!result.isPassed)
    #expect(result.rounds.isEmpty)
  }

  // MARK: Stopping

  @Test(arguments: [RunStop.interrupted, .terminated, .hungUp], [1, 2])
  func `a signal in the middle stops the drill, which is not passed then`(
    stop: RunStop, write: Int
  ) async {
    let control = RunControl()
    let room = FaultyRoom { request in
      if request.request.method == .post, request.nth == write { control.requestStop(stop) }
      return nil
    }
    let result = await DrillRig.drill(RestoreTests.two, in: room, control: control)
    #expect(result.stop == stop)
    #expect(result.rounds.count == 1)
    #expect(result.rounds.first?.stop == stop)
    #expect(!result.isPassed)
  }

  @Test func `a drill that was stopped before it began tries nothing`() async {
    let control = RunControl()
    control.requestStop(.interrupted)
    let result = await DrillRig.drill(RestoreTests.two, control: control)
    #expect(result.stop == .interrupted)
    #expect(result.rounds.isEmpty)
  }
}
