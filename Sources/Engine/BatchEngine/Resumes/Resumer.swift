import PortGroupModel
package import RowLedger
package import UnityConnection

/// Resumes a run that stopped, was killed, or left rows open; it needs the ledger alone.
package struct Resumer: Sendable {
  let run: Run
  let options: PushOptions
  let setting: RunSetting

  /// Takes a run of the ledger; of the options, only the pace and the waits count.
  package init(run: Run, options: PushOptions, setting: RunSetting) {
    self.run = run
    self.options = StoredOptions(json: run.opening.options)?.applied(to: options) ?? options
    self.setting = setting
  }

  private var book: RunBook { RunBook(ledger: setting.ledger, run: run.id) }

  /// Settles what is in doubt, then does what is left.
  ///
  /// A run whose rows never were in the ledger has nothing to resume: that is a failure, for its input was not sent.
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
        groups = try await client.portGroups().orStop()
        try await setting.confirmServer(run.id, by: client)
      } catch {
        return await ended(by: error, client)
      }
      setting.report(.staged(run: run.id, rows: run.rowCount, groups: groups.count))
      return await RunPusher(
        run: run.id, kind: run.opening.kind, options: options, setting: setting, client: client,
        groups: groups
      ).push()
    } catch {
      return RunResult(run: run.id, books: nil, stop: error)
    }
  }

  /// The run stays as it was, and its new end is recorded.
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
