package import PortGroupModel
import UnityConnection

/// The result of listing the servers of a group.
enum GroupListing: Sendable {
  case listed(ServerList)
  /// The target does not have the group any more.
  case gone
  case unreadable(UnreadableGroup)
}

/// A port group whose servers cannot be listed, though the server answers other questions.
///
/// Nothing is sent to it, because the effect could not be checked; its rows do not change.
package struct UnreadableGroup: Error, Sendable, Equatable {
  package let group: PortGroup
  /// The server, its answer, and what to do, as one clause.
  package let reason: String
  /// True if the answer is a web page: something other than the server has answered.
  package let isWebPage: Bool

  package init(group: PortGroup, reason: String, isWebPage: Bool = false) {
    self.group = group
    self.reason = reason
    self.isWebPage = isWebPage
  }

  /// The group, and why it cannot be listed.
  package var sentence: String {
    "port group \(group.displayName.quoted) cannot be read: \(reason)"
  }
}
