// Ensures that a batch does not give two servers the same key.

/// Refuses rows that would leave two servers with the same key, judging by the group as it will be.
///
/// A server that changes its key frees the old one; a refused row frees none, so the check is repeated until nothing
/// more is refused. If both rows name their servers by id, the file asks for two servers with one key.
struct KeyClashes {
  /// The rows of the group, in file order.
  let rows: [Row]
  /// The before-image.
  let servers: [PortGroupServer]

  /// Refuses the decisions that clash; there is one for each row.
  func refuse(_ decisions: inout [Decision]) {
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
              && !haveDifferentIDs(entries[$0].row, entries[index].row)
          }
          guard !rivals.isEmpty else { continue }
          refuse(entries[index], rivals: rivals.map { entries[$0] }, &decisions)
          refused = true
        }
      }
      if refuseUndoing(entries, buckets, &decisions) { refused = true }
    }
  }

  /// True for rows with different ids: they mean different servers, whatever their keys.
  private func haveDifferentIDs(_ one: Int?, _ other: Int?) -> Bool {
    guard let one = one.flatMap({ rows[$0].objectID }),
      let other = other.flatMap({ rows[$0].objectID })
    else { return false }
    return one != other
  }

  /// Refuses a delete by key, and a row by key that keeps or creates the server that the delete names.
  ///
  /// Both mean one server. Imported repeatedly, such a pair might delete and create the server in turn. A delete that
  /// matches a server of its own only clashes with creations.
  private func refuseUndoing(
    _ entries: [Projected], _ buckets: [ServerKey.Home: [Int]], _ decisions: inout [Decision]
  ) -> Bool {
    let ids = Set(servers.map(\.objectID))
    var refused = false
    for (index, row) in rows.enumerated() where row.operation == .delete {
      guard row.objectID == nil, !row.hasMatch else { continue }
      if case .refuse = decisions[index] { continue }
      let key = ServerKey(row.fields)
      let hasServer = decisions[index].change != nil
      let makers = (buckets[key.home] ?? []).map { entries[$0] }
        .filter { ($0.isNew || !hasServer) && $0.key.covers(key) }.compactMap(\.row)
        .filter { !rows[$0].hasMatch && rows[$0].objectID.map(ids.contains) != true }
      guard !makers.isEmpty else { continue }
      for row in [index] + makers { decisions[row] = .refuse(.sameServer) }
      refused = true
    }
    return refused
  }

  /// A server as it will be after the batch.
  private struct Projected {
    let key: ServerKey
    /// The row that changes or creates it; `nil` if there is none.
    let row: Int?
    /// True if the key comes from a row: a creation, or a change of the key.
    let isNew: Bool
    let isCreation: Bool
  }

  private func projection(_ decisions: [Decision]) -> [Projected] {
    var rowOfServer: [ObjectID: Int] = [:]
    var entries: [Projected] = []
    for (row, decision) in decisions.enumerated() {
      switch decision {
      case .write(let change):
        if let server = change.server {
          rowOfServer[server] = row
        } else {
          entries.append(
            Projected(key: ServerKey(change.set), row: row, isNew: true, isCreation: true))
        }
      case .unchanged(.some(let server)): rowOfServer[server] = row
      case .unchanged(.none), .refuse: break
      }
    }
    for server in servers {
      let row = rowOfServer[server.objectID]
      var fields = server.fields
      if let change = row.flatMap({ decisions[$0].change }) {
        if change.verb == .delete { continue }
        for field in change.set.present { fields[field] = change.set[field] }
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
    // Two rows mean one server, though only one of them matches it: neither is sent.
    for row in [row] + rows { decisions[row] = .refuse(.sameServer) }
  }
}
