import PortGroupModel
import RowLedger
import UnityConnection

/// Sends the open rows of a staged run, group by group, and records how the run ended.
///
/// It is used for every kind of run that writes, and each time a run is resumed.
struct RunPusher: Sendable {
  let run: RunID
  let kind: RunKind
  let options: PushOptions
  let setting: RunSetting
  let client: PacedClient
  /// All groups of the target.
  let groups: [PortGroup]
  /// True if an earlier process may have sent a part of the run.
  var isResumed = false

  private var book: RunBook { setting.book(of: run) }

  /// Sends the rows, unless invalid rows or the limit for deletes forbid it.
  func push() async -> RunResult {
    var stop: RunStop?
    var touched = ChangedGroups()
    var ending = RunEnding(.done)
    do throws(RunStop) {
      let books = try await book.books()
      if books.invalid > 0, !options.skipInvalid {
        ending = RunEnding(
          .refused,
          reason: books.invalid == 1 ? "1 row is invalid" : "\(books.invalid) rows are invalid")
      } else {
        // A dry run shows its plan first, because users look at it before they raise the limit.
        if !options.isDry { try await checkDeleteLimit() }
        touched = await pushGroups(books)
        stop = touched.stop
        if options.isDry, stop == nil { try await checkDeleteLimit() }
        if let file = setting.planFile, stop == nil {
          touched.plan = try await write(file, touched)
        }
        if stop == nil { try await compareWithSource(&touched) }
      }
    } catch {
      stop = error
    }
    if let stop { ending = setting.ending(stop) }
    return await end(stop, touched, ending)
  }

  /// Compares the groups of a restore with its source.
  private func compareWithSource(_ touched: inout ChangedGroups) async throws(RunStop) {
    guard kind == .restore, !options.isDry else { return }
    let check = RestoreCheck(run: run, setting: setting, client: client)
    guard let findings = try await check.compare() else { return }
    touched.verdict = findings.verdict
    let known = Set(touched.unreadable.map(\.group.objectID))
    touched.unreadable += findings.unreadable.filter { !known.contains($0.group.objectID) }
  }

  /// Writes the plan to a file; only a plan of all groups can be approved.
  private func write(
    _ file: PlanFile, _ touched: ChangedGroups
  ) async throws(RunStop) -> WrittenPlan {
    if let group = touched.unreadable.first { throw .planIncomplete(group) }
    return try await PlanWriting(run: run, kind: kind, file: file, setting: setting, client: client)
      .write()
  }

  /// Records the ending, and returns the result; an error of the ledger here replaces the reason.
  private func end(
    _ stop: RunStop?, _ touched: ChangedGroups, _ ending: RunEnding
  ) async -> RunResult {
    do throws(RunStop) {
      try await book.add(client.waits.take())
      let books = try await book.books()
      let result = RunResult(
        run: run, books: books, stop: stop, wasRefused: ending.how == .refused,
        groupsToReset: touched.toReset, groupsNotAsked: touched.notAsked,
        unreadableGroups: touched.unreadable, unnamedServers: touched.unnamed,
        verdict: touched.verdict, plan: touched.plan)
      // A run is `done` only if it was not stopped and no row is open.
      let ending =
        ending.how == .done
        ? books.openEnding(touched.unreadable) ?? books.doneEnding(touched.verdict) ?? ending
        : ending
      try await book.end(ending, exitCode: setting.exitCode(result))
      return result
    } catch {
      return RunResult(run: run, books: nil, stop: stop ?? error)
    }
  }

  /// Checks the limit for deletes; an undo and a plan are themselves the request for those that they have.
  private func checkDeleteLimit() async throws(RunStop) {
    if kind == .undo || kind == .apply { return }
    let deletions = try await book.deletions()
    let books = try await book.books()
    let rows = books.read - books.invalid
    let allowed = options.maxDelete.rows(of: rows)
    guard deletions > allowed else { return }
    throw .tooManyDeletes(
      DeleteExcess(
        deletions: deletions, allowed: allowed, limit: options.maxDelete, rows: rows))
  }

