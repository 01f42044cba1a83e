// A simulated group of servers, which processes writes as the API page describes.

import PortGroupModel

/// The servers of one group, and the writes of a batch to them.
struct SimulatedGroup {
  var servers: [PortGroupServer]
  /// The ports of a creation without ports; those of the real server are not documented.
  var defaults: FieldValues = [:]
  private var lastID = 1000

  init(_ servers: [PortGroupServer], defaults: FieldValues = [:]) {
    self.servers = servers
    self.defaults = defaults
  }

  /// Plans the rows and applies the changes; returns the decisions.
  mutating func apply(_ rows: [Row], elsewhere: Set<ObjectID> = []) -> [Decision] {
    let decisions = plan(rows, elsewhere: elsewhere)
    for change in decisions.compactMap(\.change) {
      guard let server = change.server else {
        create(change.set)
        continue
      }
      if change.verb == .delete {
        servers.removeAll { $0.objectID == server }
      } else {
        update(server, change.set)
      }
    }
    return decisions
  }

  func plan(_ rows: [Row], elsewhere: Set<ObjectID> = []) -> [Decision] {
    BatchPlanner(rows: rows, servers: servers, integration: .sip, elsewhere: elsewhere).plan()
      .rows.map(\.decision)
  }

  /// The pairs of servers that share a full key.
  var twins: Set<[ObjectID]> {
    var pairs: Set<[ObjectID]> = []
    for (index, one) in servers.enumerated() {
      for other in servers[(index + 1)...] where ServerKey(one.fields) == ServerKey(other.fields) {
        pairs.insert([one.objectID, other.objectID].sorted())
      }
    }
    return pairs
  }

  private mutating func create(_ fields: FieldValues) {
    lastID += 1
    var stored = fields
    for field in defaults.present where stored[field] == .absent { stored[field] = defaults[field] }
    if stored[.host] == .absent { stored[.host] = .text(Host.loopback) }
    servers.append(PortGroupServer(objectID: id(lastID), fields: stored))
  }

  private mutating func update(_ id: ObjectID, _ fields: FieldValues) {
    guard let index = servers.firstIndex(where: { $0.objectID == id }) else { return }
    for field in fields.present { servers[index].fields[field] = fields[field] }
    if servers[index].fields[.host] == .empty {
      servers[index].fields[.host] = .text(Host.loopback)
    }
  }
}
