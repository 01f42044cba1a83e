/// Decides whether a delete may be sent when its turn comes: none after a failure in its group, and not a group's last server.
struct DeleteGuard: Sendable {
  /// The group as it is now; it follows each write that is done.
  private var picture: GroupPicture
  private let allowLast: Bool
  /// True once a row has failed or is in doubt.
  private var hasFailure = false

  /// Begins with the group as listed.
  ///
  /// - Parameters:
  ///   - servers: The group.
  ///   - allowLast: True if the group may lose its last call manager or SIP proxy.
  init(_ servers: [PortGroupServer], allowLast: Bool) {
    picture = GroupPicture(servers)
    self.allowLast = allowLast
  }

  /// A row has failed or is in doubt: what comes after it does not delete.
  mutating func rowFailed() { hasFailure = true }

  /// A change took effect; `newID` is that of a created server, where it is known.
  mutating func done(_ change: Change, newID: ObjectID?) {
    switch change.verb {
    case .create: picture.created(newID, service: change.set.service)
    case .update: break
    case .delete: change.server.map { picture.deleted($0) }
    }
  }

  /// A server that was to be deleted is gone.
  mutating func isGone(_ server: ObjectID) { picture.deleted(server) }

  /// Why this server must not be deleted now; `nil` if it may.
  ///
  /// `isAfterFailure`: a row that comes before has failed without being sent now.
  func refusal(of server: ObjectID, isAfterFailure: Bool) -> FailureCode? {
    if hasFailure || isAfterFailure { return .afterFailure }
    return !allowLast && picture.isLast(server) ? .lastServer : nil
  }
}
