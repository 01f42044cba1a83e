import BatchEngine
import Glibc
import PortGroupModel
import RowLedger
import Synchronization
import UnityConnection

/// Runs a command that takes time: passes signals to the run, and shows its events and progress.
struct RunConduct: Sendable {
  let console: Console
  let painter: ProgressPainter
  /// The activity in the progress line: `Sending`, `Reading`.
  let phase: String
  /// The unit of the progress line: `row`, `group`.
  let unit: String
  let control = RunControl()
  private let tally: DiagnosticTally
  private let diagnosticsAsJSON: Bool
  /// The report of a dry run, or of the plan before a question.
  let plan: PlanReport
  /// The first line of a run that writes.
  let announcement = Announcement()
  /// Whether the user is asked before anything is sent.
  let asking: Asking
  /// True if what is sent was approved as a plan, which counts for a protected target too.
  let isApproved: Bool
  private let rows: RowOutcomes?
  private let slots = SlotWatch()
  private let signals: SignalNotes

  /// Creates a conduct for one run.
  ///
  /// With `diagnosticsAsJSON`, the diagnostics are printed as results for programs.
  init(
    _ mode: ProgressPainter.Mode, phase: String, unit: String = "row", on console: Console,
    diagnosticsAsJSON: Bool = false, planAsJSON: Bool = false, printsAll: Bool = false,
    asking: Asking = .never, checksPlan: Bool = false, isApproved: Bool = false,
    rows: RowOutcomes? = nil, signals: SignalNotes = SignalNotes()
  ) {
    self.rows = rows
    self.signals = signals
    // Programs get all diagnostics; users need only the first ones.
    let isTerminal = console.messages.abilities.isTerminal
    tally = DiagnosticTally(
      diagnosticsAsJSON || printsAll
        ? .all
        : isTerminal
          ? .inAll(DiagnosticTally.shownOnTerminal)
          : .ofEachCode(DiagnosticTally.shownOfEachCode, bytes: 80_000))
    self.console = console
    self.phase = phase
    self.unit = unit
    self.diagnosticsAsJSON = diagnosticsAsJSON
    self.asking = asking
    plan = PlanReport(
      on: console, for: asking.isPossible ? .question : planAsJSON ? .dryRunAsJSON : .dryRun,
      isCheck: checksPlan)
    self.isApproved = isApproved || checksPlan
    painter = ProgressPainter(mode, on: console)
  }

  /// The number of diagnostics of each severity.
  var diagnostics: DiagnosticTally { tally }

  /// The setting of a run on this target.
  ///
  /// With `locks`, the run writes and first checks the server's identity; `known` is the server of
  /// the earlier run. With `fenceCheck`, the server's id is compared with that of its target, also before it is
  /// only read. `variable` is the variable that names the target, if it was not typed.
  func setting(
    _ ledger: Ledger, _ target: RunTarget, _ locks: TargetLocks? = nil, known: ObjectID? = nil,
    fenceCheck: FenceCheck? = nil, variable: String? = nil
  ) -> RunSetting {
    announcement.name(target: fenceCheck?.named?.name, variable: variable)
    rows?.follow(ledger)
    console.detail("the target is \(target.url.escapedForDisplay)")
    var setting = RunSetting(
      ledger: ledger, target: target, toolVersion: Tool.version, control: control,
      exitCode: { Int(ExitStatus($0).rawValue) }, ending: \.ending, report: show)
    setting.needsIdentity = fenceCheck?.fences?.id != nil
    if let fenceCheck { setting.paceLimit = { fenceCheck.limit } }
    if locks?.address.isRemote ?? (fenceCheck != nil) {
      setting.confirmServer = { [console] servers, id async throws(RunStop) in
        try fenceCheck?.confirm(id)
        guard let locks else { return }
        if let fences = fenceCheck?.fences { try checkProtection(fences) }
        if let known, let id, known != id {
          throw .wrongTarget(
            "\(locks.address.text) is not the server that the run was on; "
              + "import the file into it again")
        }
        let address = fenceCheck?.node.map(TargetAddress.server) ?? locks.address
        if address.isSecondary(of: servers) { console.warn(ClusterServer.secondaryWarning) }
        if let id { try await locks.take(server: id) }
      }
    }
    if let locks, locks.address.isRemote { ask(&setting, locks, fenceCheck) }
    return setting
  }

