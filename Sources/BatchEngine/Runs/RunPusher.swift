import PortGroupModel
import RowLedger
import UnityConnection

/// Pushes what a staged run has open to the server, group by group, and books how the run ended.
///
/// The same for every kind of run that writes, and for each time that a run is taken up again.
struct RunPusher: Sendable {
  let run: RunID
  let kind: RunKind
  let options: PushOptions
  let setting: RunSetting
  let courier: Courier
  /// All groups of the target.
  let groups: [PortGroup]

  private var ledger: Ledger { setting.ledger }

  /// Pushes, unless the books or the fuses forbid it.
  func push() async -> RunResult {
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
        // A dry run shows the plan first: it is what one looks at before more is allowed.
        if !options.isDry { try checkFuse() }
        touched = await pushGroups(books)
        stop = touched.stop
        if options.isDry, stop == nil { try checkFuse() }
      }
    } catch {
      stop = error
    }
    if let stop { ending = stop.ending }
    return await end(stop, touched, ending)
  }

  /// Books the end, and gives the result; a ledger that fails now is the reason that counts.
  private func end(
    _ stop: RunStop?, _ touched: TouchedGroups, _ ending: RunEnding
  ) async -> RunResult {
    do throws(LedgerError) {
      try await ledger.add(courier.waits.take(), to: run)
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

  /// An undo asks for its deletions by itself: it removes only what its run has made.
  private func checkFuse() throws(RunStop) {
    if kind == .undo { return }
    let deletions = try booked { () throws(LedgerError) in try ledger.deletions(in: run) }
    guard deletions > options.maxDelete else { return }
    throw .fuse(
      "\(deletions == 1 ? "1 row" : "\(deletions) rows") would delete, and --max-delete allows \(options.maxDelete)"
    )
  }

  private func pushGroups(_ books: Books) async -> TouchedGroups {
    let tally = RunTally(
      total: books.read, done: books.read - books.pending - books.inDoubt,
      slots: options.pace.slots)
    tally.advance(courier, by: 0)
    let worker = GroupWorker(
      run: run, ledger: ledger, courier: courier,
      planning: GroupPlanning(
        run: run, kind: kind, ledger: ledger, directory: GroupDirectory(groups),
        isPart: options.isPart || books.invalid > 0),
      options: options, tally: tally,
      fuse: FailureFuse(options.maxFail, books: books, control: setting.control))
    let stop = await withTaskGroup(of: RunStop?.self) { tasks in
      for _ in 0..<options.pace.workers { tasks.addTask { await worker.work() } }
      return await tasks.reduce(nil) { $0 ?? $1 }
    }
    if let remark = tally.unknownFieldsRemark { setting.report(.remark(remark)) }
    if let stop {
      let changed = tally.changedGroups.map(\.group).sorted { $0.displayName < $1.displayName }
      return TouchedGroups(stop: setting.control.stop ?? stop, notAsked: changed)
    }
    // Also those that an earlier process has changed: it could not ask any more.
    let changed = (try? ledger.changedGroups(of: run)) ?? tally.changedGroups
    return TouchedGroups(toReset: await resets(changed))
  }

  /// The changed groups that ask for a reset now.
  ///
  /// Failing to find out is not a failure of the run.
  private func resets(_ changed: [LedgerGroup]) async -> [PortGroup] {
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
