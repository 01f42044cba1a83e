import FoundationEssentials
import Testing

@testable import SnapshotRepository

/// Whether the backups of a target are as they should be: every combination.
@Suite struct TargetStatusTests {
  /// What happened, each some hours before now.
  enum Event: Sendable {
    case good(Double), suspect(Double), accept, drill(Double), failedDrill(Double)
  }

  private static let now = Date(timeIntervalSince1970: 1_795_839_300)

  private func status(
    _ events: [Event], maxAge: Double = 26, drillAge: Double = 7 * 24
  ) throws -> TargetStatus {
    var rig = RepositoryRig(MemoryFiles())
    try rig.prepare()
    for event in events {
      switch event {
      case .good(let hours):
        rig.now = Self.now - hours * 3600
        try rig.backup([10])
      case .suspect(let hours):
        rig.now = Self.now - hours * 3600
        try rig.backup([0])
      case .accept:
        try rig.writer().accept(
          try #require(try rig.history().newest), in: rig.history(), reason: "x")
      case .drill(let hours), .failedDrill(let hours):
        rig.now = Self.now - hours * 3600
        let isPassed = if case .drill = event { true } else { false }
        try rig.writer().recordDrill(
          of: try #require(try rig.history().newest), in: rig.history(), passed: isPassed)
      }
    }
    return TargetStatus(
      try rig.history(),
      TargetStatus.Terms(now: Self.now, maxAge: maxAge * 3600, drillAge: drillAge * 3600))
  }

  @Test(
    arguments: [
      ([.good(1), .drill(1)], .ok), ([.good(26), .drill(1)], .ok),
      ([.good(26.1), .drill(1)], .old), ([.good(50), .drill(1), .suspect(1)], .suspect),
      ([.suspect(1)], .suspect), ([.suspect(1), .accept, .drill(1)], .ok),
      ([.suspect(30), .accept, .drill(1)], .old),
      ([.good(2), .suspect(1), .good(0.5), .drill(0)], .ok),
      ([.good(1)], .undrilled), ([.good(200), .drill(169), .good(1)], .undrilled),
      ([.good(200), .drill(168), .good(1)], .ok),
      ([.good(2), .drill(1), .failedDrill(0.5)], .undrilled),
      ([.good(2), .failedDrill(1), .drill(0.5)], .ok),
      // A clock that was wrong: what is dated in the future proves nothing.
      ([.good(-1), .drill(1)], .old), ([.good(-0.05), .drill(-0.05)], .ok),
      ([.good(1), .drill(-24)], .undrilled), ([.good(1), .drill(1), .good(-87_600)], .old),
      ([.good(1), .drill(1), .good(8_760)], .old),
    ] as [([Event], TargetStatus.State)])
  func `a target has the first state that applies`(
    events: [Event], state: TargetStatus.State
  ) throws {
    #expect(try status(events).state == state)
  }

  @Test func `a chain of which lines are missing or changed is damaged`() throws {
    let files = MemoryFiles()
    let rig = RepositoryRig(files)
    try rig.prepare()
    try rig.backup([3])
    try rig.backup([3])
    let chain = try files.file(RepositoryLayout.chain(RepositoryRig.prod.folder()))
    let terms = TargetStatus.Terms(now: rig.now, maxAge: 3600, drillAge: 0)
    for bytes in [[], Array(chain.bytes.dropFirst(20))] {
      chain.bytes = bytes
      #expect(TargetStatus(try rig.history(), terms).state == .damaged)
    }
  }

  @Test func `drills are not expected where the settings say so`() throws {
    #expect(try status([.good(1)], drillAge: 0).state == .ok)
    #expect(try status([.good(1), .failedDrill(0)], drillAge: 0).state == .ok)
  }

  @Test func `a target without snapshots has never been backed up`() throws {
    #expect(try status([]).state == .never)
    #expect(TargetStatus(expected: "prod").state == .never)
    #expect(TargetStatus(expected: "prod").title == "prod")
  }
}
