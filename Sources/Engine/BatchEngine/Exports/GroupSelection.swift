import PortGroupModel

/// A selection of port groups of a target, by name or id.
struct GroupSelection: Sendable {
  /// The names and ids as the user typed them.
  let texts: [String]

  init(_ texts: [String]) { self.texts = texts }

  /// The ids of the selected groups among all groups of the target; several groups may have one name.
  ///
  /// - Throws: `RunStop.noSuchGroup` for the first that does not exist.
  func ids(in groups: [PortGroup]) throws(RunStop) -> Set<ObjectID> {
    var found: Set<ObjectID> = []
    let index = GroupIndex(groups)
    let names = groups.map(\.displayName)
    for text in texts {
      let id = ObjectID(text)
      let meant = index.groups(named: text) + groups.filter { $0.objectID == id }
      guard !meant.isEmpty else {
        let near = Spelling.nearest(to: text, among: names.sorted())
        throw .noSuchGroup(text, nearest: near)
      }
      found.formUnion(meant.map(\.objectID))
    }
    return found
  }
}
