import BatchEngine
import PortGroupModel

/// The counts of a comparison.
struct DiffCounts: Equatable {
  var added = 0
  var removed = 0
  var changed = 0
  /// Servers that are the same on both sides.
  var sameServers = 0
  var groups = 0
  /// Port groups that differ, with those that only one side has.
  var differingGroups = 0
  var groupsOnlyInOld = 0
  var groupsOnlyInNew = 0

  /// Counts a group.
  mutating func add(_ difference: GroupDifference) {
    groups += 1
    sameServers += difference.comparison.unchanged.count
    if difference.isSame { return }
    differingGroups += 1
    if !difference.isInNew { groupsOnlyInOld += 1 }
    if !difference.isInOld { groupsOnlyInNew += 1 }
    for one in difference.comparison.differences {
      switch one {
      case .added: added += 1
      case .removed: removed += 1
      case .changed: changed += 1
      }
    }
  }

  /// True if nothing differs.
  var isSame: Bool { differingGroups == 0 }

  /// The same sentence as a clause.
  func clause(_ old: String, _ new: String) -> String {
    let text = sentence(old, new)
    return (isSame ? "n" : "d")
      + text.unicodeScalars.dropFirst().dropLast().map(String.init).joined()
  }

  /// The counts as one sentence.
  ///
  /// - Parameters:
  ///   - old: The old side for users.
  ///   - new: The new side for users.
  /// - Returns: Such as `Differences: 1 server added in 1 of 6 port groups; 5 are the same.`
  func sentence(_ old: String, _ new: String) -> String {
    let all = Quantity.count(groups, "port group")
    guard !isSame else {
      if groups == 0 { return "No differences: there is no port group to compare." }
      return "No differences: \(Quantity.count(sameServers, "server")) in \(all) "
        + "\(sameServers == 1 ? "is" : "are") the same."
    }
    let servers = [(added, "added"), (removed, "removed"), (changed, "changed")]
      .filter { $0.0 > 0 }
    var words = servers.enumerated().map { index, one in
      index == 0
        ? "\(Quantity.count(one.0, "server")) \(one.1)" : "\(Quantity.count(one.0)) \(one.1)"
    }
    if words.isEmpty { words = ["no server"] }
    var text = words.joined(separator: ", ") + " in \(Quantity.count(differingGroups)) of \(all)"
    let same = groups - differingGroups
    if same > 0 { text += "; \(Quantity.count(same)) \(same == 1 ? "is" : "are") the same" }
    let lacks = [(groupsOnlyInOld, new), (groupsOnlyInNew, old)].filter { $0.0 > 0 }
    for (count, side) in lacks {
      text += "; \(Quantity.count(count)) \(count == 1 ? "is" : "are") not in \(side)"
    }
    return "Differences: \(text)."
  }
}
