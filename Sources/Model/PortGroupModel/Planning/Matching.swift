/// Finds the server that each row of a group means; a match depends on all rows of the group.
///
/// A server is claimed by at most one row, and the result does not depend on the order of the rows. Ids are matched
/// first, then `Match…` cells, then keys; of the keys, those whose ports fit best come first. Rows with different ids
/// mean different servers, even if they have the same key.
struct Matching {
  /// The result for one row.
  enum Match: Equatable {
    /// No server; the row may create one if its operation allows it.
    case none
    /// The server at this index of the before-image.
    case server(Int)
    /// The row's `Match…` cells match no server, but this server already has all values that the row sets.
    case alreadyDone(Int)
    case refused(FailureCode)

    /// The index of the server that the row means; `nil` if no server matches.
    var server: Int? {
      switch self {
      case .server(let index), .alreadyDone(let index): index
      case .none, .refused: nil
      }
    }
  }

  let rows: [Row]
  let servers: [PortGroupServer]
  /// Ids of servers that other groups of the target have.
  let elsewhere: Set<ObjectID>

  private var matches: [Match?]
  /// The rows that claim a server, by the server's index.
  private var claims: [Int: [Int]] = [:]

  /// Makes a matching; `claimed` servers belong to other rows: they get an empty claim, so that no key finds them.
  init(
    rows: [Row], servers: [PortGroupServer], elsewhere: Set<ObjectID>,
    claimed: Set<ObjectID> = []
  ) {
    self.rows = rows
    self.servers = servers
    self.elsewhere = elsewhere
    matches = Array(repeating: nil, count: rows.count)
    for index in servers.indices where claimed.contains(servers[index].objectID) {
      claims[index] = []
    }
  }

  /// One match for each row, in the order of the rows.
  mutating func run() -> [Match] {
    matchIDs()
    matchCells()
    matchSameKeys()
    for host in [Field.host, .hostV6] {
      let keys = rows.map { HostKey($0.fields, host) }
      for fit in KeyFit.allCases.reversed() { matchKeys(by: host, keys, fit) }
    }
    refuseSharedClaims()
    return matches.map { $0 ?? .none }
  }

  // MARK: Ids

  private mutating func matchIDs() {
    var indexOfID: [ObjectID: Int] = [:]
    for (index, server) in servers.enumerated() { indexOfID[server.objectID] = index }
    for (index, row) in rows.enumerated() {
      guard let id = row.objectID else { continue }
      if let server = indexOfID[id] {
        claim(server, by: index)
      } else if elsewhere.contains(id) {
        matches[index] = .refused(.elsewhere)
      } else if !row.operation.canCreate {
        matches[index] = Match.none
      }
    }
  }

  // MARK: Match cells

  private mutating func matchCells() {
    let open = rows.indices.filter { matches[$0] == nil && rows[$0].hasMatch }
    var done: Set<Int> = []
    var wanted: [Int: Int] = [:]
    for index in open {
      let found = servers.indices.filter { fits(servers[$0].fields, rows[index]) }
      switch found.count {
      case 0:
        if let server = serverAlreadyEqual(to: rows[index]) {
          matches[index] = .alreadyDone(server)
          claims[server, default: []].append(index)
          done.insert(server)
        } else {
          matches[index] = Match.none
        }
      case 1: wanted[index] = found[0]
      default: matches[index] = .refused(.ambiguousMatch)
      }
    }
    // A chain of moves that was done before: a row's old host is now the new host of another row.
    // All rows of one round are matched at the same time, because their order must not matter.
    var round: [(row: Int, server: Int)]
    repeat {
      round = open.compactMap { index in
        guard
          let server = wanted[index], done.contains(server),
          let equal = serverAlreadyEqual(to: rows[index]), equal != server
        else { return nil }
        return (index, equal)
      }
      for (index, equal) in round {
        wanted[index] = nil
        matches[index] = .alreadyDone(equal)
        claims[equal, default: []].append(index)
        done.insert(equal)
      }
    } while !round.isEmpty
    for index in open { if let server = wanted[index] { claim(server, by: index) } }
  }

  /// True if the server has the values of the row's `Match…` cells, and its service if the row gives one.
  private func fits(_ server: FieldValues, _ row: Row) -> Bool {
    row.match.present.allSatisfy { row.match.agrees(with: server, in: $0) }
      && (row.fields[.service] == .absent || row.fields.agrees(with: server, in: .service))
  }