  /// Announces the run and, on a terminal, asks before it sends.
  private func ask(_ setting: inout RunSetting, _ locks: TargetLocks, _ fenceCheck: FenceCheck?) {
    setting.announce = { [announcement, console] version, cluster in
      announcement.show(Announcement.server(version, cluster), on: console)
    }
    guard asking.isPossible else { return }
    let fences: @Sendable () -> TargetFences? = { fenceCheck?.fences }
    let question = PlanQuestion(
      target: fenceCheck?.named?.name ?? setting.target.url, fences: fences, plan: plan,
      painter: painter, control: control, console: console)
    setting.needsConfirmation = { [asking] in
      asking.isNeeded(isProtected: fences()?.isProtected ?? false)
    }
    setting.confirmPlan = { summary async throws(RunStop) in
      try await locks.released { () async throws(RunStop) in try await question.ask(summary) }
    }
  }

  /// Refuses to write to a protected target where nobody can type its name.
  private func checkProtection(_ fences: TargetFences) throws(RunStop) {
    guard fences.isProtected, !asking.isPossible, !isApproved else { return }
    throw .wrongTarget(
      "target \(fences.name) is protected (\(fences.place(of: .protected))): it is changed only on a "
        + "terminal, where its name is typed, or by apply")
  }

  /// Runs the work; the first signal stops it, a second one aborts its requests; SIGUSR1 prints the status.
  func run<Value: Sendable>(
    _ work: @escaping @Sendable () async -> Value
  ) async -> Value {
    // Signals are watched before the work begins, so that it can be stopped from its first line on.
    let (ready, readiness) = AsyncStream.makeStream(of: Void.self)
    // Not a child task, because a signal must cancel it from another thread.
    let task = Task {
      for await _ in ready {}
      return await work()
    }
    let watcher = SignalWatcher { [control, console, signals] number in
      let stop = RunStop(signal: number)
      signals.record(stop)
      control.requestStop(stop)
      signals.note(
        "Stopping: requests in flight are finished. A second signal cancels them.", on: console)
    } further: { [console, signals] _ in
      task.cancel()
      signals.note("Cutting off: what is in flight will be in doubt.", on: console)
    }
    // One of several targets may have got the signal before this one watched for it.
    if let stop = signals.stop { control.requestStop(stop) }
    let status = StatusSignal { [painter] in painter.show() }
    defer { withExtendedLifetime(status) {} }
    readiness.finish()
    // The display must change even while the server does not answer.
    async let _: Void = painter.keepDrawing()
    async let _: Void = rows?.keepWriting() ?? ()
    let value = await task.value
    withExtendedLifetime(watcher) {}
    return value
  }

  /// Writes the outcomes of all rows that are not written yet; a signal shortens the wait for their reader.
  func finishRows(of result: RunResult, in ledger: Ledger) async {
    guard let rows else { return }
    let watcher = SignalWatcher { [control] number in
      control.requestStop(RunStop(signal: number))
    } further: { _ in
    }
    await rows.finish(result, in: ledger) { [control] in control.stop != nil }
    withExtendedLifetime(watcher) {}
  }

  /// Shows only how far the work is.
  @Sendable func showProgress(_ event: RunEvent) {
    if case .progress = event { show(event) }
  }