  /// The groups in which other runs have rows in doubt.
  private func unsettledGroups() async throws(RunStop) -> UnsettledGroups {
    UnsettledGroups(
      runs: try await book.unsettledGroups(),
      due: setting.clock.now() + options.transferTimeout + options.settleWait)
  }

  private func pushGroups(_ books: Books) async -> ChangedGroups {
    let tally = RunTally(
      total: books.read, done: books.read - books.pending - books.inDoubt,
      slots: options.pace.slots, isRestore: kind == .restore)
    tally.advance(client, by: 0)
    var planning = BatchPlanning(
      shared: shared(tally, books), kind: kind, directory: GroupDirectory(groups),
      isPart: options.isPart || books.invalid > 0)
    let stop: RunStop?
    do throws(RunStop) {
      planning.agreement = try await agreement(planning, books)
      // The display leaves the plan behind.
      if planning.agreement == .whole { tally.advance(client, by: 0) }
      stop =
        options.isDry
        ? await plan(planning, for: setting.planFile == nil ? .dryRun : .file, PlanCount())
        : try await sendWhole(planning, books)
    } catch {
      stop = error
    }
    if let remark = tally.unknownFieldsRemark { setting.report(.remark(remark)) }
    let unreadable = tally.unreadableGroups
    if let stop {
      let changed = tally.changedGroups.map(\.group).sorted { $0.displayName < $1.displayName }
      return ChangedGroups(
        stop: setting.control.stop ?? stop, notAsked: changed, unreadable: unreadable,
        unnamed: tally.unnamedServers)
    }
    // Including those that an earlier process has changed, which could not request this.
    let changed = (try? await book.changedGroups()) ?? tally.changedGroups
    return ChangedGroups(
      toReset: await resets(changed), unreadable: unreadable, unnamed: tally.unnamedServers)
  }

  private func shared(_ tally: RunTally, _ books: Books) -> SharedWork {
    SharedWork(
      book: book, client: client, tally: tally,
      fuse: FailureLimit(options.maxFail, books: books, control: setting.control))
  }

  /// Asks the user whether to send what the plan of the whole run shows, if there is a terminal.
  ///
  /// - Returns: Which recorded plans bind this run.
  /// - Throws: `RunStop.declined` if the user does not agree.
  private func agreement(
    _ planning: BatchPlanning, _ books: Books
  ) async throws(RunStop) -> BatchPlanning.Agreement {
    if kind == .apply { return .whole }
    let (wasAsked, isAgreed) = try await book.agreement()
    let earlier: BatchPlanning.Agreement = isAgreed ? .partial : .none
    guard !options.isDry, let confirmPlan = setting.confirmPlan, setting.needsConfirmation() else {
      if wasAsked, !isAgreed, !options.isDry, !options.isAgreed { throw .notAgreed }
      return earlier
    }
    try await book.discardPlan()
    let tally = RunTally(
      total: books.pending + books.inDoubt, done: 0, slots: options.pace.slots, isPlanning: true,
      isRestore: kind == .restore)
    var asking = planning
    // What an earlier process has recorded as intended is compared as well, as if it had been agreed to.
    asking.agreement = earlier == .none ? .partial : earlier
    asking.shared = shared(tally, books)
    let count = PlanCount()
    let stop = await plan(asking, for: .question, count)
    planning.shared.tally.add(findingsOf: tally)
    if let stop { throw stop }
    if count.summary.writes > 0 {
      try await book.recordQuestion()
      do throws(RunStop) {
        try await confirmPlan(count.summary)
      } catch {
        if case .declined(let reason, _) = error {
          throw .declined(reason, isFinal: !isResumed)
        }
        throw error
      }
      try setting.control.check()
    }
    try await book.agree()
    return .whole
  }

