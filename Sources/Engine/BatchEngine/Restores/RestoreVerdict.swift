package import PortGroupModel

/// Whether the port groups of a restore now are as its source.
package struct RestoreVerdict: Sendable, Equatable {
  /// A group that is not as the source.
  package struct Group: Sendable, Equatable {
    package let group: PortGroup
    /// The number of servers that differ.
    package let count: Int
    /// The first of them; the source is the old side, the target the new one.
    package let differences: [GroupComparison.Difference]
  }

  /// The number of groups that are as the source.
  package private(set) var same = 0
  /// The number of groups that are not.
  package private(set) var different = 0
  /// The first of them, in the order of the run.
  package private(set) var first: [Group] = []
  /// The number of groups that could not be listed.
  package var unread = 0
  /// The number of groups of the source that the target lacks, and that were skipped as the user wanted.
  package var missing = 0
  /// True if rows of the source were left out: only what is in its rows is compared.
  package var isPart = false
  /// True if the restore was to delete what the source lacks.
  package var isExact = false

  /// The maximum number of groups that are kept.
  private static let kept = 20
  /// The maximum number of servers that are kept of each.
  private static let keptServers = 50

  package init() {}

  /// Adds a group that the target does not have any more.
  mutating func addGone(_ group: PortGroup) {
    different += 1
    if first.count < Self.kept { first.append(Group(group: group, count: 0, differences: [])) }
  }

  mutating func add(_ group: PortGroup, _ comparison: GroupComparison) {
    // What the rows do not have may be in those that were left out.
    let found = comparison.differences.filter { difference in
      if isPart, case .added = difference { return false }
      return true
    }
    guard !found.isEmpty else { return same += 1 }
    different += 1
    guard first.count < Self.kept else { return }
    first.append(
      Group(
        group: group, count: found.count, differences: Array(found.prefix(Self.keptServers))))
  }

  /// True if each group is as the source.
  package var isSame: Bool { different == 0 && unread == 0 && !isPart }
}