  /// Shows an event of the run.
  @Sendable func show(_ event: RunEvent) {
    switch event {
    case .diagnostic(let diagnostic):
      guard tally.count(diagnostic) else { return }
      if diagnosticsAsJSON {
        console.print(diagnostic)
      } else {
        console.show(diagnostic)
      }
    case .staged(let run, _, _): rows?.note(staged: run)
    case .progress(let progress):
      if slots.changes(to: progress.slots) {
        console.detail("\(Quantity.count(progress.slots, "slot")) for requests in flight")
      }
      // Called for each row, on the transfer loop's thread.
      painter.note { state in
        state.phase =
          progress.total == nil ? "Checking" : progress.isPlanning ? "Planning" : phase
        // Rows of files are counted while their total is not known.
        state.unit = progress.total == nil ? "row" : unit
        state.done = progress.done + progress.underway
        state.total = progress.total
        state.failed = progress.failed
        state.inDoubt = progress.inDoubt
        state.slotsInUse = progress.inFlight
        state.slots = progress.slots
        state.waiting = nil
      }
    case .planned(let row): plan.show(row)
    case .groupEnded(let group, let counts, let took):
      rows?.note(ended: group)
      let sums = counts.map { "\(Quantity.count($0.count)) \($0.state)" }.joined(separator: ", ")
      console.detail(
        "port group \(group.displayName.quoted.escapedForDisplay) ended after \(Quantity.time(took)): "
          + (sums.isEmpty ? "no row" : sums))
    case .waiting(let reason, let delay):
      console.detail("waiting \(Quantity.time(delay)): \(reason.escapedForDisplay)")
      painter.update { state in
        // Nothing was read or sent yet.
        if state.phase.isEmpty { state.phase = "Connecting" }
        state.waiting = "\(reason), trying again in \(Quantity.time(delay))"
      }
    case .postponed(let group, let run, let wait):
      console.warn(
        "port group \(group.displayName.quoted) waits \(Quantity.time(wait)): run \(run) has a write in "
          + "it whose outcome is not known, and which may still arrive; cupibulk resume \(run) settles it"
      )
    case .remark(let text): console.warn(text.escapedForDisplay)
    case .leftOut(let ofOtherGroups, let beyondLimit, let limit):
      let parts = [
        (ofOtherGroups, "of other groups (--only-group)"),
        (beyondLimit, "beyond --limit \(limit ?? 0)"),
      ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
      let sum = ofOtherGroups + beyondLimit
      console.note(
        "cupibulk: note: \(sum == 1 ? "1 row is" : "\(sum) rows are") left out: \(parts)")
    }
  }
}

extension RunSetting {
  /// Requests the server's id also if nothing is sent: a restore compares it with that of its source.
  mutating func identifiesServer(at address: TargetAddress) {
    if address.isRemote, confirmServer == nil { confirmServer = { _, _ in } }
  }
}

/// Notices when the number of granted slots changes.
private final class SlotWatch: Sendable {
  private let last = Atomic(0)

  func changes(to slots: Int) -> Bool {
    slots > 0 && last.exchange(slots, ordering: .relaxed) != slots
  }
}

extension RunStop {
  /// Why a signal stops a run.
  fileprivate init(signal number: Int32) {
    switch number {
    case SIGTERM: self = .terminated
    case SIGHUP: self = .hungUp
    case SIGXCPU: self = .outOfProcessorTime
    default: self = .interrupted
    }
  }
}

extension Diagnostic: JSONLine {
  static let type = "diagnostic"
  static let summary = "An error, a warning or a note about a file: a line of `validate`."

  static let keys: [JSONKey<Diagnostic>] = [
    JSONKey("severity", "error, warning or note", \.severity.rawValue),
    JSONKey("code", "what kind of mistake it is; docs/diagnostics.md lists them", \.code.rawValue),
    JSONKey("file", "the file; null if it is not about one") { known($0.place.file) },
    JSONKey("line", "the line, from 1") { known($0.place.line) },
    JSONKey("column", "the column in characters, from 1") { known($0.place.column) },
    JSONKey("record", "the number of the record, from 1") { known($0.place.record) },
    JSONKey("field", "the heading, element or key") { known($0.place.field) },
    JSONKey("value", "the text there, at most 80 characters") { known($0.place.value) },
    JSONKey("message", "what is wrong, as a clause", \.message),
    JSONKey("hint", "what to do about it; null if the message is enough") { known($0.fullHint) },
  ]

  private static func known(_ number: Int) -> Int? { number > 0 ? number : nil }
  private static func known(_ text: String) -> String? { text.isEmpty ? nil : text }
}
