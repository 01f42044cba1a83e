import PortGroupModel
import RowLedger
import UnityConnection

/// Makes a run visible once it is whole: its rows booked, its groups found; before that, nothing is left of it.
struct RunStaging: Sendable {
  let opening: RunOpening
  let setting: RunSetting
  let courier: Courier

  /// Books a run.
  ///
  /// - Parameters:
  ///   - fill: Books the rows.
  ///   - check: Finds the groups of the rows among those of the target, and what is wrong with the
  ///     rows together; gives how many groups they mean.
  /// - Returns: The run, and all groups of the target.
  /// - Throws: `RunStop` where it was not staged wholly; nothing of it is left then.
  func stage(
    fill: (RunID) async throws(RunStop) -> Void,
    check: (RunID, [PortGroup]) async throws(RunStop) -> Int
  ) async throws(RunStop) -> (run: RunID, groups: [PortGroup]) {
    let ledger = setting.ledger
    let run = try await journaled { () async throws(LedgerError) in
      try await ledger.beginStaging(opening)
    }
    do throws(RunStop) {
      try await fill(run)
      let groups = try await courier.ask { client throws(ServerError) in
        try await client.portGroups()
      }.orStop()
      try await setting.recognise(run, by: courier)
      let count = try await check(run, groups)
      let rows = try await journaled { () async throws(LedgerError) in
        try await ledger.finishStaging(run)
      }
      setting.report(.staged(run: run, rows: rows, groups: count))
      return (run, groups)
    } catch {
      try? await ledger.discardStaging(run)
      throw error
    }
  }
}
