import HTTPTransfers
import PortGroupModel

/// What keeps a name from being given to a server: another target with the name, the address or the id.
struct NewTargetCheck {
  let name: String
  let nodes: [Origin]
  let registry: TargetRegistry

  /// Refuses a name or an address that another target has.
  func refuseKnown() throws(CommandFailure) {
    if let other = registry.user.targets.first(where: { $0.name.lowercased() == name.lowercased() })
    {
      throw CommandFailure(
        .usage, "There is a target \(other.name) already (\(other.place))",
        hint: "after a change of its certificate: cupibulk target renew \(other.name); for another "
          + "server: cupibulk target remove \(other.name)")
    }
    for node in nodes {
      guard let other = registry.target(at: node), other.name.lowercased() != name.lowercased()
      else { continue }
      throw CommandFailure(
        .usage, "\(node) is the address of target \(other.name) already (\(other.place))",
        hint: "use --target \(other.name)")
    }
    if let other = registry.target(onHost: name), other.name.lowercased() != name.lowercased() {
      throw CommandFailure(
        .usage,
        "\(name) is the host of target \(other.name) (\(other.place)), so it cannot be a name",
        hint: "use another name")
    }
    for node in nodes {
      guard let other = registry[node.host] else { continue }
      throw CommandFailure(
        .usage, "The host \(node.host) is the name of target \(other.name) (\(other.place))",
        hint: "rename that target in its file first")
    }
  }

  /// The fences that the system's file has for this name or address.
  var systemFences: TargetFences? {
    var target = NamedTarget(name, at: TargetPlace(file: registry.user.path, line: 1))
    target.nodes = nodes
    let sections = registry.systemSections(for: target)
    guard let first = sections.first else { return nil }
    return sections.dropFirst().reduce(into: TargetFences(first)) { $0.add(TargetFences($1)) }
  }

  /// Refuses a server that has a name already, or that is not the one of the system's section.
  func refuseKnown(_ id: ObjectID?) throws(CommandFailure) {
    let fences = systemFences
    if let expected = fences?.id, id != expected {
      throw CommandFailure(
        .refused,
        "This server has the id \(id?.text ?? "of none"), and \(fences?.place(of: .id).description ?? "") "
          + "says \(expected)", hint: "ask the administrator of this machine")
    }
    guard let id, let other = registry.target(withID: id),
      other.name.lowercased() != name.lowercased()
    else { return }
    throw CommandFailure(
      .refused,
      "This server has the id of target \(other.name) (\(id), \(other.place)): it is the same server, or a clone of it",
      hint: "use --target \(other.name), or give the clone an id of its own")
  }
}
