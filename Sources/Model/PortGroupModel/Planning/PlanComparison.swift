/// Compares the plan of a group, as it was shown or approved, with the group as it is now: only that is sent.
///
/// A row whose server is *as before* keeps its decision; one whose server is *as set* is unchanged; for everything else
/// the row is refused as `changed-since-plan`, and its server is left alone (docs/manual.md, "The question").
package struct PlanComparison {
  /// A row as it was planned.
  package struct PlannedRow: Sendable, Equatable {
    /// What the row asks for.
    package var request: Row
    /// The decision, and the server that the row means as it was found.
    package var plan: RowPlan

    package init(request: Row, plan: RowPlan) {
      self.request = request
      self.plan = plan
    }
  }

  private let rows: [PlannedRow]
  private let isFromFile: Bool
  private let servers: [PortGroupServer]
  private let serverOfID: [ObjectID: PortGroupServer]
  /// The servers that the plan has seen and some row means.
  private let meant: Set<ObjectID>

  /// Creates a comparison.
  ///
  /// - Parameters:
  ///   - rows: All rows of the group that were planned.
  ///   - servers: The group as listed just now.
  ///   - isFromFile: True for the steps of a plan file, which says only of the same key what it has seen.
  package init(
    _ rows: [PlannedRow], with servers: [PortGroupServer], isFromFile: Bool = false
  ) {
    self.isFromFile = isFromFile
    self.rows = rows
    self.servers = servers
    serverOfID = Dictionary(servers.map { ($0.objectID, $0) }) { first, _ in first }
    meant = Set(rows.compactMap(\.plan.found?.objectID))
  }

  /// The plans to carry out now, one for each row, in their order.
  package func plans() -> [RowPlan] {
    // Servers that rows to create have found to exist already.
    var created: Set<ObjectID> = []
    var decisions = rows.map { decision(for: $0, &created) }
    if !isFromFile { refuseRowsWithNewServer(&decisions, except: created) }
    return zip(rows, decisions).map { RowPlan($1, on: $0.plan.found, beside: $0.plan.beside) }
  }

  private func decision(for row: PlannedRow, _ created: inout Set<ObjectID>) -> Decision {
    switch row.plan.decision {
    case .refuse, .unchanged(nil): row.plan.decision
    case .unchanged(let server?):
      isAsFound(row, server) || has(row.request.fields, server)
        ? .unchanged(server) : .refuse(.changedSincePlan)
    case .write(let change):
      switch change.verb {
      case .create: creation(of: change, row.plan.beside, &created)
      case .update: update(row, change)
      case .delete: deletion(row, change)
      }
    }
  }

  private func deletion(_ row: PlannedRow, _ change: Change) -> Decision {
    guard let server = change.server, serverOfID[server] != nil else { return .unchanged(nil) }
    return isAsFound(row, server) ? .write(change) : .refuse(.changedSincePlan)
  }

  private func update(_ row: PlannedRow, _ change: Change) -> Decision {
    guard let server = change.server, let now = serverOfID[server] else {
      return .refuse(.changedSincePlan)
    }
    if has(change.set, server) { return .unchanged(server) }
    guard isAsFound(row, server) else { return .refuse(.changedSincePlan) }
    let key = ServerKey(change.after ?? now.fields)
    let isKeyTaken = key != ServerKey(now.fields) && newServers(of: key).count > row.plan.beside
    return isKeyTaken ? .refuse(.changedSincePlan) : .write(change)
  }

  /// `beside` is the number of servers of the key that the plan has seen; another one is new.
  private func creation(
    of change: Change, _ beside: Int, _ created: inout Set<ObjectID>
  ) -> Decision {
    let rivals = newServers(of: ServerKey(change.set)).filter { !created.contains($0.objectID) }
    if rivals.count <= beside { return .write(change) }
    guard let same = rivals.first(where: { has(change.set, $0.objectID) }) else {
      return .refuse(.changedSincePlan)
    }
    created.insert(same.objectID)
    return .unchanged(same.objectID)
  }

  /// The servers of a key that no row means: other rows change, delete or keep theirs, which the plan has seen.
  private func newServers(of key: ServerKey) -> [PortGroupServer] {
    servers.filter { !meant.contains($0.objectID) && ServerKey($0.fields).covers(key) }
  }

  /// True if the server is as the plan found it, in all compared fields: a plan file has no others.
  private func isAsFound(_ row: PlannedRow, _ server: ObjectID) -> Bool {
    guard let now = serverOfID[server], let found = row.plan.found else { return false }
    return now.fields.whole == found.fields.whole
  }

  /// True if the server has all these values.
  private func has(_ fields: FieldValues, _ server: ObjectID) -> Bool {
    guard let now = serverOfID[server]?.fields else { return false }
    return fields.present.allSatisfy { $0 == .objectID || fields.agrees(with: now, in: $0) }
  }

  /// Refuses rows that found no server, to create one or to delete it, and would find one now.
  ///
  /// Only servers count that no row of this plan means or was to create.
  private func refuseRowsWithNewServer(
    _ decisions: inout [Decision], except created: Set<ObjectID>
  ) {
    func foundNone(_ index: Int) -> Bool {
      guard rows[index].plan.found == nil else { return false }
      return decisions[index] == .unchanged(nil) || decisions[index].change?.verb == .create
    }
    guard rows.indices.contains(where: foundNone) else { return }
    var matching = Matching(rows: rows.map(\.request), servers: servers, elsewhere: [])
    for (index, match) in matching.run().enumerated() where foundNone(index) {
      guard let found = match.server else { continue }
      let server = servers[found].objectID
      if !meant.contains(server), !created.contains(server) {
        decisions[index] = .refuse(.changedSincePlan)
      }
    }
  }
}

extension BatchPlan {
  /// For each step, how many servers of the before-image have the key that it gives its server, and are in no step that
  /// changes one.
  ///
  /// A plan file has no others: without this number, apply would take such a server for a new one.
  package var besides: [Int] {
    let changed = Set(steps.compactMap(\.decision.change?.server))
    let others = Dictionary(
      grouping: before.filter { !changed.contains($0.objectID) }.map { ServerKey($0.fields) },
      by: \.home)
    return steps.map { step in
      guard let change = step.decision.change, let after = change.after else { return 0 }
      let key = ServerKey(after)
      if let before = change.before, ServerKey(before) == key { return 0 }
      return others[key.home, default: []].count { $0.covers(key) }
    }
  }
}
