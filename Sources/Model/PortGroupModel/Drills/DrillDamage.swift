/// A damaged copy of port groups, from which a restore drill starts.
///
/// Everything that a restore may change is damaged: the servers of services 100, 101 and 102 in groups that are not PIMG
/// groups. In turn 0
/// - one group, that with the most of these servers, has none left, if there is another group with some;
/// - in all others every third server is deleted, and a server is added to each group;
/// - the servers that are left are changed in one field each, in turn: IPv4 host, IPv6 host, port, TLS port, precedence,
///   skinny state machine. A host is emptied now and then, where the server has the other one;
/// - two servers exchange their hosts, and two servers exchange everything but their ids.
///
/// In turn 1 the group with the fewest servers is emptied, other servers are deleted, and the fields are others.
/// Equal inputs give equal damage. A field is only changed if an exact restore can put it back: it has a value, because
/// only hosts can be emptied; and the server shares its host only with servers that have values in the same fields,
/// because a restore onto other ids finds servers by their hosts.
package struct DrillDamage: Sendable {
  /// How much was damaged, by kind.
  package struct Counts: Sendable, Equatable {
    /// The number of servers with another value, by the field.
    package var changed: [Field: Int] = [:]
    /// The number of servers that are gone, those of emptied groups included.
    package var deleted = 0
    /// The number of servers that the original does not have.
    package var added = 0
    /// The number of servers whose hosts were exchanged with each other's.
    package var swappedHosts = 0
    /// The number of servers that have exchanged all fields but their ids.
    package var swapped = 0
    /// The number of groups that have lost all servers that a restore may change.
    package var emptied = 0

    package init() {}

    /// True if nothing was damaged, because nothing can be changed over the API.
    package var isNone: Bool { self == Counts() }
  }

  /// The groups in their order, damaged.
  package private(set) var groups: [DrilledGroup]
  package private(set) var counts = Counts()

  private let turn: Int
  private var ids: DrillIDs
  private var hosts: DrillHosts
  /// The number of servers that were looked at for a deletion.
  private var position = 0
  /// The number of servers that were looked at for a change.
  private var changes = 0

  /// Damages a copy of groups.
  ///
  /// - Parameters:
  ///   - groups: The groups, in a fixed order.
  ///   - turn: 0 for the first damage, 1 for another one.
  ///   - ids: Makes the ids of added servers.
  package init(_ groups: [DrilledGroup], turn: Int, ids: DrillIDs) {
    self.groups = groups
    self.turn = turn
    self.ids = ids
    hosts = DrillHosts(besides: groups)
    changes = turn
    let emptied = Self.groupToEmpty(groups, turn)
    for index in groups.indices where groups[index].group.integration != .pimg {
      if index == emptied { empty(index) } else { damage(index) }
    }
  }

  /// The index of the group to empty: the largest in the first turn, the smallest in the second; of several, the first.
  ///
  /// A single group is emptied only in the second turn.
  private static func groupToEmpty(_ groups: [DrilledGroup], _ turn: Int) -> Int? {
    let sizes = groups.map(\.writable.count)
    let filled = sizes.indices.filter { sizes[$0] > 0 }
    if turn % 2 == 1 { return filled.min { sizes[$0] < sizes[$1] } }
    return filled.count > 1 ? filled.max { sizes[$0] < sizes[$1] } : nil
  }

  // MARK: One group

  private mutating func empty(_ index: Int) {
    let writable = Set(groups[index].writable)
    counts.emptied += 1
    counts.deleted += writable.count
    let old = groups[index].servers
    groups[index].servers = old.indices.filter { !writable.contains($0) }.map { old[$0] }
  }

  private mutating func damage(_ index: Int) {
    let original = groups[index]
    var left: [Int] = []
    var deleted: Set<Int> = []
    for place in original.writable {
      // Others in each turn.
      if (position + turn) % 3 == 2 { deleted.insert(place) } else { left.append(place) }
      position += 1
    }
    counts.deleted += deleted.count
    let changeable = original.changeable(of: left)
    let exchanged =
      counts.swappedHosts == 0 ? original.pairWithOtherHosts(of: changeable, turn) : nil
    if let (one, other) = exchanged { swapHosts(one, other, in: index) }
    for place in changeable where place != exchanged?.one && place != exchanged?.other {
      change(place, in: index)
    }
    // Where the ids are others, only values show which server is which.
    if turn % 2 == 0, counts.swapped == 0,
      let (one, other) = original.pair(
        of: changeable.filter { $0 != exchanged?.one && $0 != exchanged?.other })
    {
      swap(one, other, in: index)
    }
    let servers = groups[index].servers
    groups[index].servers = servers.indices.filter { !deleted.contains($0) }.map { servers[$0] }
    add(to: index, like: original.writable.first.map { original.servers[$0].fields })
  }

  private mutating func swapHosts(_ one: Int, _ other: Int, in group: Int) {
    let hosts = [one, other].map { groups[group].servers[$0].fields[.host] }
    groups[group].servers[one].fields[.host] = hosts[1]
    groups[group].servers[other].fields[.host] = hosts[0]
    counts.swappedHosts += 2
  }

  private mutating func swap(_ one: Int, _ other: Int, in group: Int) {
    let servers = groups[group].servers
    groups[group].servers[one] = PortGroupServer(
      objectID: servers[one].objectID, fields: servers[other].fields)
    groups[group].servers[other] = PortGroupServer(
      objectID: servers[other].objectID, fields: servers[one].fields)
    counts.swapped += 2
  }

  private mutating func add(to group: Int, like model: FieldValues?) {
    var fields = model ?? groups[group].group.firstServer
    fields[.host] = .text(hosts.name("added"))
    fields[.hostV6] = .empty
    groups[group].servers.append(PortGroupServer(objectID: ids.next(), fields: fields))
    counts.added += 1
  }

  // MARK: One field

  private static let fields = Field.compared.filter { $0.rule.access == .readWrite }

  /// Changes the next field in turn that can be changed.
  private mutating func change(_ place: Int, in group: Int) {
    let server = groups[group].servers[place].fields
    defer { changes += 1 }
    for step in Self.fields.indices {
      let field = Self.fields[(changes + step) % Self.fields.count]
      guard let value = damaged(field, of: server) else { continue }
      groups[group].servers[place].fields[field] = value
      counts.changed[field, default: 0] += 1
      return
    }
  }

  /// Another value of a field; `nil` if it has none, and a restore could not empty it again.
  private mutating func damaged(_ field: Field, of server: FieldValues) -> FieldValue? {
    let empties = (changes / Self.fields.count) % 2 == 1
    switch field {
    case .host:
      return empties && server.holds(.hostV6) && server.namesHostV4
        ? .empty : .text(hosts.name("changed"))
    case .hostV6:
      return empties && server.holds(.hostV6) && server.namesHostV4
        ? .empty : .text(hosts.address())
    case .skinnyStateMachine: return server.value(of: field, otherThan: ["20", "10"])
    case .port, .tlsPort, .precedence: return server.value(of: field, otherThan: ["9999", "9998"])
    case .service, .objectID, .groupObjectID, .uri, .groupURI: return nil
    }
  }
}

extension FieldValues {
  /// The first of these texts that the field does not have; `nil` if the field has no value.
  fileprivate func value(of field: Field, otherThan texts: [String]) -> FieldValue? {
    guard holds(field) else { return nil }
    return texts.first { $0 != canonical(field) }.map { .text($0) }
  }
}
