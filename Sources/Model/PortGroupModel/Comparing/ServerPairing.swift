/// Pairs the servers of two configurations of one port group.
///
/// Servers that are equal in all fields come first, then those of one id, then those of one service and host. So two
/// servers that have only exchanged their ids are equal, and a server that got another host stays the same server.
/// The result does not depend on the order of either side.
package struct ServerPairing: Sendable {
  /// For each wanted server, the index of the present server that it is; `nil` if there is none.
  package private(set) var matches: [Int?]
  /// The wanted servers whose match was a choice among several that their values do not distinguish.
  package private(set) var ambiguous: Set<Int> = []

  private let wanted: [FieldValues]
  private let present: [FieldValues]
  /// Which of the present servers are free.
  private var isFree: [Bool]

  /// Pairs all servers.
  ///
  /// - Parameters:
  ///   - wanted: The servers of one side; fields that are absent are not known there, and match any value.
  ///   - present: The servers of the other side.
  ///   - taken: The indices of present servers that must not be paired.
  package init(wanted: [FieldValues], present: [FieldValues], taken: Set<Int> = []) {
    self.wanted = wanted
    self.present = present
    matches = Array(repeating: nil, count: wanted.count)
    isFree = present.indices.map { !taken.contains($0) }
    pairEqual()
    pairIDs()
    for host in [Field.host, .hostV6] {
      for ports in [[Field.port, .tlsPort], [.port], [.tlsPort], []] { pairKeys(host, ports) }
    }
  }

  /// The indices of the present servers that no wanted server is, in order; without those that were taken.
  package var rest: [Int] { isFree.indices.filter { isFree[$0] } }

  private var open: [Int] { wanted.indices.filter { matches[$0] == nil } }
  private var free: [Int] { present.indices.filter { isFree[$0] } }

  private mutating func pair(_ wanted: Int, with present: Int) {
    matches[wanted] = present
    isFree[present] = false
  }

  // MARK: Equal servers

  private mutating func pairEqual() {
    // Nearly always all servers of a side have the same fields.
    let wantedForms = Dictionary(grouping: open) { wanted[$0].known }
    let presentForms = Dictionary(grouping: free) { present[$0].known }
    for (known, servers) in wantedForms.sorted(by: Self.moreFieldsFirst) {
      for (shown, candidates) in presentForms.sorted(by: Self.moreFieldsFirst) {
        let fields = known.filter(shown.contains)
        guard fields.contains(.service), fields.contains(.host) || fields.contains(.hostV6)
        else { continue }
        pairEqual(servers, with: candidates, in: fields)
      }
    }
  }

  private static func moreFieldsFirst(
    _ left: (key: [Field], value: [Int]), _ right: (key: [Field], value: [Int])
  ) -> Bool {
    left.key.count != right.key.count
      ? left.key.count > right.key.count
      : left.key.map(\.rawValue).lexicographicallyPrecedes(right.key.map(\.rawValue))
  }

  private mutating func pairEqual(
    _ servers: [Int], with candidates: [Int], in fields: [Field]
  ) {
    let equal = Dictionary(grouping: candidates.filter { isFree[$0] }) {
      present[$0].signature(of: fields)
    }
    let alike = Dictionary(grouping: servers.filter { matches[$0] == nil }) {
      wanted[$0].signature(of: fields)
    }
    for (signature, servers) in alike {
      guard let candidates = equal[signature] else { continue }
      pairInOrder(servers, with: candidates)
    }
  }

  /// Pairs servers of one id first, and the others in the order of their values and ids.
  private mutating func pairInOrder(_ servers: [Int], with candidates: [Int]) {
    var indexOfID: [ObjectID: Int] = [:]
    for index in candidates { indexOfID[present[index].objectID] = index }
    var open: [Int] = []
    for server in servers {
      if let same = wanted[server].objectID.flatMap({ indexOfID[$0] }), isFree[same] {
        pair(server, with: same)
      } else {
        open.append(server)
      }
    }
    let free = Self.ordered(candidates.filter { isFree[$0] }, of: present)
    for (server, candidate) in zip(Self.ordered(open, of: wanted), free) {
      pair(server, with: candidate)
    }
  }

  private static func ordered(_ indices: [Int], of servers: [FieldValues]) -> [Int] {
    guard indices.count > 1 else { return indices }
    let keys = indices.map { index in
      (index, servers[index].signature(of: Field.compared), servers[index].objectID?.text ?? "")
    }
    return keys.sorted { ($0.1, $0.2, $0.0) < ($1.1, $1.2, $1.0) }.map(\.0)
  }

  // MARK: Ids and keys

  private mutating func pairIDs() {
    var indexOfID: [ObjectID: Int] = [:]
    for index in free { indexOfID[present[index].objectID] = index }
    for index in open {
      guard let id = wanted[index].objectID, let found = indexOfID[id], isFree[found],
        // A service is fixed: a server of another service is another server.
        !wanted[index].differs(from: present[found], in: .service)
      else { continue }
      pair(index, with: found)
    }
  }

  /// Pairs the servers of one service and host whose ports among these are equal.
  private mutating func pairKeys(_ host: Field, _ ports: [Field]) {
    let candidates = Dictionary(grouping: free) { key(of: present[$0], host, ports) }
    let servers = Dictionary(grouping: open) { key(of: wanted[$0], host, ports) }
    for case (let key?, let servers) in servers {
      guard let candidates = candidates[key] else { continue }
      let isChoice = servers.count > 1 || candidates.count > 1
      // Servers with ids are different servers, and one with all fields may become any of them.
      let isUnclear = servers.contains { server in
        wanted[server].objectID == nil && wanted[server].known.count < Field.compared.count
      }
      if isChoice, isUnclear { ambiguous.formUnion(servers) }
      pairInOrder(servers, with: candidates)
    }
  }

  private struct Key: Hashable {
    let host: HostKey
    let ports: [String]
  }

  /// `nil` if the host or a port is not known.
  private func key(of server: FieldValues, _ host: Field, _ ports: [Field]) -> Key? {
    guard let host = HostKey(server, host) else { return nil }
    let texts = ports.compactMap(server.canonical)
    return texts.count == ports.count ? Key(host: host, ports: texts) : nil
  }
}

extension [ObjectID: Int] {
  fileprivate subscript(id: ObjectID?) -> Int? {
    get { id.flatMap { self[$0] } }
    set { if let id { self[id] = newValue } }
  }
}
