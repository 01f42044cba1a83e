import HTTPTransfers
import PortGroupModel

/// Sections by all that a server may be known by; of two with the same, the first.
struct TargetIndex: Sendable {
  /// By the name in lower case.
  private(set) var byName: [String: NamedTarget] = [:]
  private(set) var byAddress: [String: NamedTarget] = [:]
  private(set) var byHost: [String: NamedTarget] = [:]
  private(set) var byID: [ObjectID: NamedTarget] = [:]

  init(_ targets: [NamedTarget]) {
    for target in targets.reversed() {
      byName[target.name.lowercased()] = target
      for address in target.addresses { byAddress[address] = target }
      for node in target.nodes { byHost[node.host] = target }
      if let id = target.id { byID[id] = target }
    }
  }

  /// The sections that have the name, an address or the id of a target, each once.
  func sections(like target: NamedTarget) -> [NamedTarget] {
    var found: [NamedTarget] = []
    let all =
      [byName[target.name.lowercased()]] + target.addresses.map { byAddress[$0] }
      + [target.id.flatMap { byID[$0] }]
    for case let section? in all where !found.contains(where: { $0.place == section.place }) {
      found.append(section)
    }
    return found
  }
}
