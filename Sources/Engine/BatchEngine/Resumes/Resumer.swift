import PortGroupModel
package import RowLedger
package import UnityConnection

/// Resumes a run that stopped, was killed, or has open rows; it needs only the ledger.
package struct Resumer: Sendable {
  let run: Run
  let options: PushOptions
  let setting: RunSetting

  /// Creates a resumer for a run; of the options, only the pace and the waits are used.
  package init(run: Run, options: PushOptions, setting: RunSetting) {
    self.run = run
    self.options = StoredOptions(json: run.opening.options)?.applied(to: options) ?? options
    self.setting = setting
  }

  private var book: RunBook { setting.book(of: run.id) }

  /// Settles the rows in doubt, then sends the remaining rows.
  ///
  /// A run whose rows were never in the ledger cannot be resumed; this is a failure, because its input was not sent.
  package func run(on client: ConnectionClient) async -> RunResult {
    guard run.isStaged else {
      let stop = RunStop.ledger(
        LedgerError(.other, "run \(run.id) ended before its rows were in the ledger", hint: ""))
      return RunResult(run: run.id, books: nil, stop: stop, isStaged: false)
    }
    let client = PacedClient(to: client, options.pace, setting)
    do throws(RunStop) {
      try await book.reopen(isVerified: setting.target.isVerified)
      let groups: [PortGroup]
      do throws(RunStop) {
        try await setting.confirmServer(run.id, by: client)
        groups = try await client.portGroups().orStop()
      } catch {
        return await ended(by: error, client)
      }
      setting.report(.staged(run: run.id, rows: run.rowCount, groups: groups.count))
      return await RunPusher(
        run: run.id, kind: run.opening.kind, options: options, setting: setting, client: client,
        groups: groups, isResumed: true
      ).push()
    } catch {
      return RunResult(run: run.id, books: nil, stop: error)
    }
  }

  /// Records the new ending of the run; its rows are not changed.
  private func ended(by stop: RunStop, _ client: PacedClient) async -> RunResult {
    do throws(RunStop) {
      try await book.add(client.waits.take())
      let books = try await book.books()
      let result = RunResult(run: run.id, books: books, stop: stop)
      try await book.end(setting.ending(stop), exitCode: setting.exitCode(result))
      return result
    } catch {
      return RunResult(run: run.id, books: nil, stop: error)
    }
  }
}
