import BatchEngine
import PortGroupModel
import RowLedger

/// Opens both sides of a comparison, and records the attempt if a target is among them.
struct ComparisonWork: Sendable {
  /// Both sides, opened.
  struct Sides: Sendable {
    var old: any Configuration
    var new: any Configuration
    /// The number of groups that are read at one time.
    var workers: Int
  }

  /// How the comparison ended.
  struct Outcome: Sendable {
    var stop: RunStop?
    /// True if a part of the result was written, which then says how the comparison ended.
    var isBegun = false
    var differs = false
    /// What was found, for the list of runs.
    var finding = ""
  }

  let context: CommandContext
  let old: ComparisonSide
  let new: ComparisonSide
  let input: ImportInput
  let pace: Pace
  let conduct: RunConduct

  /// The attempt in a ledger; the user's, or a temporary one if that cannot be written.
  private struct Attempt {
    let ledger: Ledger
    let run: RunID
  }

  private typealias Opened<Value: Sendable> = Result<Value, RunStop>

  /// Opens both sides, compares them, and returns the exit code.
  ///
  /// With a target, the attempt is recorded before the first connection, and then its ending; the rows are not kept.
  func perform(
    _ compare: (Sides) async throws(CommandFailure) -> Outcome
  ) async throws(CommandFailure) -> ExitStatus {
    guard let target = new.connecting ?? old.connecting else {
      return report(try await outcome(nil, compare))
    }
    let source = new.connecting == nil ? new.text : old.text
    let opening = RunOpening(
      kind: .diff, source: source, target: target.recorded(try TargetAddress(target.target)),
      toolVersion: Tool.version, isDry: true)
    let ledger = try LedgerAccess.openOrTemporary(context, for: "comparison")
    let attempt = RunAttempt(context: context, opening: opening, ledger: ledger)
    return try await attempt.perform { run async throws(CommandFailure) in
      let outcome = try await outcome(Attempt(ledger: ledger, run: run), compare)
      let status = report(outcome)
      try? await ledger.abandon(
        run, outcome.stop?.ending ?? RunEnding(.done, reason: outcome.finding),
        exitCode: Int(status.rawValue))
      return status
    }
  }

  private func outcome(
    _ attempt: Attempt?, _ compare: (Sides) async throws(CommandFailure) -> Outcome
  ) async throws(CommandFailure) -> Outcome {
    if let ledger = attempt?.ledger {
      try LedgerAccess.refuseAsOutput(context.arguments.givenText(.outputFile) ?? "-", ledger)
    }
    var opened: [OpenTarget] = []
    defer { for target in opened { target.close() } }
    // What needs no server comes first: a file may be misspelt.
    let stored: [(any Configuration)?]
    switch try await readStored() {
    case .success(let read): stored = read
    case .failure(let stop): return Outcome(stop: stop)
    }
    var sides: [any Configuration] = []
    for (side, configuration) in zip([old, new], stored) {
      if let configuration {
        sides.append(configuration)
      } else if let connecting = side.connecting, let attempt {
        let isRecorded = side.text == new.text || new.connecting == nil
        let target = try await open(connecting)
        opened.append(target)
        switch try await list(target, connecting, isRecorded ? attempt : nil) {
        case .success(let configuration): sides.append(configuration)
        case .failure(let stop): return Outcome(stop: stop)
        }
      }
    }
    let workers = opened.isEmpty ? 1 : pace.slots
    let outcome = try await compare(Sides(old: sides[0], new: sides[1], workers: workers))
    for case let target as TargetConfiguration in sides {
      if let remark = target.remark { context.console.warn(remark.escapedForDisplay) }
    }
    return outcome
  }

  /// True if standard output gets a JSON document.
  private var isJSON: Bool {
    let arguments = context.arguments
    let format: DiffFormat? = arguments.givenChoice(.diffFormat)
    return (arguments.has(.json) || format == .json)
      && (arguments.givenText(.outputFile) ?? "-") == "-"
  }

  private func report(_ outcome: Outcome) -> ExitStatus {
    if let rest = conduct.diagnostics.restText { context.console.note(rest) }
    let status = status(outcome.stop, differs: outcome.differs)
    guard let stop = outcome.stop else { return status }
    var sentence = stop.comparisonSentence
    if stop == .input { sentence = "Nothing was compared: \(conduct.diagnostics.text)" }
    if !outcome.isBegun, isJSON {
      var report = DiffJSONReport(old: old.shown, new: new.shown)
      context.console.end(document: report.finish(DiffCounts(), stop: sentence, exit: status))
    }
    context.console.fail(sentence.escapedForDisplay)
    return status
  }

