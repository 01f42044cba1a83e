import FoundationEssentials
import PortGroupFiles
import PortGroupModel

/// A plan file that was read to its end and found to be as it was written, without its steps.
struct PlanOverview {
  /// As the user named it.
  let file: String
  var head: PlanHead
  let counts: PlanCounts
  /// All port groups of the plan, in its order.
  let groups: [PortGroup]

  init(file: String, head: PlanHead, counts: PlanCounts, groups: [PortGroup]) {
    self.file = file
    self.head = head
    self.counts = counts
    self.groups = groups
  }

  /// Reads a whole plan.
  ///
  /// - Throws: `PlanFault` if it is not as it was written.
  init(reading reader: PlanReader) throws(PlanFault) {
    var pass = try reader.entries()
    var groups: [PortGroup] = []
    while let entry = try pass.next() {
      if case .group(let group) = entry { groups.append(group.group) }
    }
    self.init(
      file: reader.file, head: reader.head, counts: pass.result?.counts ?? PlanCounts(),
      groups: groups)
  }

  /// Whether the plan is too old to be applied; `nil` if its first line does not give a time.
  func isExpired(at now: Date) -> Bool? { Self.moment(head.notAfter).map { $0 < now } }

  /// The time that a plan gives; `nil` if it is another text.
  static func moment(_ text: String) -> Date? { try? Date(text, strategy: .iso8601) }

  /// The names of all port groups for users, by id; a name that several groups have is followed by the id.
  ///
  /// Control characters are escaped.
  var titles: [ObjectID: String] {
    var counts: [[UInt8]: Int] = [:]
    for group in groups { counts[Array(group.displayName.quoted.utf8), default: 0] += 1 }
    var titles: [ObjectID: String] = [:]
    for group in groups {
      let title = group.displayName.quoted
      let isShared = counts[Array(title.utf8), default: 0] > 1
      titles[group.objectID] =
        (isShared ? "\(title) (\(group.objectID))" : title).escapedForDisplay
    }
    return titles
  }
}
