package import PortGroupModel

/// A port group as the two sides of a comparison have it; at least one of them does.
package struct ComparedGroup: Sendable, Equatable {
  package var old: ConfigurationGroup?
  package var new: ConfigurationGroup?

  /// The name for users, that of the old side if both have one; the id of a group without a name.
  package var title: String { old?.name ?? new?.name ?? old?.title ?? new?.title ?? "" }

  /// The id on the old side, otherwise that on the new one.
  package var objectID: ObjectID? { old?.objectID ?? new?.objectID }

  package var integration: IntegrationMethod? { old?.integration ?? new?.integration }

  /// True if a user who typed this name or id means the group.
  func isMeant(by text: String, id: ObjectID?) -> Bool {
    [old, new].contains { group in
      guard let group else { return false }
      return group.name == text || (id != nil && group.objectID == id)
    }
  }
}

/// Finds which port groups of two configurations are the same: those of one id, then those of one unique name.
struct GroupPairing {
  /// By name, then id.
  private(set) var groups: [ComparedGroup] = []
  /// Names of several groups, of which it is not known which is which, with the groups of both sides.
  private(set) var ambiguous:
    [(name: String, old: [ConfigurationGroup], new: [ConfigurationGroup])] =
      []

  init(old: [ConfigurationGroup], new: [ConfigurationGroup]) {
    var newOfID: [ObjectID: ConfigurationGroup] = [:]
    for group in new { if let id = group.objectID { newOfID[id] = group } }
    var oldRest: [ConfigurationGroup] = []
    var paired: Set<ObjectID> = []
    for group in old {
      if let id = group.objectID, let same = newOfID[id] {
        groups.append(ComparedGroup(old: group, new: same))
        paired.insert(id)
      } else {
        oldRest.append(group)
      }
    }
    let newRest = new.filter { $0.objectID.map { !paired.contains($0) } ?? true }
    pairNames(oldRest, newRest, allOld: old, allNew: new)
    groups.sort { Self.key($0).lexicographicallyPrecedes(Self.key($1)) }
  }

  /// Names are compared by their bytes first, then as Unicode text.
  private mutating func pairNames(
    _ old: [ConfigurationGroup], _ new: [ConfigurationGroup], allOld: [ConfigurationGroup],
    allNew: [ConfigurationGroup]
  ) {
    let (old, new) = pairNames(old, new, allOld, allNew) { Array(($0 ?? "").utf8) }
    let (oldRest, newRest) = pairNames(old, new, allOld, allNew) { $0 ?? "" }
    groups += oldRest.map { ComparedGroup(old: $0, new: nil) }
    groups += newRest.map { ComparedGroup(old: nil, new: $0) }
  }

  /// Pairs the groups of one name, and returns the rest.
  private mutating func pairNames<Key: Hashable>(
    _ old: [ConfigurationGroup], _ new: [ConfigurationGroup], _ allOld: [ConfigurationGroup],
    _ allNew: [ConfigurationGroup], by key: (String?) -> Key
  ) -> (old: [ConfigurationGroup], new: [ConfigurationGroup]) {
    let newOfName = Dictionary(grouping: new.filter { $0.name != nil }) { key($0.name) }
    let oldOfName = Dictionary(grouping: old.filter { $0.name != nil }) { key($0.name) }
    let allOldOfName = Dictionary(grouping: allOld) { key($0.name) }
    let allNewOfName = Dictionary(grouping: allNew) { key($0.name) }
    var paired: Set<Key> = []
    for (name, olds) in oldOfName {
      guard let news = newOfName[name] else { continue }
      paired.insert(name)
      let (everyOld, everyNew) = (allOldOfName[name] ?? [], allNewOfName[name] ?? [])
      if everyOld.count == 1, everyNew.count == 1 {
        groups.append(ComparedGroup(old: olds[0], new: news[0]))
      } else {
        ambiguous.append((olds[0].title, everyOld, everyNew))
      }
    }
    func isOpen(_ group: ConfigurationGroup) -> Bool {
      group.name == nil || !paired.contains(key(group.name))
    }
    return (old.filter(isOpen), new.filter(isOpen))
  }

  private static func key(_ group: ComparedGroup) -> [UInt8] {
    Array(group.title.utf8) + [0] + Array((group.objectID?.text ?? "").utf8)
  }
}
