import PortGroupModel

/// Makes and edits random servers, from few values, so that they often have a host, a port or a precedence in common.
struct ServerMaker {
  var chance: SeededGenerator
  private var ids = 0

  init(seed: UInt64) { chance = SeededGenerator(seed: seed) }

  mutating func newID() -> ObjectID {
    ids += 1
    let digits = String(ids)
    let text = "c0ffee00-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count)
    guard let id = ObjectID(text + digits) else { preconditionFailure("no id: \(digits)") }
    return id
  }

  mutating func group(_ number: Int) -> ConfigurationPair.Group {
    let integration: IntegrationMethod = chance.chance(35) ? .sccp : .sip
    return ConfigurationPair.Group(
      id: newID(), name: "Branch \(number)", integration: integration,
      servers: servers(of: integration))
  }

  mutating func servers(of integration: IntegrationMethod) -> [FieldValues] {
    (0..<Int.random(in: 0...6, using: &chance)).map { _ in server(integration) }
  }

  private mutating func server(_ integration: IntegrationMethod) -> FieldValues {
    let main: RemoteService = integration == .sccp ? .callManager : .sipProxy
    let service: RemoteService = chance.chance(25) ? .tftp : main
    var fields: FieldValues = [
      .service: .text(String(service.rawValue)), .objectID: .text(newID().text),
      .precedence: .text(chance.pick(["0", "1", "2", "3"])),
      .hostV6: .empty, .port: .empty, .tlsPort: .empty, .skinnyStateMachine: .empty,
    ]
    fields[.host] = .text(host())
    if chance.chance(20) { fields[.hostV6] = .text(hostV6()) }
    if service != .tftp {
      fields[.port] = .text(chance.pick(["5060", "5060", "5070"]))
      fields[.tlsPort] = .text(chance.pick(["5061", "5061", "5071"]))
    }
    return fields
  }

  private mutating func host() -> String {
    chance.pick(["10.0.0.1", "10.0.0.2", "10.0.0.3", "a.example.com", "b.example.com", "127.0.0.1"])
  }

  private mutating func hostV6() -> String {
    chance.pick(["2001:db8::1", "2001:db8::2", "v6.example.com"])
  }

  // MARK: Edits

  /// Edits a group in one of many ways; an edit that needs more servers does nothing.
  mutating func edit(_ servers: inout [FieldValues]) {
    let order = servers.indices.shuffled(using: &chance)
    switch Int.random(in: 0..<12, using: &chance) {
    case 0: each(order.prefix(1), &servers) { $0[.host] = .text($1.host()) }
    case 1: each(order[...], &servers) { server, _ in Self.rename(&server) }
    case 2: rotate([.host], of: order.prefix(2), &servers)
    case 3: rotate([.host], of: order.prefix(3), &servers)
    case 4: rotate([.precedence], of: order[...], &servers)
    case 5: rotate([.objectID], of: order.prefix(2), &servers)
    case 6: each(order.prefix(2), &servers) { $0[.objectID] = .text($1.newID().text) }
    case 7: duplicate(order.first, &servers)
    case 8: each(order.prefix(1), &servers) { $1.emptyOrFill(&$0) }
    case 9: if let first = servers.first { servers.append(added(like: first)) }
    case 10: if let last = order.last { servers.remove(at: last) }
    default: if chance.chance(30) { servers = [] } else { renumber(order, &servers) }
    }
  }

  private mutating func each(
    _ indices: ArraySlice<Int>, _ servers: inout [FieldValues],
    _ change: (inout FieldValues, inout ServerMaker) -> Void
  ) {
    for index in indices { change(&servers[index], &self) }
  }

  private static func rename(_ server: inout FieldValues) {
    guard let host = server[.host].text, !host.utf8.starts(with: "new".utf8) else { return }
    server[.host] = .text("new-" + host.split(separator: ".").joined(separator: "-"))
  }

