import PortGroupModel
import RowLedger

/// Groups in which another run has a write with an unknown outcome, which may still arrive.
///
/// Such a group is listed only when that write can no longer arrive; otherwise a server that the other run
/// creates could be created twice.
struct UnsettledGroups: Sendable {
  /// The newest such run of each group.
  let runs: [ObjectID: RunID]
  /// When the last of those writes has arrived or can no longer arrive, on the run's clock.
  let due: Duration
}
