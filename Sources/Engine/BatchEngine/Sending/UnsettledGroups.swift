import PortGroupModel
import RowLedger

/// Groups in which another run has left a write whose outcome is not known: it may still arrive.
///
/// Such a group is listed only when the write either shows or cannot come any more; otherwise a server that the
/// other run is about to create would be created a second time.
struct UnsettledGroups: Sendable {
  /// The newest such run of each group.
  let runs: [ObjectID: RunID]
  /// When the last of those writes has arrived or died, on the clock of the run.
  let due: Duration
}
