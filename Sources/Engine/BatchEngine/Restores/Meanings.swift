import PortGroupModel

/// Which group of the source each group of the target has been taken for.
///
/// After a group was renamed, one group of the source may have the id of a target's group, and another one its name.
/// Their servers must not end in one group.
struct Meanings {
  private var references: [ObjectID: [GroupReference]] = [:]

  /// Records a reference to a group of the target.
  ///
  /// - Returns: True if another group of the source was found to be the same group before.
  mutating func isOther(_ reference: GroupReference, _ group: PortGroup) -> Bool {
    let earlier = references[group.objectID] ?? []
    if earlier.contains(where: { Self.areDifferent($0, reference) }) { return true }
    references[group.objectID] = earlier + [reference]
    return false
  }

  /// True for two groups of the source: with different ids, or one known by id and the other by another name.
  private static func areDifferent(_ one: GroupReference, _ other: GroupReference) -> Bool {
    if let one = one.objectID, let other = other.objectID { return one != other }
    if let one = one.name, let other = other.name { return one != other }
    return false
  }

  /// The error for the second of them.
  func diagnostic(_ reference: GroupReference, _ group: PortGroup, at place: Place) -> Diagnostic {
    let first = references[group.objectID]?.first { Self.areDifferent($0, reference) }
    return Diagnostic(
      .error, .groupConflict, at: place,
      "two port groups of the source, \(first?.fullText ?? "another one") and \(reference.fullText), would both be "
        + "restored to port group \(group.displayName.quoted) of the target",
      hint:
        "a group was renamed since; correct its name on the target, or take one of the two out of the source"
    )
  }
}

extension GroupReference {
  /// Name and id, as far as they are known.
  fileprivate var fullText: String {
    [name?.quoted, objectID.map { "(\($0))" }].compactMap(\.self).joined(separator: " ")
  }
}
