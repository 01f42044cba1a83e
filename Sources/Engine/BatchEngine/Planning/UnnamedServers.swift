import PortGroupModel

/// The number of these servers, and the first of them by group.
///
/// An import changes only servers that its rows name. They are reported, so that "unchanged" is not mistaken for
/// "the group equals the file".
package struct UnnamedServers: Sendable, Equatable {
  /// A server as it is reported: one line about it, and its group's name.
  package struct Server: Sendable, Equatable {
    package var group: String
    package var summary: String
  }

  package private(set) var count = 0
  /// True if the rows are the source of a restore.
  package var isOfRestore = false
  /// The number of their groups.
  package private(set) var groups = 0
  /// At most `kept` servers, sorted by the names of their groups; within a group in the order of its list.
  package private(set) var first: [Server] = []

  /// The maximum number of servers that are kept, for programs; people are shown fewer.
  package static let kept = 1_000

  package init() {}

  /// Adds the servers of a group; groups may be added in any order.
  mutating func add(_ servers: [PortGroupServer], of group: PortGroup) {
    guard !servers.isEmpty else { return }
    count += servers.count
    groups += 1
    let named = servers.prefix(Self.kept).map {
      Server(group: group.displayName, summary: $0.summary)
    }
    // Groups are added in any order; groups with equal names keep that order.
    let place = first.firstIndex { group.displayName < $0.group } ?? first.endIndex
    first.insert(contentsOf: named, at: place)
    first.removeLast(max(0, first.count - Self.kept))
  }
}
