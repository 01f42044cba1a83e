import PortGroupModel
import RowLedger
import UnityConnection

/// Pushes what a staged run has open to the server, group by group, and records how the run ended.
///
/// The same for every kind of run that writes, and for each time that a run is resumed.
struct RunPusher: Sendable {
  let run: RunID
  let kind: RunKind
  let options: PushOptions
  let setting: RunSetting
  let client: PacedClient
  /// All groups of the target.
  let groups: [PortGroup]

  private var book: RunBook { RunBook(ledger: setting.ledger, run: run) }

  /// Pushes, unless the books or the fuses forbid it.
  func push() async -> RunResult {
    var stop: RunStop?
    var touched = TouchedGroups()
    var ending = RunEnding(.done)
    do throws(RunStop) {
      let books = try await book.books()
      if books.invalid > 0, !options.skipInvalid {
        ending = RunEnding(
          .refused,
          reason: books.invalid == 1 ? "1 row is invalid" : "\(books.invalid) rows are invalid")
      } else {
        // A dry run shows the plan first: it is what one looks at before more is allowed.
        if !options.isDry { try await checkFuse() }
        touched = await pushGroups(books, try await unsettledGroups())
        stop = touched.stop
        if options.isDry, stop == nil { try await checkFuse() }
      }
    } catch {
      stop = error
    }
    if let stop { ending = setting.ending(stop) }
    return await end(stop, touched, ending)
  }

  /// Records the end, and gives the result; a ledger that fails now is the reason that counts.
  private func end(
    _ stop: RunStop?, _ touched: TouchedGroups, _ ending: RunEnding
  ) async -> RunResult {
    do throws(RunStop) {
      try await book.add(client.waits.take())
      let books = try await book.books()
      let result = RunResult(
        run: run, books: books, stop: stop, wasRefused: ending.how == .refused,
        groupsToReset: touched.toReset, groupsNotAsked: touched.notAsked,
        unreadableGroups: touched.unreadable, unnamedServers: touched.unnamed)
      // Only a run without a stop is called done, and only if nothing is left open.
      let ending =
        ending.how == .done
        ? books.openEnding(touched.unreadable) ?? books.failedEnding ?? ending : ending
      try await book.end(ending, exitCode: setting.exitCode(result))
      return result
    } catch {
      return RunResult(run: run, books: nil, stop: stop ?? error)
    }
  }

  /// An undo asks for its deletions by itself: it removes only what its run has made.
  private func checkFuse() async throws(RunStop) {
    if kind == .undo { return }
    let deletions = try await book.deletions()
    let books = try await book.books()
    let rows = books.read - books.invalid
    let allowed = options.maxDelete.rows(of: rows)
    guard deletions > allowed else { return }
    throw .tooManyDeletes(
      DeleteExcess(
        deletions: deletions, allowed: allowed, limit: options.maxDelete, rows: rows))
  }

  /// Where other runs have left doubt; a dry run sends nothing that could meet it.
  private func unsettledGroups() async throws(RunStop) -> UnsettledGroups {
    UnsettledGroups(
      runs: options.isDry ? [:] : try await book.unsettledGroups(),
      due: setting.clock.now() + options.transferTimeout + options.settleWait)
  }

  private func pushGroups(_ books: Books, _ unsettled: UnsettledGroups) async -> TouchedGroups {
    let tally = RunTally(
      total: books.read, done: books.read - books.pending - books.inDoubt,
      slots: options.pace.slots)
    tally.advance(client, by: 0)
    let planning = BatchPlanning(
      book: book, kind: kind, client: client, directory: GroupDirectory(groups), tally: tally,
      isPart: options.isPart || books.invalid > 0)
    let shared = SharedWork(
      book: book, client: client, tally: tally,
      fuse: FailureFuse(options.maxFail, books: books, control: setting.control))
    let stop =
      options.isDry ? await plan(planning, shared) : await send(planning, unsettled, shared)
    if let remark = tally.unknownFieldsRemark { setting.report(.remark(remark)) }
    let unreadable = tally.unreadableGroups
    if let stop {
      let changed = tally.changedGroups.map(\.group).sorted { $0.displayName < $1.displayName }
      return TouchedGroups(
        stop: setting.control.stop ?? stop, notAsked: changed, unreadable: unreadable,
        unnamed: tally.unnamedServers)
    }
    // Also those that an earlier process has changed: it could not ask any more.
    let changed = (try? await book.changedGroups()) ?? tally.changedGroups
    return TouchedGroups(
      toReset: await resets(changed), unreadable: unreadable, unnamed: tally.unnamedServers)
  }

  private func send(
    _ planning: BatchPlanning, _ unsettled: UnsettledGroups, _ shared: SharedWork
  ) async -> RunStop? {
    let worker = GroupWorker(
      planning: planning, groups: OpenGroups(book), shared: shared, unsettled: unsettled,
      terms: BatchProgress.Terms(
        settleWait: options.settleWait, allowLast: options.allowLast,
        verifies: options.verify == .all))
    return await inParallel { await worker.work() }
  }

  private func plan(_ planning: BatchPlanning, _ shared: SharedWork) async -> RunStop? {
    let order = PlanOrder(setting.report)
    let run = DryRun(
      planning: planning, groups: OpenGroups(book), shared: shared, order: order,
      allowLast: options.allowLast)
    defer { order.finish() }
    return await inParallel { await run.work() }
  }

  /// Has all workers work; the first reason to stop counts.
  private func inParallel(_ work: @escaping @Sendable () async -> RunStop?) async -> RunStop? {
    await withTaskGroup(of: RunStop?.self) { tasks in
      for _ in 0..<options.pace.workers { tasks.addTask { await work() } }
      return await tasks.reduce(nil) { $0 ?? $1 }
    }
  }

  /// The changed groups that ask for a reset now.
  ///
  /// Failing to find out is not a failure of the run.
  private func resets(_ changed: [LedgerGroup]) async -> [PortGroup] {
    guard !changed.isEmpty,
      case .success(let groups)? = try? await client.portGroups()
    else { return [] }
    let needing = Set(groups.filter(\.needsReset).map(\.objectID))
    let asking = changed.filter { needing.contains($0.group.objectID) }
    for group in asking { try? await book.setNeedsReset(group) }
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
  /// Those whose servers could not be listed.
  var unreadable: [UnreadableGroup] = []
  /// Servers in them that no row names.
  var unnamed = UnnamedServers()
}

extension Books {
  /// How a run ended that is done, but for rows that failed or were left out; `nil` if there is none.
  fileprivate var failedEnding: RunEnding? {
    let parts = [(failed, "failed"), (invalid, invalid == 1 ? "was invalid" : "were invalid")]
      .filter { $0.0 > 0 }.map { "\($0.0) of \(read) \(read == 1 ? "row" : "rows") \($0.1)" }
    return parts.isEmpty ? nil : RunEnding(.done, reason: parts.joined(separator: ", "))
  }

  /// How a run with these books ended if something is left open; `nil` if nothing is.
  fileprivate func openEnding(_ unreadable: [UnreadableGroup]) -> RunEnding? {
    let rows = [(inDoubt, "in doubt"), (pending, "not done")].filter { $0.0 > 0 }
      .map { "\($0.0) \($0.0 == 1 ? "row" : "rows") \($0.1)" }
    let groups =
      switch unreadable.count {
      case 0: [String]()
      case 1: [unreadable[0].sentence]
      default: ["\(unreadable.count) port groups cannot be read"]
      }
    guard !rows.isEmpty || !groups.isEmpty else { return nil }
    return RunEnding(.stopped, reason: (rows + groups).joined(separator: ", "))
  }
}
