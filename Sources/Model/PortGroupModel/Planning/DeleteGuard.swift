/// Decides whether a delete may be sent when its turn comes.
///
/// No delete is sent after a failure in its group, and none of a group's last server.
struct DeleteGuard: Sendable {
  /// The servers of the group now, after each write that was done.
  private var picture: GroupPicture
  private let allowLast: Bool
  /// True once a row has failed or is in doubt.
  private var hasFailure = false

  /// Begins with the listed servers.
  ///
  /// - Parameters:
  ///   - servers: The servers of the group.
  ///   - allowLast: True if the group may lose its last call manager or SIP proxy.
  init(_ servers: [PortGroupServer], allowLast: Bool) {
    picture = GroupPicture(servers)
    self.allowLast = allowLast
  }

  /// Records that a row failed or is in doubt: nothing is deleted after it.
  mutating func rowFailed() { hasFailure = true }

  /// Records a change that took effect; `newID` is the id of a created server, if it is known.
  mutating func done(_ change: Change, newID: ObjectID?) {
    switch change.verb {
    case .create: picture.created(newID, service: change.set.service)
    case .update: break
    case .delete: change.server.map { picture.deleted($0) }
    }
  }

  /// Records that a server to be deleted is gone.
  mutating func isGone(_ server: ObjectID) { picture.deleted(server) }

  /// Why this server must not be deleted now; `nil` if it may.
  ///
  /// `isAfterFailure` is true if an earlier row has failed without being sent now.
  func refusal(of server: ObjectID, isAfterFailure: Bool) -> FailureCode? {
    if hasFailure || isAfterFailure { return .afterFailure }
    return !allowLast && picture.isLast(server) ? .lastServer : nil
  }
}
