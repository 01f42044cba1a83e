/// Decides whether a delete may be sent when its turn comes.
///
/// No delete is sent after a failure in its group, and a group's last server is not deleted.
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

  /// Records that a row failed or is in doubt: after that, nothing is deleted.
  mutating func rowFailed() { hasFailure = true }

  /// Records a change that took effect; `newID` is the id of a created server, if it is known.
  mutating func done(_ change: Change, newID: ObjectID?) {
    switch change.verb {
    case .create: picture.created(newID, service: change.set.service)
    case .update: break
    case .delete: change.server.map { picture.deleted($0) }
    }
  }

  /// Records that a server that should be deleted does not exist any more.
  mutating func noteGone(_ server: ObjectID) { picture.deleted(server) }

  /// Why this server must not be deleted now; `nil` if it may.
  ///
  /// `isAfterFailure` is true if an earlier row has failed that is not sent now.
  func refusal(of server: ObjectID, isAfterFailure: Bool) -> FailureCode? {
    if hasFailure || isAfterFailure { return .afterFailure }
    return !allowLast && picture.isLast(server) ? .lastServer : nil
  }
}
