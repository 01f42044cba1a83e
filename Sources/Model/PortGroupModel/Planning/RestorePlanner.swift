/// Decides what to do with the rows of a restore in one group, so that the group becomes as the source.
///
/// Rows mean servers as ``ServerPairing`` pairs them. A row that deletes has the server as it was found when the restore
/// began: a server that another client has changed since then is left alone.
package struct RestorePlanner {
  private let rows: [Row]
  private let servers: [PortGroupServer]
  private let claimed: Set<ObjectID>
  private let table: DecisionTable

  /// Creates a planner from all values that influence the decisions.
  ///
  /// - Parameters:
  ///   - rows: The rows of the group: the servers of the source, and those to delete.
  ///   - servers: The servers of the group as listed just now.
  ///   - integration: The group's integration.
  ///   - claimed: Servers that belong to rows of the source that are not planned here.
  ///   - isPart: True if rows of the source were left out, which may mean any server of the group.
  package init(
    rows: [Row], servers: [PortGroupServer], integration: IntegrationMethod?,
    claimed: Set<ObjectID> = [], isPart: Bool = false
  ) {
    self.rows = rows
    self.servers = servers
    self.claimed = claimed
    table = DecisionTable(integration: integration, isPart: isPart)
  }

  /// Decides for all rows.
  package func plan() -> BatchPlanner.Plan {
    let shown = servers.map(\.fields.whole)
    var indexOfID: [ObjectID: Int] = [:]
    for (index, server) in servers.enumerated() { indexOfID[server.objectID] = index }
    var plans = rows.map { _ in RowPlan(.unchanged(nil)) }
    var deleted: Set<Int> = []
    for (index, row) in rows.enumerated() where row.operation == .delete {
      guard let found = row.objectID.flatMap({ indexOfID[$0] }) else { continue }
      plans[index] = deletion(of: servers[found], asFound: row.fields.whole)
      if plans[index].decision.change != nil { deleted.insert(found) }
    }
    let wanted = rows.indices.filter { rows[$0].operation != .delete }
    let pairing = ServerPairing(
      wanted: wanted.map { rows[$0].fields }, present: shown,
      taken: Set(claimed.compactMap { indexOfID[$0] }))
    for (position, index) in wanted.enumerated() {
      // A row whose server is deleted replaces it; it must not turn to another server.
      let match = pairing.matches[position].flatMap { deleted.contains($0) ? nil : $0 }
      let server = match.map { servers[$0] }
      let decision: Decision =
        pairing.ambiguous.contains(position)
        ? .refuse(.ambiguousMatch) : table.decide(rows[index], on: server)
      plans[index] = RowPlan(decision, on: server)
    }
    let rest = pairing.rest.filter { !deleted.contains($0) }
    return BatchPlanner.Plan(rows: plans, unnamed: rest.map { servers[$0] })
  }

  /// The servers that must be deleted to make the group as the source.
  ///
  /// - Parameters:
  ///   - services: The services that a restore may delete.
  ///   - isExact: True if the servers that the source lacks are deleted.
  ///   - replaces: True if a server with a field that cannot be emptied is deleted, so that its row creates it again.
  /// - Returns: The servers, in the order of the group's list; none in a PIMG group, which is read-only.
  package func surplus(
    of services: Set<RemoteService>, isExact: Bool, replaces: Bool
  ) -> [PortGroupServer] {
    guard table.integration != .pimg else { return [] }
    let plan = plan()
    var ids = Set(isExact ? plan.unnamed.map(\.objectID) : [])
    if replaces {
      for row in plan.rows where row.decision == .refuse(.cannotEmpty) {
        if let found = row.found { ids.insert(found.objectID) }
      }
    }
    return servers.filter { server in
      ids.contains(server.objectID) && server.service.map(services.contains) ?? false
    }
  }

  private func deletion(of server: PortGroupServer, asFound found: FieldValues) -> RowPlan {
    if table.isReadOnly(server.fields) { return RowPlan(.refuse(.pimgReadOnly), on: server) }
    let isAsFound = found.differences(from: server.fields.whole).isEmpty
    return RowPlan(isAsFound ? .write(.delete(server)) : .refuse(.changedSince), on: server)
  }
}
