/// Refuses rows that would give two servers of a group the same key, judged by the group after the batch.
///
/// A server that changes its key frees the old key. A refused row frees no key, so the check is repeated until no
/// further row is refused. Two rows that name their servers by id may give them the same key: the file requests it.
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

  /// True for rows with different ids: they mean different servers, even with equal keys.
  private func haveDifferentIDs(_ one: Int?, _ other: Int?) -> Bool {
    guard let one = one.flatMap({ rows[$0].objectID }),
      let other = other.flatMap({ rows[$0].objectID })
    else { return false }
    return one != other
  }

  /// Refuses a delete by key, and a row by key that keeps or creates the server that the delete names.
  ///
  /// Both mean one server. If such a pair were imported repeatedly, it could delete and create the server by turns. A
  /// delete that matches another server clashes only with creations.
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
    /// The row that changes or creates it; `nil` if no row does.
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
    // Two rows mean one server, although only one of them matches it: no row of the two is sent.
    for row in [row] + rows { decisions[row] = .refuse(.sameServer) }
  }
}
