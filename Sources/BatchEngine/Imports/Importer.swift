import PortGroupFiles
import PortGroupModel
import RowLedger
package import UnityConnection

/// Imports files into a server: read and check everything, then push group by group.
package struct Importer: Sendable {
  /// Books the input as rows of a run that is staging.
  typealias Fill = @Sendable (RunID) async throws(RunStop) -> Void

  /// How the ledger names the input.
  let source: String
  /// What must be the same at every attempt, as JSON text.
  let frozenOptions: String
  let allowed: Set<DiagnosticCode>
  let fill: Fill
  let options: PushOptions
  let setting: RunSetting

  /// Takes rows from files.
  package init(input: ImportInput, options: PushOptions, setting: RunSetting) {
    self.init(
      source: input.source, frozenOptions: input.frozenOptions, allowed: input.options.allowed,
      options: options, setting: setting
    ) { run async throws(RunStop) in
      try await Staging(
        run: run, ledger: setting.ledger, input: input, control: setting.control,
        report: setting.report
      ).read()
    }
  }

  /// Takes rows from anywhere.
  init(
    source: String, frozenOptions: String = "{}", allowed: Set<DiagnosticCode> = [],
    options: PushOptions, setting: RunSetting, fill: @escaping Fill
  ) {
    self.source = source
    self.frozenOptions = frozenOptions
    self.allowed = allowed
    self.fill = fill
    self.options = options
    self.setting = setting
  }

  private var ledger: Ledger { setting.ledger }

  /// Reads, checks and pushes.
  ///
  /// - Returns: The books and why it stopped, if it did; `nil` books if nothing was kept, because it
  ///   stopped before the whole input was staged.
  package func run(on client: ConnectionClient) async -> RunResult {
    let courier = Courier(to: client, options.pace, setting)
    do throws(RunStop) {
      let (run, groups) = try await stage(by: courier)
      return await push(run, groups, courier)
    } catch {
      return RunResult(run: nil, books: nil, stop: error)
    }
  }

  /// Stages the input and resolves its groups; on a stop, nothing of the run is left in the ledger.
  private func stage(by courier: Courier) async throws(RunStop) -> (RunID, [PortGroup]) {
    let opening = RunOpening(
      kind: .import, source: source, target: setting.target,
      options: frozenOptions, toolVersion: setting.toolVersion)
    let run = try await journaled { () async throws(LedgerError) in
      try await ledger.beginStaging(opening)
    }
    do throws(RunStop) {
      try await fill(run)
      let groups = try await courier.ask { client throws(ServerError) in
        try await client.portGroups()
      }.orStop()
      let count = try await GroupResolution(
        run: run, ledger: ledger, allowed: allowed, report: setting.report
      ).resolve(groups)
      try await CrossCheck(run: run, ledger: ledger, report: setting.report).check()
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

  private func push(_ run: RunID, _ groups: [PortGroup], _ courier: Courier) async -> RunResult {
    var stop: RunStop?
    var touched = TouchedGroups()
    var ending = RunEnding(.done)
    do throws(RunStop) {
      let books = try booked { () throws(LedgerError) in try ledger.books(of: run) }
      if books.invalid > 0, !options.skipInvalid {
        ending = RunEnding(
          .refused,
          reason: books.invalid == 1 ? "1 row is invalid" : "\(books.invalid) rows are invalid")
      } else {
        try checkFuse(run)
        touched = await pushGroups(of: run, books, groups, courier)
        stop = touched.stop
      }
    } catch {
      stop = error
    }
    if let stop { ending = stop.ending }
    return await end(run, stop, touched, ending)
  }

  /// Books the end, and gives the result; a ledger that fails now is the reason that counts.
  private func end(
    _ run: RunID, _ stop: RunStop?, _ touched: TouchedGroups, _ ending: RunEnding
  ) async -> RunResult {
    do throws(LedgerError) {
      let books = try ledger.books(of: run)
      let status = ExitStatus(books: books, stop: stop, wasRefused: ending.how == .refused)
      // Only a run without a stop is called done, and only if nothing is left open.
      let ending = ending.how == .done ? books.openEnding ?? ending : ending
      try await ledger.end(run, ending, exitCode: Int(status.rawValue))
      return RunResult(
        run: run, books: books, stop: stop, status: status, groupsToReset: touched.toReset,
        groupsNotAsked: touched.notAsked)
    } catch {
      return RunResult(run: run, books: nil, stop: stop ?? RunStop(error))
    }
  }

  private func checkFuse(_ run: RunID) throws(RunStop) {
    let deletions = try booked { () throws(LedgerError) in try ledger.deletions(in: run) }
    guard deletions > options.maxDelete else { return }
    throw .fuse(
      "\(deletions == 1 ? "1 row" : "\(deletions) rows") would delete, and --max-delete allows \(options.maxDelete)"
    )
  }

  private func pushGroups(
    of run: RunID, _ books: Books, _ groups: [PortGroup], _ courier: Courier
  ) async -> TouchedGroups {
    let tally = RunTally(
      total: books.read, done: books.read - books.pending, slots: options.pace.slots)
    let worker = GroupWorker(
      run: run, ledger: ledger, courier: courier, directory: GroupDirectory(groups),
      options: options, tally: tally)
    // While one worker writes the ledger, another has its slot.
    let stop = await withTaskGroup(of: RunStop?.self) { tasks in
      for _ in 0..<(options.pace.slots * 2) { tasks.addTask { await worker.work() } }
      return await tasks.reduce(nil) { $0 ?? $1 }
    }
    if let remark = tally.unknownFieldsRemark { setting.report(.remark(remark)) }
    if let stop {
      let changed = tally.changedGroups.map(\.group).sorted { $0.displayName < $1.displayName }
      return TouchedGroups(stop: setting.control.stop ?? stop, notAsked: changed)
    }
    return TouchedGroups(toReset: await resets(tally.changedGroups, courier))
  }

  /// The changed groups that ask for a reset now.
  ///
  /// Failing to find out is not a failure of the run.
  private func resets(_ changed: [LedgerGroup], _ courier: Courier) async -> [PortGroup] {
    guard !changed.isEmpty,
      case .success(let groups)? = try? await courier.ask({ client throws(ServerError) in
        try await client.portGroups()
      })
    else { return [] }
    let needing = Set(groups.filter(\.needsReset).map(\.objectID))
    let asking = changed.filter { needing.contains($0.group.objectID) }
    for group in asking { try? await ledger.setNeedsReset(true, of: group.id) }
    return asking.map(\.group).sorted { $0.displayName < $1.displayName }
  }
}

/// The groups that a run has changed, and why it had to stop.
private struct TouchedGroups {
  var stop: RunStop?
  /// Those that ask for a reset.
  var toReset: [PortGroup] = []
  /// All of them, where the run stopped before it could ask.
  var notAsked: [PortGroup] = []
}

extension Books {
  /// How a run with these books ended if rows are left open; `nil` if none are.
  fileprivate var openEnding: RunEnding? {
    let parts = [(inDoubt, "in doubt"), (pending, "not done")].filter { $0.0 > 0 }
    guard !parts.isEmpty else { return nil }
    let reason = parts.map { "\($0.0) \($0.0 == 1 ? "row" : "rows") \($0.1)" }
    return RunEnding(.stopped, reason: reason.joined(separator: ", "))
  }
}
