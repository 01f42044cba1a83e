import PortGroupModel
import RowLedger

/// Says whether a delete may be sent when its turn comes: none after trouble in its group, and not a group's last server.
struct DeleteGuard {
  /// The group as it stands; it follows each write that is done.
  var picture: GroupPicture
  private let allowLast: Bool
  /// The first row that failed or is in doubt.
  private var firstTrouble: RowID?

  /// Begins with the group as listed.
  ///
  /// - Parameters:
  ///   - servers: The group.
  ///   - troubles: Rows of the batch that have failed already.
  ///   - allowLast: True if the group may lose its last call manager or SIP proxy.
  init(_ servers: [PortGroupServer], troubles: [RowID], allowLast: Bool) {
    picture = GroupPicture(servers)
    firstTrouble = troubles.min()
    self.allowLast = allowLast
  }

  /// Takes note of a row that failed or is in doubt.
  mutating func trouble(_ row: RowID) { firstTrouble = min(firstTrouble ?? row, row) }

  /// Why a row must not delete this server now; `nil` if it may.
  func refusal(_ row: RowID, of server: ObjectID) -> FailureCode? {
    if let firstTrouble, firstTrouble < row { return .afterFailure }
    return !allowLast && picture.isLast(server) ? .lastServer : nil
  }
}
