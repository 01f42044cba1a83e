/// What to do for one row.
package enum Decision: Sendable, Equatable {
  /// POST these fields; the empty ones are left out, and the server must show none of them.
  case create(FieldValues)
  /// PUT these fields, the ones that differ, to the server at this index of the before-image.
  case update(server: Int, FieldValues)
  /// DELETE the server at this index of the before-image.
  case delete(server: Int)
  /// Nothing to send; the server at this index, if any, is as the row wants it.
  case unchanged(server: Int?)
  /// Send nothing; the server at this index, if any, is why.
  case refuse(FailureCode, server: Int? = nil)

  /// True if something is to be sent.
  package var isWrite: Bool {
    switch self {
    case .create, .update, .delete: true
    case .unchanged, .refuse: false
    }
  }

  fileprivate var isAllowed: Bool {
    if case .refuse = self { false } else { true }
  }
}

/// Decides for all rows of one group together what to do with each.
///
/// The table of operations against matches is the contract; see docs/manual.md, "What happens to a row".
package struct BatchPlanner {
  private let rows: [Row]
  private let servers: [PortGroupServer]
  private let integration: IntegrationMethod?
  private let elsewhere: Set<ObjectID>
  private let claimed: Set<ObjectID>
  private let isPart: Bool

  /// Takes all that decides.
  ///
  /// - Parameters:
  ///   - rows: The rows of the group, in file order.
  ///   - servers: The before-image: the servers of the group as listed just now.
  ///   - integration: The group's integration.
  ///   - elsewhere: Ids, out of those that the rows name, that servers of other groups have.
  ///   - claimed: Servers that belong to rows of the same input which are not planned here.
  ///   - isPart: True if rows of the input were left out, which may mean any server of the group.
  package init(
    rows: [Row], servers: [PortGroupServer], integration: IntegrationMethod?,
    elsewhere: Set<ObjectID> = [], claimed: Set<ObjectID> = [], isPart: Bool = false
  ) {
    self.rows = rows
    self.servers = servers
    self.integration = integration
    self.elsewhere = elsewhere
    self.claimed = claimed
    self.isPart = isPart
  }

  /// What is decided for a group.
  package struct Plan: Sendable, Equatable {
    /// One for each row, in the order of the rows.
    package var decisions: [Decision]
    /// The servers of the before-image that no row means, by index, in their order.
    package var unnamed: [Int]
  }

  /// Decides for all rows.
  package func plan() -> Plan {
    var matching = Matching(
      rows: rows, servers: servers, elsewhere: elsewhere, claimed: claimed)
    let matches = matching.run()
    var decisions = zip(rows, matches).map(decide)
    refuseDuplicates(&decisions)
    let meant = Set(
      matches.compactMap { match in
        switch match {
        case .server(let index), .arrived(let index): index
        case .none, .refused: nil
        }
      })
    return Plan(
      decisions: decisions, unnamed: servers.indices.filter { !meant.contains($0) })
  }

  // MARK: The table

  private func decide(_ row: Row, _ match: Matching.Match) -> Decision {
    switch match {
    case .refused(let code): return .refuse(code)
    case .arrived(let server): return .unchanged(server: server)
    case .none: return decideWithoutServer(row)
    case .server(let index): return decide(row, on: index)
    }
  }

  private func decideWithoutServer(_ row: Row) -> Decision {
    switch row.operation {
    case .delete: return .unchanged(server: nil)
    case .update: return .refuse(.noMatch)
    case .create, .upsert:
      // The server takes no creation without a service.
      if row.hasMatch || !row.fields.holds(.service) { return .refuse(.noMatch) }
      if isReadOnly(row.fields) { return .refuse(.pimgReadOnly) }
      return .create(row.fields.filtered { $0 != .objectID })
    }
  }

  private func decide(_ row: Row, on index: Int) -> Decision {
    let server = servers[index].fields
    if row.operation == .delete {
      return isReadOnly(server) ? .refuse(.pimgReadOnly) : .delete(server: index)
    }
    let differing = row.fields.filtered {
      $0 != .objectID && !row.fields.agrees(with: server, in: $0)
    }
    if differing.isEmpty { return .unchanged(server: index) }
    if isReadOnly(server) { return .refuse(.pimgReadOnly) }
    if row.operation == .create { return .refuse(.exists) }
    if !differing.fixed(on: server).isEmpty { return .refuse(.cannotEmpty, server: index) }
    if differing[.service] != .absent { return .refuse(.serviceFixed) }
    if isPart, !row.hasMatch, row.objectID != servers[index].objectID,
      differing[.port] != .absent || differing[.tlsPort] != .absent
    {
      return .refuse(.leftOut)
    }
    return .update(server: index, differing)
  }

  /// PIMG groups and units can be read only.
  private func isReadOnly(_ fields: FieldValues) -> Bool {
    integration == .pimg || fields.service == .pimg
  }

  // MARK: No two servers with one key

  /// Refuses rows that would leave two servers with one key, looking at the group as it will be.
  ///
  /// A server that moves away makes room; a refused row makes none, so this repeats until it holds.
  /// Where both rows name their servers by id, two of one key are what the file asks for.
  private func refuseDuplicates(_ decisions: inout [Decision]) {
    var refused = true
    while refused {
      refused = false
      let entries = projection(decisions)
      var buckets: [ServerKey.Home: [Int]] = [:]
      for (index, entry) in entries.enumerated() {
        buckets[entry.key.home, default: []].append(index)
      }
      for bucket in buckets.values where bucket.count > 1 {
        for index in bucket where entries[index].isNew {
          let rivals = bucket.filter {
            $0 != index && entries[$0].key.covers(entries[index].key)
              && !areTwins(entries[$0].row, entries[index].row)
          }
          guard !rivals.isEmpty else { continue }
          refuse(entries[index], rivals: rivals.map { entries[$0] }, &decisions)
          refused = true
        }
      }
      if refuseUndoing(entries, buckets, &decisions) { refused = true }
    }
  }

  /// True for rows that bear different ids: they mean different servers, whatever their keys.
  private func areTwins(_ one: Int?, _ other: Int?) -> Bool {
    guard let one = one.flatMap({ rows[$0].objectID }),
      let other = other.flatMap({ rows[$0].objectID })
    else { return false }
    return one != other
  }

  /// Refuses a delete by key together with a row by key that keeps or makes what the delete names.
  ///
  /// Both mean one server. Done again and again, such a pair might delete and create in turns. A
  /// delete that has a server of its own only clashes with what is made anew.
  private func refuseUndoing(
    _ entries: [Projected], _ buckets: [ServerKey.Home: [Int]], _ decisions: inout [Decision]
  ) -> Bool {
    let ids = Set(servers.map(\.objectID))
    var refused = false
    for (index, row) in rows.enumerated() where row.operation == .delete {
      guard row.objectID == nil, !row.hasMatch, decisions[index].isAllowed else { continue }
      let key = ServerKey(row.fields)
      let hasServer = decisions[index].isWrite
      let makers = (buckets[key.home] ?? []).map { entries[$0] }
        .filter { ($0.isNew || !hasServer) && $0.key.covers(key) }.compactMap(\.row)
        .filter { !rows[$0].hasMatch && rows[$0].objectID.map(ids.contains) != true }
      guard !makers.isEmpty else { continue }
      for row in [index] + makers { decisions[row] = .refuse(.sameServer) }
      refused = true
    }
    return refused
  }

  /// A server as it will stand after the batch.
  private struct Projected {
    let key: ServerKey
    /// The row that makes it what it will be; `nil` if no row touches it.
    let row: Int?
    /// True if the key comes from a row: a creation, or a change of the key.
    let isNew: Bool
    let isCreation: Bool
  }

  private func projection(_ decisions: [Decision]) -> [Projected] {
    var rowOfServer: [Int: Int] = [:]
    var entries: [Projected] = []
    for (row, decision) in decisions.enumerated() {
      switch decision {
      case .create(let fields):
        entries.append(Projected(key: ServerKey(fields), row: row, isNew: true, isCreation: true))
      case .update(let server, _), .delete(let server), .unchanged(.some(let server)):
        rowOfServer[server] = row
      case .unchanged(.none), .refuse: break
      }
    }
    for (index, server) in servers.enumerated() {
      let row = rowOfServer[index]
      var fields = server.fields
      switch row.map({ decisions[$0] }) {
      case .delete: continue
      case .update(_, let changes): for field in changes.present { fields[field] = changes[field] }
      default: break
      }
      let key = ServerKey(fields)
      entries.append(
        Projected(key: key, row: row, isNew: key != ServerKey(server.fields), isCreation: false))
    }
    return entries
  }

  private func refuse(
    _ entry: Projected, rivals: [Projected], _ decisions: inout [Decision]
  ) {
    guard let row = entry.row else { return }
    let rows = rivals.compactMap(\.row)
    guard entry.isCreation, !rows.isEmpty else {
      decisions[row] = .refuse(.wouldDuplicate)
      return
    }
    // Two rows mean one server, though only one of them could find it: neither is sent.
    for row in [row] + rows { decisions[row] = .refuse(.sameServer) }
  }
}
