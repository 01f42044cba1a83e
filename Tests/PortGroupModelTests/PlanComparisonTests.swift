// What of an agreed plan is still sent: as before, as set, or anything else, for each verb.

import PortGroupModel
import Testing

@Suite struct PlanComparisonTests {
  /// Plans the rows on the first list, and compares the plan with the second one.
  private func compare(_ rows: [String], _ before: [String], _ now: [String]) -> [String] {
    let rows = rows.map(row)
    let planned = BatchPlanner(
      rows: rows, servers: before.map { server($0) }, integration: .sip
    ).plan().rows
    let shown = zip(rows, planned).map { PlanComparison.PlannedRow(request: $0, plan: $1) }
    return PlanComparison(shown, with: now.map { server($0) }).plans().map { text($0.decision) }
  }

  private static let other = "refuse changed-since-plan"

  @Test(arguments: [
    // As before: nothing of its key is there.
    ([], [], "create s=102 h=a p=5060"), (["2 s=102 h=b"], [], "create s=102 h=a p=5060"),
    ([], ["2 s=102 h=b"], "create s=102 h=a p=5060"),
    // Of its host, with another port: the row would mean it.
    ([], ["2 s=102 h=a p=5070"], other),
    ([], ["2 s=100 h=a p=5060"], "create s=102 h=a p=5060"),
    // As set.
    ([], ["2 s=102 h=a p=5060"], "unchanged 2"), ([], ["2 s=102 h=A. p=05060 o=3"], "unchanged 2"),
    // Of its key, and not as set.
    ([], ["2 s=102 h=a"], other),
  ])
  func `a creation`(before: [String], now: [String], decision: String) {
    #expect(compare(["create s=102 h=a p=5060"], before, now) == [decision])
  }

  @Test(arguments: [
    (["1 s=102 h=a p=5060 o=0"], "update 1 h=b"),
    // As set, whatever else has changed.
    (["1 s=102 h=b p=5060 o=0"], "unchanged 1"), (["1 s=102 h=B p=5070 o=0"], "unchanged 1"),
    // Another value, a field that the row does not set, gone, replaced by one with another id.
    (["1 s=102 h=c p=5060 o=0"], other), (["1 s=102 h=a p=5060 o=1"], other),
    (["1 s=102 h=a p=5060"], other), ([], other), (["2 s=102 h=a p=5060 o=0"], other),
    // Its new key was taken.
    (["1 s=102 h=a p=5060 o=0", "2 s=102 h=b p=5060"], other),
    // Another server came, with another key.
    (["1 s=102 h=a p=5060 o=0", "2 s=102 h=b p=5070"], "update 1 h=b"),
  ])
  func `an update`(now: [String], decision: String) {
    #expect(
      compare(["update mh=a s=102 h=b"], ["1 s=102 h=a p=5060 o=0"], now) == [decision])
  }

  @Test(arguments: [
    (["1 s=102 h=a p=5060"], "delete 1"), ([], "unchanged"),
    (["2 s=102 h=a p=5060"], "unchanged"), (["1 s=102 h=a p=5070"], other),
    (["1 s=102 h=a p=5060 o=1"], other),
  ])
  func `a deletion`(now: [String], decision: String) {
    #expect(compare(["delete s=102 h=a"], ["1 s=102 h=a p=5060"], now) == [decision])
  }

  @Test(arguments: [
    // As found.
    (["1 s=102 h=a p=5060"], "unchanged 1"),
    // Changed in a field that the row does not set: the row still holds.
    (["1 s=102 h=a p=5070"], "unchanged 1"), (["1 s=102 h=b p=5060"], other), ([], other),
  ])
  func `a row that was unchanged`(now: [String], decision: String) {
    #expect(compare(["upsert s=102 h=a"], ["1 s=102 h=a p=5060"], now) == [decision])
  }

  @Test(arguments: [
    ([], "unchanged"), (["2 s=102 h=b"], "unchanged"), (["2 s=102 h=a"], other),
  ])
  func `a deletion that had no server`(now: [String], decision: String) {
    #expect(compare(["delete s=102 h=a"], [], now) == [decision])
  }

  @Test func `a refused row stays refused, even if it would be accepted now`() {
    #expect(compare(["update s=102 h=a p=1"], [], ["1 s=102 h=a"]) == ["refuse no-match"])
    #expect(
      compare(["create s=102 h=a o=2"], ["1 s=102 h=a o=1"], []) == ["refuse exists"])
  }

  @Test func `a swap is sent as it was shown`() {
    let rows = ["update id=1 s=102 h=b", "update id=2 s=102 h=a"]
    let servers = ["1 s=102 h=a", "2 s=102 h=b"]
    #expect(compare(rows, servers, servers) == ["update 1 h=b", "update 2 h=a"])
    // One half was done by someone else: the other one is still as it was shown.
    #expect(
      compare(rows, servers, ["1 s=102 h=b", "2 s=102 h=b"]) == ["unchanged 1", "update 2 h=a"])
  }

  @Test func `two creations of one key are not both the server that came since`() {
    let rows = ["create id=7 s=102 h=a", "create id=8 s=102 h=a"]
    #expect(
      compare(rows, [], ["9 s=102 h=a"]) == ["unchanged 9", "create s=102 h=a"])
  }

  private func shown(_ batch: RandomBatch) -> [PlanComparison.PlannedRow] {
    let planned = BatchPlanner(
      rows: batch.rows, servers: batch.servers, integration: .sip, elsewhere: batch.elsewhere
    ).plan().rows
    return zip(batch.rows, planned).map { PlanComparison.PlannedRow(request: $0, plan: $1) }
  }

  @Test(arguments: [false, true])
  func `without a change since, each plan stays as it is`(withMatchCells: Bool) {
    for seed in 1...2_000 {
      let batch = RandomBatch(seed: UInt64(seed), withMatchCells: withMatchCells)
      let shown = shown(batch)
      let isKept = PlanComparison(shown, with: batch.servers).plans() == shown.map(\.plan)
      #expect(isKept, "\(batch.testDescription)")
    }
  }

  @Test(arguments: [false, true])
  func `after all of a plan is done, nothing more is sent`(withMatchCells: Bool) {
    for seed in 1...2_000 {
      let batch = RandomBatch(seed: UInt64(seed), withMatchCells: withMatchCells)
      let shown = shown(batch)
      var servers = batch.servers
      for (index, row) in shown.enumerated() {
        guard let change = row.plan.decision.change else { continue }
        servers.removeAll { $0.objectID == change.server }
        if let after = change.after {
          servers.append(
            PortGroupServer(objectID: change.server ?? id(50 + index), fields: after))
        }
      }
      let again = PlanComparison(shown, with: servers).plans()
      let isSent = again.contains { $0.decision.change != nil }
      let isLeft = again.contains { $0.decision == .refuse(.changedSincePlan) }
      #expect(!isSent && !isLeft, "\(batch.testDescription)")
    }
  }
}
