import PortGroupModel

/// Says whether a delete may be sent when its turn comes: none after trouble in its group, and not a group's last server.
struct DeleteGuard {
  /// The group as it stands; it follows each write that is done.
  var picture: GroupPicture
  private let allowLast: Bool
  /// True once a row has failed or is in doubt.
  private var hasTrouble = false

  /// Begins with the group as listed.
  ///
  /// - Parameters:
  ///   - servers: The group.
  ///   - allowLast: True if the group may lose its last call manager or SIP proxy.
  init(_ servers: [PortGroupServer], allowLast: Bool) {
    picture = GroupPicture(servers)
    self.allowLast = allowLast
  }

  /// Takes note of a row that failed or is in doubt: what comes after it does not delete.
  mutating func trouble() { hasTrouble = true }

  /// Why this server must not be deleted now; `nil` if it may.
  ///
  /// `isAfterFailure`: a row that comes before has failed without being sent now.
  func refusal(of server: ObjectID, isAfterFailure: Bool) -> FailureCode? {
    if hasTrouble || isAfterFailure { return .afterFailure }
    return !allowLast && picture.isLast(server) ? .lastServer : nil
  }
}
