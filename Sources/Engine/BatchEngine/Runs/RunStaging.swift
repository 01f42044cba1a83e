import PortGroupModel
package import RowLedger
import UnityConnection

/// Stages a run: records its rows, finds their groups, and then makes the rows visible.
struct RunStaging: Sendable {
  let run: RunID
  let setting: RunSetting
  let client: PacedClient

  /// Records the rows.
  ///
  /// - Parameters:
  ///   - fill: Records the rows.
  ///   - check: Finds the groups of the rows among those of the target, and the faults of rows
  ///     together; returns the number of groups to which they refer.
  /// - Returns: All groups of the target.
  /// - Throws: `RunStop` if the rows were not staged completely.
  func stage(
    fill: (RunID) async throws(RunStop) -> Void,
    check: (RunID, [PortGroup]) async throws(RunStop) -> Int
  ) async throws(RunStop) -> [PortGroup] {
    try await setting.confirmServer(run, by: client)
    try await fill(run)
    let groups = try await client.portGroups().orStop()
    let count = try await check(run, groups)
    let rows = try await setting.book(of: run).finishStaging()
    setting.report(.staged(run: run, rows: rows, groups: count))
    return groups
  }
}

extension RunSetting {
  /// Ends a run that stopped before its rows were in the ledger: the attempt stays.
  ///
  /// If the ledger fails here, the run has no ending, as after a kill.
  package func abandon(_ run: RunID, by stop: RunStop) async -> RunResult {
    let result = RunResult(run: run, books: nil, stop: stop, isStaged: false)
    try? await ledger.abandon(run, ending(stop), exitCode: exitCode(result))
    return result
  }
}
