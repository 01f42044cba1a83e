import PortGroupModel
import RowLedger
import Synchronization
import UnityConnection

/// A rehearsal server, with the temporary ledger of the restore onto it.
struct RehearsalStage {
  let client: ConnectionClient
  let setting: RunSetting
  let errors: ErrorList

  func begin(_ opening: RunOpening) async throws(RunStop) -> RunID {
    do throws(LedgerError) {
      return try await setting.ledger.beginStaging(opening)
    } catch {
      throw .ledger(error)
    }
  }

  /// The first rows that failed or are still open.
  func rowsNotDone(
    of run: RunID
  ) async throws(RunStop) -> [DrillRound.FailedRow] {
    do throws(LedgerError) {
      var pages = try await setting.ledger.rows(
        of: run, states: ["failed", "inDoubt", "pending", "invalid"])
      return try await pages.next(DrillRound.kept).map { row in
        DrillRound.FailedRow(
          group: row.group?.displayName ?? row.row?.group.text ?? "",
          server: row.row?.fields.summary ?? "", code: row.state.detail ?? row.state.name,
          detail: row.detail)
      }
    } catch {
      throw .ledger(error)
    }
  }
}

/// The first errors that a restore reports in the rows of its source.
final class ErrorList: Sendable {
  private let errors = Mutex<[Diagnostic]>([])

  var first: [Diagnostic] { errors.withLock(\.self) }

  func add(_ diagnostic: Diagnostic) {
    guard diagnostic.severity == .error else { return }
    errors.withLock { errors in
      if errors.count < DrillRound.kept { errors.append(diagnostic) }
    }
  }
}
