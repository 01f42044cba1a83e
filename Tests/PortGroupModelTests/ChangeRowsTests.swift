import PortGroupModel
import TestSupport
import Testing

/// The rows that make one configuration of a group into another, as tables of tiny cases and for random groups.
@Suite struct ChangeRowsTests {
  /// The rows for the change, in the notation of the tables.
  private func rows(_ old: [String], _ new: [String]) -> [String] {
    changes(old, new).rows.map { row in
      let id = row.objectID.map { " id=\(short($0))" } ?? ""
      let match = row.hasMatch ? " match(\(notation(row.match)))" : ""
      let values = notation(row.fields)
      return "\(row.operation)\(id)\(match)" + (values.isEmpty ? "" : " " + values)
    }
  }

  private func changes(
    _ old: [String], _ new: [String], integration: IntegrationMethod? = .sip
  ) -> ChangeRows {
    ChangeRows(
      GroupComparison(old: old.map(fields), new: new.map(fields)),
      of: GroupReference(name: "lab"), integration: integration)
  }

  /// The number of an id of a test; `made` for one that was made up.
  private func short(_ id: ObjectID) -> String {
    id.text.hasPrefix("00000000-0000-0000") ? String(id.text.suffix(1)) : "made"
  }

  @Test func `equal groups need no row`() {
    #expect(rows(["id=1 s=102 h=a p=1"], ["id=2 s=102 h=a p=1"]) == [])
  }

  @Test func `an update has the id and only the cells that change`() {
    #expect(
      rows(["id=1 s=102 h=a v=2001:db8::1 p=1"], ["id=1 s=102 h=b v=- p=1"]) == [
        "update id=1 h=b v=-"
      ])
  }

  @Test func `a delete shows which server it is, and a create has all fields`() {
    #expect(
      rows(["id=1 s=102 h=a p=1 t=2 o=3"], ["id=2 s=101 h=b p=- o=0"]) == [
        "delete id=1 s=102 h=a p=1 t=2", "create s=101 h=b p=- o=0",
      ])
  }

  @Test func `a server that stays on the host of a new one gets a row that changes nothing`() {
    #expect(
      rows(
        ["id=1 s=102 h=a p=1", "id=2 s=102 h=c p=1"],
        [
          "id=1 s=102 h=a p=1", "id=2 s=102 h=c p=1", "id=3 s=102 h=a p=2",
        ]) == ["create id=made s=102 h=a p=2", "upsert id=1 s=102 h=a p=1"])
    #expect(
      rows(
        ["id=1 s=102 h=a p=1", "id=2 s=102 h=b p=1"],
        [
          "id=1 s=102 h=a p=1", "id=2 s=102 h=a p=2",
        ]) == ["update id=2 h=a p=2", "upsert id=1 s=102 h=a p=1"])
  }

  @Test func `two new servers with one key get different ids`() {
    let made = changes([], ["id=1 s=102 h=a p=1", "id=2 s=102 h=a p=1"]).rows
    #expect(made.map(\.operation) == [.create, .create])
    #expect(Set(made.map(\.objectID)).count == 2)
    #expect(made.allSatisfy { $0.objectID != nil })
  }

  @Test func `a server without an id is named by what it has`() {
    #expect(
      rows(["s=102 h=a p=1 o=0", "s=102 h=b p=1 o=1"], ["s=102 h=a p=1 o=7"]) == [
        "delete match(h=b p=1 o=1) s=102 h=b p=1", "update match(h=a p=1 o=0) s=102 o=7",
      ])
  }

  @Test func `what cannot be written is left out, and what cannot be emptied is reported`() {
    let pimg = changes(["id=1 s=104 h=a"], ["id=1 s=104 h=b"])
    #expect(pimg.rows.isEmpty && pimg.readOnly.map(\.hostText) == ["a"])
    let group = changes(["id=1 s=102 h=a"], [], integration: .pimg)
    #expect(group.rows.isEmpty && group.readOnly.count == 1)
    let emptied = changes(["id=1 s=102 h=a p=1"], ["id=1 s=102 h=a p=-"])
    #expect(emptied.unfinished.map(\.fields) == [[.port]])
    #expect(emptied.rows.count == 1)
  }

  @Test func `a group that loses its last call manager or SIP proxy is noticed`() {
    #expect(changes(["id=1 s=102 h=a"], []).losesLast)
    #expect(!changes(["id=1 s=101 h=a"], []).losesLast)
    #expect(!changes(["id=1 s=102 h=a", "id=2 s=102 h=b"], ["id=2 s=102 h=b"]).losesLast)
    #expect(!changes(["id=1 s=102 h=a"], ["id=9 s=102 h=x p=3"]).losesLast)
  }

  @Test(arguments: 0..<400)
  func `planned on the old servers, the rows give the new ones`(seed: Int) {
    let pair = ConfigurationPair(seed: UInt64(seed))
    for (old, new) in zip(pair.before, pair.after) {
      check(pair, old, new, knowing: { _ in true })
    }
  }

  @Test(arguments: 0..<400)
  func `the same holds without ids, where service and host tell the servers apart`(seed: Int) {
    let pair = ConfigurationPair(seed: UInt64(seed))
    for (old, new) in zip(pair.before, pair.after)
    where [old, new].allSatisfy({ Self.isDistinct($0.servers) }) {
      check(pair, old, new, knowing: { $0 != .objectID })
    }
  }

  private static func isDistinct(_ servers: [FieldValues]) -> Bool {
    [Field.host, .hostV6].allSatisfy { host in
      let keys = servers.compactMap { server in
        server[host].text.map { "\(server[.service].text ?? "") \($0)" }
      }
      return Set(keys).count == keys.count
    }
  }

  /// Plans the rows on the old servers, and compares the result with the new ones.
  private func check(
    _ pair: ConfigurationPair, _ old: ConfigurationPair.Group, _ new: ConfigurationPair.Group,
    knowing isKnown: (Field) -> Bool
  ) {
    let change = ChangeRows(
      GroupComparison(
        old: old.servers.map { $0.whole.filtered(isKnown) }, new: new.servers.map(\.whole)),
      of: GroupReference(name: old.name), integration: old.integration)
    let planner = BatchPlanner(
      rows: change.rows, servers: old.listed, integration: old.integration,
      elsewhere: Set(pair.before.flatMap(\.servers).compactMap(\.objectID))
        .subtracting(old.servers.compactMap(\.objectID)))
    var servers = old.servers.map(\.whole)
    for plan in planner.plan().rows {
      apply(plan.decision, to: &servers)
      if case .refuse(let code) = plan.decision { Issue.record("\(code): \(pair)") }
    }
    let rest = GroupComparison(old: servers, new: new.servers.map(\.whole))
    #expect(rest.differences.isEmpty, "\(pair)")
    #expect(change.unfinished.isEmpty && change.readOnly.isEmpty)
  }

  private func apply(_ decision: Decision, to servers: inout [FieldValues]) {
    guard let change = decision.change else { return }
    let index = servers.firstIndex { $0.objectID != nil && $0.objectID == change.server }
    switch change.verb {
    case .create: servers.append(change.set.whole)
    case .delete: if let index { servers.remove(at: index) }
    case .update:
      guard let index else { return }
      for field in change.set.present { servers[index][field] = change.set[field] }
    }
  }
}
