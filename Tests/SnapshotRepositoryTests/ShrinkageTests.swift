import FoundationEssentials
import Testing

@testable import SnapshotRepository

/// Which snapshots are suspect, and why.
@Suite struct ShrinkageTests {
  private var rig: RepositoryRig

  init() throws {
    rig = RepositoryRig(MemoryFiles())
    try rig.prepare()
  }

  @Test(arguments: [
    // A third fewer, and three or more.
    ([4, 4, 4], [3, 3, 2], ["it has 8 servers, and ID has 12"]),
    ([4, 4, 4], [3, 3, 3], []),
    // Fewer than three may always be missing.
    ([2], [1], []), ([3], [1], []), ([1, 1, 1], [1], []),
    ([4], [1], ["it has 1 server, and ID has 4"]),
    // Exactly 30 % is not more than 30 %.
    ([10], [7], []), ([10], [6], ["it has 6 servers, and ID has 10"]),
    (
      [1, 1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1],
      ["it has 6 servers, and ID has 9", "it has 6 groups, and ID has 9"]
    ),
    // A group of several servers that has none, whatever the rest.
    ([2, 20], [0, 22], ["group \"PG 0\" had several servers in ID, and now has none"]),
    (
      [2, 2, 20], [0, 0, 24],
      ["group \"PG 0\" and 1 more had several servers in ID, and now have none"]
    ),
    ([20, 2], [22], ["group \"PG 1\" had several servers in ID, and now is gone"]),
    ([1, 20], [0, 21], []),
    ([0, 2], [2, 0], ["group \"PG 1\" had several servers in ID, and now has none"]),
    ([3, 2], [9, 9, 9], []),
  ])
  func `a snapshot is compared with the last good one`(
    before: [Int], after: [Int], suspicions: [String]
  ) throws {
    let first = try rig.backup(before)
    let second = try rig.backup(after)
    #expect(
      second.suspicions
        == suspicions.map { $0.replacing("ID", with: first.id.text) })
    #expect(second.isGood == suspicions.isEmpty)
  }

  @Test func `a first snapshot without servers is suspect`() throws {
    let first = try rig.backup([0, 0])
    #expect(first.suspicions == ["it is the first one, and has no servers"])
    // A suspect one is nothing to compare with.
    #expect(try rig.backup([0, 0]).isGood == false)
    #expect(try rig.backup([1, 0]).isGood)
    #expect(try rig.backup([0, 0]).isGood)
  }

  @Test func `a moving snapshot is suspect`() throws {
    let snapshot = try rig.backup([3], isMoving: true)
    #expect(
      snapshot.suspicions == ["the groups changed each time that they were read, 2 times"])
    #expect(try rig.history().lastGood == nil)
  }

  @Test func `a slow loss is noticed against the largest one of thirty days`() throws {
    var rig = rig
    let largest = try rig.backup([100])
    for servers in [90, 80, 71] {
      rig.now += 5 * 86_400
      #expect(try rig.backup([servers]).isGood)
    }
    rig.now += 5 * 86_400
    #expect(try rig.backup([69]).suspicions == ["it has 69 servers, and \(largest.id) has 100"])
    // Later, only the last good one and those of thirty days count.
    rig.now += 40 * 86_400
    #expect(try rig.backup([69]).isGood)
  }

  @Test func `what was forgotten counts all the same`() throws {
    var rig = rig
    let largest = try rig.backup([69])
    for servers in [60, 50] {
      rig.now += 86_400
      let before = try rig.history().snapshots
      #expect(try rig.backup([servers]).isGood)
      try rig.writer().forget(before, in: rig.history())
    }
    rig.now += 86_400
    #expect(try rig.backup([43]).suspicions == ["it has 43 servers, and \(largest.id) has 69"])
  }

  @Test func `suspects never become what others are compared with`() throws {
    let good = try rig.backup([10, 10])
    for _ in 0..<5 {
      #expect(try rig.backup([10, 0]).isGood == false)
      #expect(try rig.history().lastGood?.id == good.id)
    }
    let accepted = try #require(try rig.history().newest)
    try rig.writer().accept(accepted, in: rig.history(), reason: "branch closed")
    #expect(try rig.history().lastGood?.id == accepted.id)
  }

  @Test(arguments: [-365.0, 3_650])
  func `a clock that was wrong for a night makes nothing good or suspect`(days: Double) throws {
    var rig = rig
    try rig.backup([10, 10])
    rig.now += days * 86_400
    #expect(try rig.backup([1, 1]).isGood == false)
    #expect(try rig.backup([10, 10]).isGood)
    rig.now -= (days - 1) * 86_400
    #expect(try rig.backup([1, 1]).isGood == false)
    #expect(try rig.backup([10, 9]).isGood)
  }

  @Test func `other targets do not matter`() throws {
    try rig.backup([10, 10])
    let other = SnapshotTarget(id: "other", name: "prod", url: "https://other")
    #expect(try rig.backup([1], of: other).isGood)
  }
}
