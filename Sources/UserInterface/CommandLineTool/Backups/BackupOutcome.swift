import BatchEngine
import RowLedger
import SnapshotRepository

/// How the backup of one target ended.
struct BackupOutcome: Sendable {
  /// The target for users.
  var target: String
  /// The repository as the user named it; `nil` if none could be found.
  var repository: String?
  var run: RunID?
  /// The snapshot that was added; `nil` if none was.
  var result: Backup.Result?
  /// What was forgotten after a good snapshot.
  var forgotten: [Snapshot] = []
  /// The rehearsal of a restore; `nil` if none was due.
  var drill: DrillResult?
  /// Why there is no snapshot, or what failed after it; `nil` if nothing did.
  var failure: CommandFailure?

  init(_ target: String) { self.target = target }

  /// The most severe code that applies.
  var status: ExitStatus {
    var codes: [ExitStatus] = []
    if let failure { codes.append(failure.status) }
    if let result {
      if !result.snapshot.isGood { codes.append(.limitExceeded) }
      if result.isChainDamaged { codes.append(.notAsAsked) }
    }
    if let drill { codes.append(drill.status) }
    return ExitStatus.weightiest(codes)
  }

  /// True if a signal has ended it, so that no other target is begun.
  var wasInterrupted: Bool {
    [.interrupted, .terminated, .hungUp].contains(status)
  }
}
