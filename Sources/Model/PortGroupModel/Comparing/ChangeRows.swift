/// The rows of an import that makes one configuration of a port group into another.
///
/// Servers are named by their ids in the old configuration; one without an id is named by what it has now, in `Match…`
/// cells. The rows follow the rules of ``BatchPlanner``: a server that is created must not match one that stays. So
/// servers that stay and share a host with a new one get a row that changes nothing.
package struct ChangeRows: Sendable, Equatable {
  /// A server with a value that the new configuration does not have, and that cannot be emptied.
  package struct Unfinished: Sendable, Equatable {
    package let server: FieldValues
    package let fields: [Field]
  }

  /// Updates, creates and deletes, then the rows that change nothing.
  package private(set) var rows: [Row] = []
  /// Servers that differ and cannot be changed over the API: PIMG units and those of PIMG groups.
  package private(set) var readOnly: [FieldValues] = []
  package private(set) var unfinished: [Unfinished] = []
  /// New servers that an import cannot tell from a server that stays, because neither the old side's ids nor their keys do.
  package private(set) var twins: [FieldValues] = []
  /// True if the group loses its last call manager or SIP proxy.
  package private(set) var losesLast = false

  private let group: GroupReference

  /// Makes the rows.
  ///
  /// - Parameters:
  ///   - comparison: What differs.
  ///   - group: How the rows name the group.
  ///   - integration: The group's integration.
  package init(
    _ comparison: GroupComparison, of group: GroupReference, integration: IntegrationMethod?
  ) {
    self.group = group
    var final = comparison.unchanged
    var newcomers: [FieldValues] = []
    var added: [FieldValues] = []
    for difference in comparison.differences {
      if integration == .pimg || difference.server.service == .pimg {
        readOnly.append(difference.server)
        continue
      }
      switch difference {
      case .removed(let server): delete(server)
      case .changed(let old, let new, let fields):
        let after = update(old, to: new, fields)
        final.append(after)
        if fields.contains(where: Self.keyFields.contains) { newcomers.append(after) }
      case .added(let server): added.append(server)
      }
    }
    final += added
    create(added, beside: final)
    keep(comparison.unchanged, beside: newcomers + added)
    losesLast = Self.losesLast(comparison, final, rows)
  }

  /// The number of rows that delete.
  package var deletions: Int { rows.count { $0.operation == .delete } }

  /// The fields by which a row finds its server.
  private static let keyFields: [Field] = [.host, .hostV6, .port, .tlsPort]

  private static func losesLast(
    _ comparison: GroupComparison, _ final: [FieldValues], _ rows: [Row]
  ) -> Bool {
    let left = Set(final.compactMap(\.service))
    return rows.contains { row in
      guard row.operation == .delete, let service = row.fields.service else { return false }
      return [.callManager, .sipProxy].contains(service) && !left.contains(service)
    }
  }
}

// MARK: - Rows

extension ChangeRows {
  private mutating func add(_ operation: Operation, _ fields: FieldValues, on old: FieldValues) {
    var fields = fields
    var match: FieldValues = [:]
    if let id = old.objectID {
      fields[.objectID] = .text(id.text)
    } else {
      match = old.filtered { Field.matchable.contains($0) }
      fields[.service] = old[.service]
    }
    rows.append(Row(operation: operation, group: group, fields: fields, match: match))
  }

  /// A row that deletes; service, host and ports are for people who read it.
  private mutating func delete(_ server: FieldValues) {
    add(.delete, server.filtered(Self.shown(server)), on: server)
  }

  /// Adds a row with the fields that change, and returns the server as it will be.
  private mutating func update(
    _ old: FieldValues, to new: FieldValues, _ fields: [Field]
  ) -> FieldValues {
    let set = new.filtered(fields.contains)
    let fixed = set.fixed(on: old)
    if !fixed.isEmpty { unfinished.append(Unfinished(server: old, fields: fixed)) }
    add(.update, set, on: old)
    var after = old
    for field in fields { after[field] = new[field] }
    return after
  }

  /// Adds the new servers; one that shares service and host with another gets an id, because the two are not the same.
  private mutating func create(_ servers: [FieldValues], beside final: [FieldValues]) {
    var homes: [ServerKey.Home: Int] = [:]
    for server in final { homes[ServerKey(server).home, default: 0] += 1 }
    let newHomes = Set(servers.map { ServerKey($0).home })
    let stayingWithoutID = final.dropLast(servers.count).filter { $0.objectID == nil }
      .map { ServerKey($0) }.filter { newHomes.contains($0.home) }
    for (number, server) in servers.enumerated() {
      var fields = server
      fields[.objectID] = .absent
      if homes[ServerKey(server).home, default: 0] > 1 {
        fields[.objectID] = .text(madeUpID(of: server, number))
        let key = ServerKey(server)
        if stayingWithoutID.contains(where: { $0.home == key.home && $0.covers(key) }) {
          twins.append(server)
        }
      }
      rows.append(Row(operation: .create, group: group, fields: fields))
    }
  }

  /// Adds a row that changes nothing for each server that a row of a new host would otherwise match, or clash with.
  private mutating func keep(_ servers: [FieldValues], beside new: [FieldValues]) {
    guard !new.isEmpty else { return }
    let homes = Set(new.map { ServerKey($0).home })
    let hosts = Set(new.flatMap(Self.hostKeys))
    for server in servers {
      guard
        homes.contains(ServerKey(server).home)
          || Self.hostKeys(server).contains(where: hosts.contains)
      else { continue }
      add(.upsert, server.filtered(Self.shown(server)), on: server)
    }
  }

  private struct KeyOfHost: Hashable {
    let field: Field
    let key: HostKey
  }

  private static func hostKeys(_ server: FieldValues) -> [KeyOfHost] {
    [Field.host, .hostV6].compactMap { field in
      HostKey(server, field).map { KeyOfHost(field: field, key: $0) }
    }
  }

  private static func shown(_ server: FieldValues) -> (Field) -> Bool {
    { server.holds($0) && ($0 == .service || keyFields.contains($0)) }
  }

  /// An id that no server has: made of the group, the server and its number, so that equal inputs give equal rows.
  private func madeUpID(of server: FieldValues, _ number: Int) -> String {
    let text =
      "\(number) \(group.objectID?.text ?? "") \(group.name ?? "") "
      + server.signature(of: Field.compared)
    let digits = Self.hexadecimal(Self.hash(text, 0xCBF2_9CE4_8422_2325))
    let more = Self.hexadecimal(Self.hash(text, 0x6C62_272E_07BB_0142))
    let all = Array((digits + more).utf8)
    func part(_ range: Range<Int>) -> String { String(decoding: all[range], as: UTF8.self) }
    // Version 8 of RFC 9562: an id of another make than those of servers.
    return "\(part(0..<8))-\(part(8..<12))-8\(part(13..<16))-8\(part(17..<20))-\(part(20..<32))"
  }

  /// FNV-1a, 64 bits (draft-eastlake-fnv).
  private static func hash(_ text: String, _ basis: UInt64) -> UInt64 {
    text.utf8.reduce(basis) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  private static func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}

extension GroupComparison.Difference {
  /// The server in the old configuration, or in the new one if only that has it.
  package var server: FieldValues {
    switch self {
    case .added(let server), .removed(let server), .changed(let server, _, _): server
    }
  }
}
