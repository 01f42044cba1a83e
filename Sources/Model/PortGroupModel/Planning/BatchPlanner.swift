/// The decision for one row.
package struct RowPlan: Sendable, Equatable {
  package var decision: Decision
  /// The server that the row means, as it was found; `nil` if no server matches.
  package var found: PortGroupServer?
  /// For a step of a plan file that gives a server a new key: how many servers of that key the plan has seen that are
  /// in no other step of it.
  package var beside: Int

  package init(_ decision: Decision, on found: PortGroupServer? = nil, beside: Int = 0) {
    self.decision = decision
    self.found = found
    self.beside = beside
  }
}

/// Decides what to do with each row of a group; a decision depends on all rows of the group.
package struct BatchPlanner {
  private let rows: [Row]
  private let servers: [PortGroupServer]
  private let elsewhere: Set<ObjectID>
  private let claimed: Set<ObjectID>
  private let table: DecisionTable

  /// Creates a planner from all values that influence the decisions.
  ///
  /// - Parameters:
  ///   - rows: The rows of the group, in file order.
  ///   - servers: The before-image: the servers of the group as listed just now.
  ///   - integration: The group's integration.
  ///   - elsewhere: The ids in the rows that belong to servers of other groups.
  ///   - claimed: Servers that belong to other rows of the same input, which are not planned here.
  ///   - isPart: True if rows of the input were left out, which may mean any server of the group.
  package init(
    rows: [Row], servers: [PortGroupServer], integration: IntegrationMethod?,
    elsewhere: Set<ObjectID> = [], claimed: Set<ObjectID> = [], isPart: Bool = false
  ) {
    self.rows = rows
    self.servers = servers
    self.elsewhere = elsewhere
    self.claimed = claimed
    table = DecisionTable(integration: integration, isPart: isPart)
  }

  /// The decisions for a group.
  package struct Plan: Sendable, Equatable {
    /// One for each row, in the order of the rows.
    package var rows: [RowPlan]
    /// The servers of the before-image that no row means, in their order.
    package var unnamed: [PortGroupServer]

    package init(rows: [RowPlan], unnamed: [PortGroupServer] = []) {
      self.rows = rows
      self.unnamed = unnamed
    }
  }

  /// Decides for all rows.
  package func plan() -> Plan {
    var matching = Matching(
      rows: rows, servers: servers, elsewhere: elsewhere, claimed: claimed)
    let matches = matching.run()
    var decisions = zip(rows, matches).map(decide)
    KeyClashes(rows: rows, servers: servers).refuse(&decisions)
    let plans = zip(decisions, matches).map { RowPlan($0, on: $1.server.map { servers[$0] }) }
    let meant = Set(matches.compactMap(\.server))
    return Plan(
      rows: plans, unnamed: servers.indices.filter { !meant.contains($0) }.map { servers[$0] })
  }

  private func decide(_ row: Row, _ match: Matching.Match) -> Decision {
    switch match {
    case .refused(let code): .refuse(code)
    case .alreadyDone(let index): .unchanged(servers[index].objectID)
    case .none: table.decide(row, on: nil)
    case .server(let index): table.decide(row, on: servers[index])
    }
  }
}