  /// Each of these servers gets the values of the next one; of one service only, because it is fixed.
  private func rotate(
    _ fields: [Field], of indices: ArraySlice<Int>, _ servers: inout [FieldValues]
  ) {
    guard let first = indices.first else { return }
    let ring = indices.filter { servers[$0].service == servers[first].service }
    let values = ring.map { servers[$0] }
    for (place, index) in ring.enumerated() {
      for field in fields { servers[index][field] = values[(place + 1) % ring.count][field] }
    }
  }

  private mutating func duplicate(_ index: Int?, _ servers: inout [FieldValues]) {
    guard let index else { return }
    var copy = servers[index]
    copy[.objectID] = .text(newID().text)
    if chance.chance(50) { copy[.precedence] = "7" }
    if chance.chance(20), copy[.port].text != nil { copy[.port] = "5080" }
    servers.append(copy)
  }

  /// Empties a host or fills the IPv6 host: the only fields that can be emptied.
  private mutating func emptyOrFill(_ server: inout FieldValues) {
    if server[.hostV6].text == nil {
      server[.hostV6] = .text(hostV6())
    } else if chance.chance(50) {
      server[.hostV6] = .empty
    } else {
      server[.host] = .empty
    }
  }

  private mutating func added(like server: FieldValues) -> FieldValues {
    var made = server
    made[.objectID] = .text(newID().text)
    made[.host] = .text(host())
    made[.precedence] = .text(chance.pick(["4", "5"]))
    return made
  }

  private mutating func renumber(_ order: [Int], _ servers: inout [FieldValues]) {
    for index in order.prefix(1) where servers[index][.port].text != nil {
      servers[index][.port] = .text(chance.pick(["5060", "5070", "5090"]))
    }
  }

  // MARK: Ids and fields of all servers

  mutating func replaceIDs(_ servers: inout [FieldValues]) {
    for index in servers.indices { servers[index][.objectID] = .text(newID().text) }
  }

  /// Gives some servers the ids of others, also of servers of another service.
  mutating func shareIDs(_ servers: inout [FieldValues], with others: [FieldValues]) {
    for (index, other) in zip(servers.indices, others.shuffled(using: &chance))
    where chance.chance(50) {
      servers[index][.objectID] = other[.objectID]
    }
  }

  /// Gives a server the id that a server of another group had before, now and then.
  mutating func moveID(
    from before: [ConfigurationPair.Group], to after: inout [ConfigurationPair.Group]
  ) {
    guard chance.chance(10), before.count > 1, let moved = before[0].servers.first,
      !after[1].servers.isEmpty
    else { return }
    after[0].servers.removeAll { $0.objectID == moved.objectID }
    after[1].servers[0][.objectID] = moved[.objectID]
  }

  /// Fills the fields that cannot be emptied: in the new configuration at least those that the old one has.
  mutating func fillFixedFields(
    before: inout [ConfigurationPair.Group], after: inout [ConfigurationPair.Group]
  ) {
    for index in before.indices {
      let level = Int.random(in: 0...2, using: &chance)
      if level > 0 { fill(&after[index]) }
      if level > 1 { fill(&before[index]) }
    }
  }

  private mutating func fill(_ group: inout ConfigurationPair.Group) {
    for index in group.servers.indices {
      if group.servers[index].service == .tftp {
        group.servers[index][.port] = "69"
        group.servers[index][.tlsPort] = .text(chance.pick(["6970", "6971"]))
      }
      if group.integration == .sccp, group.servers[index].service == .callManager {
        group.servers[index][.skinnyStateMachine] = .text(chance.pick(["10", "20"]))
      }
    }
  }

  mutating func emptyFixedFields(_ groups: inout [ConfigurationPair.Group]) {
    for group in groups.indices {
      for server in groups[group].servers.indices where chance.chance(30) {
        if groups[group].servers[server].service == .tftp {
          groups[group].servers[server][.port] = .empty
        }
        groups[group].servers[server][.skinnyStateMachine] = .empty
      }
    }
  }
}
