// Servers of the groups of an import that no row names: they stay as they are, and are reported.

import PortGroupModel

/// How many there are, and the first of them by group.
///
/// An import changes what its rows name, and leaves the rest alone; nobody is to take "unchanged" for "the same".
package struct UnnamedServers: Sendable, Equatable {
  /// A server as it is reported: one line about it, and its group's name.
  package struct Server: Sendable, Equatable {
    package var group: String
    package var summary: String
  }

  package private(set) var count = 0
  /// How many groups they are in.
  package private(set) var groups = 0
  /// At most `shown`, by the names of their groups; those of one group in the order of its list.
  package private(set) var first: [Server] = []

  /// The most that are named.
  package static let shown = 5

  package init() {}

  /// Adds those of a group, in whatever order the groups come.
  mutating func add(_ servers: [PortGroupServer], of group: PortGroup) {
    guard !servers.isEmpty else { return }
    count += servers.count
    groups += 1
    let named = servers.prefix(Self.shown).map {
      Server(group: group.displayName, summary: $0.summary)
    }
    // The groups come in any order; equal names keep theirs.
    let place = first.firstIndex { group.displayName < $0.group } ?? first.endIndex
    first.insert(contentsOf: named, at: place)
    first.removeLast(max(0, first.count - Self.shown))
  }
}