  /// The exit code of a comparison that ended so.
  func status(_ stop: RunStop?, differs: Bool) -> ExitStatus {
    stop?.status ?? (differs && context.arguments.has(.exitCode) ? .notAsAsked : .success)
  }
}

// MARK: - Opening

extension ComparisonWork {
  /// Reads the files and finds the exports; an element is `nil` for a target.
  ///
  /// All errors of both files are reported.
  private func readStored() async throws(CommandFailure) -> Opened<[(any Configuration)?]> {
    var stored: [(any Configuration)?] = []
    var firstStop: RunStop?
    for side in [old, new] {
      let found: Opened<any Configuration>
      switch side.reference {
      case .target:
        stored.append(nil)
        continue
      case .file(let path): found = await read(path)
      case .run(let name): found = try await findExport(name)
      case .snapshot(let folder, let typed):
        found = try await readSnapshot(folder, typed)
      }
      switch found {
      case .success(let configuration): stored.append(configuration)
      case .failure(let stop):
        firstStop = firstStop ?? stop
        if stop != .input { return .failure(stop) }
      }
    }
    if let firstStop { return .failure(firstStop) }
    return .success(stored)
  }

  private func read(_ path: String) async -> Opened<any Configuration> {
    var input = input
    input.files = [path]
    input.exports = LedgerAccess.knownExports(context)
    return await conduct.run { [input, conduct] () async -> Opened<any Configuration> in
      do throws(RunStop) {
        return .success(
          try await FileConfiguration(input, control: conduct.control, report: conduct.show))
      } catch {
        return .failure(error)
      }
    }
  }

  private func findExport(
    _ name: String
  ) async throws(CommandFailure) -> Opened<any Configuration> {
    let ledger = try LedgerAccess.openToLook(context)
    let run = try await LedgerAccess.export(name, in: ledger)
    do throws(RunStop) {
      return .success(try await ExportedConfiguration(of: run, in: ledger))
    } catch {
      return .failure(error)
    }
  }

  /// Reads a snapshot; `latest` and days mean the target on the other side, if there is one.
  private func readSnapshot(
    _ folder: String, _ typed: String
  ) async throws(CommandFailure) -> Opened<any Configuration> {
    let source = try SnapshotSource(
      folder: folder, typed: typed, meaning: new.connecting ?? old.connecting,
      like: [old, new].compactMap(\.namedSnapshot).first)
    source.warn(on: context.console)
    return await conduct.run { [conduct] () async -> Opened<any Configuration> in
      do throws(RunStop) {
        return .success(try await source.read(until: conduct.control))
      } catch {
        return .failure(error)
      }
    }
  }

  private func open(_ connecting: ConnectingOptions) async throws(CommandFailure) -> OpenTarget {
    PacingOptions.warn(pace, on: context.console)
    return try await connecting.connect(conduct, readOnly: true, timeout: pace.giveUp)
  }

  /// Lists the groups of a target; the server's id is recorded with the attempt, or not at all.
  private func list(
    _ target: OpenTarget, _ connecting: ConnectingOptions, _ attempt: Attempt?
  ) async throws(CommandFailure) -> Opened<any Configuration> {
    let pace = connecting.fenced(pace, on: context.console)
    let recorded = connecting.recorded(try TargetAddress(connecting.target))
    let place: Attempt
    if let attempt { place = attempt } else { place = try await temporaryAttempt(on: recorded) }
    let setting = conduct.setting(
      place.ledger, recorded, fenceCheck: connecting.fenceCheck)
    let (run, client, name) = (place.run, target.client, connecting.shownTarget)
    return await conduct.run { () async -> Opened<any Configuration> in
      do throws(RunStop) {
        return .success(
          try await TargetConfiguration(name, on: client, pace: pace, setting: setting, run: run))
      } catch {
        return .failure(error)
      }
    }
  }

  private func temporaryAttempt(
    on target: RunTarget
  ) async throws(CommandFailure) -> Attempt {
    let ledger = try LedgerAccess.open(context, isDry: true)
    let opening = RunOpening(
      kind: .diff, source: "", target: target, toolVersion: Tool.version, isDry: true)
    let run = try await LedgerAccess.reading { try await ledger.beginStaging(opening) }
    return Attempt(ledger: ledger, run: run)
  }
}