  /// Sends all groups, or those that come first; nothing if a step no longer holds and the user wants all or none.
  private func sendWhole(
    _ planning: BatchPlanning, _ books: Books
  ) async throws(RunStop) -> RunStop? {
    if options.sendsOnlyWhole, try await !book.hasIntents() {
      try await checkAllSteps(planning, books)
    }
    if let stop = await send(planning, try await unsettledGroups()) { return stop }
    guard let groups = options.canaryGroups, try await !book.openGroups(after: nil).isEmpty else {
      return nil
    }
    return .canary(groups: groups)
  }

  /// Compares every group with the plan before anything is sent.
  private func checkAllSteps(
    _ planning: BatchPlanning, _ books: Books
  ) async throws(RunStop) {
    var checking = planning
    let tally = RunTally(
      total: books.pending, done: 0, slots: options.pace.slots, isPlanning: true)
    checking.shared = shared(tally, books)
    let count = PlanCount()
    if let stop = await plan(checking, for: .comparison, count) { throw stop }
    if let group = tally.unreadableGroups.first { throw .unreadable(group) }
    if count.summary.refused > 0 { throw .planNotTrue(steps: count.summary.refused) }
  }

  private func send(_ planning: BatchPlanning, _ unsettled: UnsettledGroups) async -> RunStop? {
    let worker = GroupWorker(
      planning: planning, groups: OpenGroups(book, limit: options.canaryGroups),
      unsettled: unsettled,
      terms: BatchProgress.Terms(
        settleWait: options.settleWait, allowLast: options.allowLast,
        verifies: options.verify == .all,
        inspectsBeforeWriting: kind == .restore || kind == .apply))
    return await inParallel { await worker.work() }
  }

  private func plan(
    _ planning: BatchPlanning, for purpose: PlanningWorker.Purpose, _ count: PlanCount
  ) async -> RunStop? {
    let order = PlanOrder(setting.report)
    let worker = PlanningWorker(
      planning: planning, purpose: purpose, groups: OpenGroups(book), order: order, count: count,
      allowLast: options.allowLast)
    defer { order.finish() }
    return await inParallel { await worker.work() }
  }

  /// Runs all workers, and returns the first reason to stop.
  private func inParallel(_ work: @escaping @Sendable () async -> RunStop?) async -> RunStop? {
    await withTaskGroup(of: RunStop?.self) { tasks in
      for _ in 0..<options.pace.workers { tasks.addTask { await work() } }
      return await tasks.reduce(nil) { $0 ?? $1 }
    }
  }

  /// The changed groups that need a reset now.
  ///
  /// If that cannot be found out, the run does not fail.
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

/// The groups that a run has changed, and why it stopped.
private struct ChangedGroups {
  var stop: RunStop?
  /// The groups that need a reset.
  var toReset: [PortGroup] = []
  /// All changed groups, if the run stopped before it could find out which need a reset.
  var notAsked: [PortGroup] = []
  /// The groups whose servers could not be listed.
  var unreadable: [UnreadableGroup] = []
  /// The servers of the groups that no row names.
  var unnamed = UnnamedServers()
  /// Whether the groups of a restore are as its source.
  var verdict: RestoreVerdict?
  /// The plan file that was written.
  var plan: WrittenPlan?
}

extension Books {
  /// The ending of a finished run with rows that failed or were left out, or with groups that are not as the source.
  fileprivate func doneEnding(_ verdict: RestoreVerdict?) -> RunEnding? {
    var parts = [(failed, "failed"), (invalid, invalid == 1 ? "was invalid" : "were invalid")]
      .filter { $0.0 > 0 }.map { "\($0.0) of \(read) \(read == 1 ? "row" : "rows") \($0.1)" }
    if let count = verdict?.different, count > 0 {
      parts.append(
        "\(count) port \(count == 1 ? "group is" : "groups are") not as the source")
    }
    return parts.isEmpty ? nil : RunEnding(.done, reason: parts.joined(separator: ", "))
  }

  /// The ending of a run with open rows; `nil` if there are none.
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
