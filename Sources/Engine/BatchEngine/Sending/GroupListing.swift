package import PortGroupModel
import UnityConnection

/// What asking for the servers of a group has brought.
enum GroupListing: Sendable {
  case listed(ServerList)
  /// The target does not have the group any more.
  case gone
  case unreadable(UnreadableGroup)
}

/// A port group whose servers cannot be listed, though the server answers other questions.
///
/// Nothing is sent to it, because nothing would be known of what it did; its rows stay as they are.
package struct UnreadableGroup: Error, Sendable, Equatable {
  package let group: PortGroup
  /// The server, what it answered, and what to do, as one clause.
  package let reason: String
  /// True if a web page came in place of the list: something else than the server answers.
  package let isWebPage: Bool

  package init(group: PortGroup, reason: String, isWebPage: Bool = false) {
    self.group = group
    self.reason = reason
    self.isWebPage = isWebPage
  }

  /// Which group it is, and why it cannot be listed.
  package var sentence: String {
    "port group \(group.displayName.quoted) cannot be read: \(reason)"
  }
}