  /// The only server that already has all values that the row sets; `nil` for no server or several.
  private func serverAlreadyEqual(to row: Row) -> Int? {
    guard row.operation != .delete else { return nil }
    let fields = row.fields.present.filter { $0 != .objectID }
    guard !fields.isEmpty else { return nil }
    let found = servers.indices.filter { index in
      fields.allSatisfy { row.fields.agrees(with: servers[index].fields, in: $0) }
    }
    return found.count == 1 ? found[0] : nil
  }

  // MARK: Same keys

  /// If several rows have the same key, and ids that the target does not know: pairs them with the servers of that key.
  ///
  /// A group can have two servers with one key. It must be possible to import its export into another target, and a
  /// second import must change nothing. Servers that already have the values of a row are paired first.
  private mutating func matchSameKeys() {
    var sameKeys: [String: [Int]] = [:]
    for index in rows.indices where matches[index] == nil && !rows[index].hasMatch {
      guard rows[index].objectID != nil else { continue }
      sameKeys[ServerKey(rows[index].fields).text, default: []].append(index)
    }
    sameKeys = sameKeys.filter { $0.value.count > 1 }
    guard !sameKeys.isEmpty else { return }
    var free: [String: [Int]] = [:]
    for index in servers.indices where claims[index] == nil {
      free[ServerKey(servers[index].fields).text, default: []].append(index)
    }
    for (key, rows) in sameKeys { pair(rows, with: free[key] ?? []) }
  }

  private mutating func pair(_ rowsOfKey: [Int], with candidates: [Int]) {
    var open = rowsOfKey.sorted {
      (rows[$0].objectID?.text ?? "") < (rows[$1].objectID?.text ?? "")
    }
    var free = candidates.sorted { servers[$0].objectID < servers[$1].objectID }
    open.removeAll { row in
      let fields = rows[row].fields.present.filter { $0 != .objectID }
      guard
        let found = free.firstIndex(where: { server in
          fields.allSatisfy { rows[row].fields.agrees(with: servers[server].fields, in: $0) }
        })
      else { return false }
      claim(free.remove(at: found), by: row)
      return true
    }
    for (row, server) in zip(open, free) { claim(server, by: row) }
    for row in open.dropFirst(free.count) { matches[row] = Match.none }
  }

  // MARK: Keys

  /// How well a server's ports fit a row of the same service and host.
  private enum KeyFit: Int, CaseIterable, Comparable {
    case hostOnly
    case tlsPort
    case port
    case bothPorts

    init(_ row: ServerKey, _ server: ServerKey) {
      let hasPort = row.port != nil && row.port == server.port
      let hasTLSPort = row.tlsPort != nil && row.tlsPort == server.tlsPort
      self = hasPort ? (hasTLSPort ? .bothPorts : .port) : (hasTLSPort ? .tlsPort : .hostOnly)
    }

    static func < (left: KeyFit, right: KeyFit) -> Bool { left.rawValue < right.rawValue }
  }

  /// Matches the remaining rows and servers by service and one of the two hosts.
  private mutating func matchKeys(by host: Field, _ keys: [HostKey?], _ fit: KeyFit) {
    var free: [HostKey: [Int]] = [:]
    for index in servers.indices where claims[index] == nil {
      if let key = HostKey(servers[index].fields, host) { free[key, default: []].append(index) }
    }
    guard !free.isEmpty else { return }
    var found: [(row: Int, server: Int)] = []
    for index in rows.indices where matches[index] == nil && !rows[index].hasMatch {
      let row = rows[index]
      guard let hostKey = keys[index], let named = free[hostKey] else { continue }
      let key = ServerKey(row.fields)
      let candidates = named.filter {
        KeyFit(key, ServerKey(servers[$0].fields)) >= fit
          && (row.operation != .delete || !contradicts(row, servers[$0].fields))
      }
      if candidates.count == 1 { found.append((index, candidates[0])) }
      if candidates.count > 1, fit == .hostOnly || fit == .bothPorts {
        matches[index] = .refused(.ambiguousMatch)
      }
    }
    for (row, server) in found { claim(server, by: row) }
  }

  /// True if the row gives another host or port than the server has.
  ///
  /// An update would change it. A delete only names the server that it means: if it deleted the remaining server on the
  /// same host with another port, a repeated delete would remove the next server.
  private func contradicts(_ row: Row, _ server: FieldValues) -> Bool {
    [Field.host, .hostV6, .port, .tlsPort].contains {
      row.fields[$0] != .absent && !row.fields.agrees(with: server, in: $0)
    }
  }

  // MARK: Claims

  private mutating func claim(_ server: Int, by row: Int) {
    matches[row] = .server(server)
    claims[server, default: []].append(row)
  }

  private mutating func refuseSharedClaims() {
    for rows in claims.values where rows.count > 1 {
      for row in rows { matches[row] = .refused(.sameServer) }
    }
  }
}
