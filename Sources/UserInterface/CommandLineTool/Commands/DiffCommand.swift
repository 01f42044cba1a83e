import BatchEngine
import BulkFiles
import Bytes
import PortGroupFiles
import PortGroupModel
import RowLedger

extension Command {
  static let diff = Command(
    name: "diff",
    summary: "Show what differs between two files, exports or servers",
    details: [
      "Compares by port group. A server is + if only NEW has it, - if only OLD has it, and ~ if its fields "
        + "differ; a server that has another host and the same ObjectId is one that changed. Ids are not "
        + "compared, nor what a file does not give. Nothing is changed anywhere.",
      "With --format csv the result is a file for import, whose rows make OLD into NEW.",
    ],
    operands: [
      Operand(name: "OLD", help: sideHelp, words: .configurations),
      Operand(
        name: "NEW", help: "the same; at most one of the two is standard input",
        words: .configurations),
    ],
    options: [
      .onlyGroup, .onlyService, .diffFormat, .outputFile, .exitCode, .json, .from, .delimiter,
      .encoding, .comments, .maxField, .column, .set, .allow, .allErrors,
    ] + reaching + pacing + [.progress, .ledger, .ticket, .note],
    exclusive: trusting,
    examples: [
      Example(
        purpose: "see what changed since the newest export",
        line: "cupibulk diff run:last https://unity.example.com --username operator"),
      Example(
        purpose: "see what changed since the last good snapshot",
        line: "cupibulk diff backups@latest sandbox:lab.db"),
      Example(
        purpose: "get the rows that make a sandbox as a file",
        line: "cupibulk diff sandbox:lab.db hosts.csv --format csv -o changes.csv"),
    ]
  ) { context throws(UsageError) in try DiffCommand(context) }

  private static let sideHelp =
    "a file (- is standard input), REPO@latest, REPO@DAY or REPO@ID for a snapshot of a repository, run:RUN for an "
    + "export of the ledger (run:last is the newest), a URL, sandbox:FILE, or the name of a target; ./NAME is always a file, and target:NAME always a target"
}

/// `cupibulk diff`: compares two configurations.
struct DiffCommand: RunnableCommand {
  private let context: CommandContext
  private let connecting: ConnectingOptions
  private let input: ImportInput
  private let pace: Pace
  private let path: String
  private let format: DiffFormat
  private let progress: ProgressPainter.Mode

  init(_ context: CommandContext) throws(UsageError) {
    let arguments = context.arguments
    self.context = context
    connecting = try ConnectingOptions(context, target: "")
    var input = try ReadingOptions.input(context)
    input.options.format = arguments.givenChoice(.from)
    self.input = input
    pace = try PacingOptions.pace(context)
    path = try arguments.text(.outputFile)
    let format: DiffFormat = try arguments.choice(.diffFormat)
    if arguments.has(.json), arguments.has(.diffFormat), format != .json {
      throw UsageError(.exclusiveOptions(.json, .diffFormat), of: arguments.path)
    }
    self.format = arguments.has(.json) ? .json : format
    if arguments.operands == ["-", "-"] {
      throw UsageError(
        .badValue(
          source: "NEW", value: "-", complaint: "OLD is standard input already, which is read once"),
        of: arguments.path)
    }
    // If the rows are written to the same terminal, the progress bar would be drawn into them.
    let isShown = path == "-" && format == .csv && context.console.output.abilities.isTerminal
    progress = isShown ? .none : try arguments.choice(.progress)
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let old = try ComparisonSide(context.arguments.operands[0], connecting, context)
    let new = try ComparisonSide(context.arguments.operands[1], connecting, context)
    do throws(OutputFailure) {
      try OutputFile.check(path: path)
    } catch {
      throw CommandFailure(.failure, error.description.sentenceStart)
    }
    let work = ComparisonWork(
      context: context, old: old, new: new, input: input, pace: pace,
      conduct: RunConduct(
        progress, phase: "Comparing", unit: "group", on: context.console,
        printsAll: context.arguments.has(.allErrors)))
    try refuseOutput(old, new)
    return try await work.perform { sides throws(CommandFailure) in
      try await compare(sides, work)
    }
  }

  /// Refuses an output that would replace a file that is compared, the state of a sandbox, or the ledger.
  private func refuseOutput(
    _ old: ComparisonSide, _ new: ComparisonSide
  ) throws(CommandFailure) {
    guard path != "-", let output = FileIdentity(at: path) else { return }
    for side in [old, new] {
      var file: String?
      switch side.reference {
      case .file(let path): file = path
      case .target(let target):
        if TargetAddress.isSandbox(target), case .sandbox(let state) = try TargetAddress(target) {
          file = state
        }
      case .run, .snapshot: break
      }
      let files = file.map { name in ["", "-wal", "-shm", "-journal"].map { name + $0 } } ?? []
      guard files.contains(where: { FileIdentity(at: $0) == output }) else { continue }
      throw CommandFailure(
        .failure, "\(path) is one of the files that are compared",
        hint: "name another file with -o")
    }
    let ledger =
      context.arguments.givenText(.ledger) ?? StateFolder(environment: context.environment).ledger
    if ["", "-wal", "-shm"].contains(where: { FileIdentity(at: ledger + $0) == output }) {
      throw CommandFailure(
        .failure, "\(path) is the ledger, in which the runs are recorded",
        hint: "name another file with -o")
    }
  }

  private func compare(
    _ sides: ComparisonWork.Sides, _ work: ComparisonWork
  ) async throws(CommandFailure) -> ComparisonWork.Outcome {
    let (old, new) = (work.old.shown, work.new.shown)
    let control = work.conduct.control
    let comparison = ConfigurationComparison(
      old: sides.old, new: sides.new, onlyGroups: context.arguments.texts(.onlyGroup),
      onlyServices: context.arguments.texts(.onlyService).compactMap { Int($0) })
    let console = context.console
    for side in [sides.old, sides.new] where !side.scope.isEmpty {
      let groups = Wording.list(side.scope.map(\.quoted), joinedBy: "and")
      console.note(
        "cupibulk: note: \(side.name) has only \(groups) (--only-group), and nothing else is compared"
      )
    }
    let (path, format) = (path, format)
    let (show, workers) = (work.conduct.show, sides.workers)
    let result = await work.conduct.run { () async -> Result<DiffResult, RunStop> in
      do throws(RunStop) {
        var counts = DiffCounts()
        let output = try DiffOutput.begin(
          path, format, old: old, new: new, on: console,
          shouldWait: { control.stop == nil })
        var stop: RunStop?
        do throws(RunStop) {
          let groups = try await comparison.groups()
          try await comparison.compare(groups, workers: workers, control: control) {
            difference throws(RunStop) in
            counts.add(difference)
            try output.put(difference)
            show(.progress(RunProgress(done: counts.groups, total: groups.count)))
          }
        } catch {
          stop = error
        }
        try output.end(counts, stop: stop, exit: work.status(stop, differs: !counts.isSame))
        return .success(DiffResult(counts: counts, stop: stop, output: output))
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .failure(let stop): return ComparisonWork.Outcome(stop: stop)
    case .success(let result):
      if result.stop == nil { report(result, work, sides) }
      return ComparisonWork.Outcome(
        stop: result.stop, isBegun: true, differs: !result.counts.isSame,
        finding: result.counts.clause(old, new))
    }
  }

  /// What is not part of the result goes to standard error.
  private func report(
    _ result: DiffResult, _ work: ComparisonWork, _ sides: ComparisonWork.Sides
  ) {
    if path != "-" || format == .csv {
      context.console.note(result.counts.sentence(work.old.shown, work.new.shown))
    }
    result.output.remarks(on: context.console, importing: work.old.importWords(sides.old))
  }
}

/// A comparison that was written, or that ended early.
private struct DiffResult: @unchecked Sendable {
  let counts: DiffCounts
  let stop: RunStop?
  /// Only one task at a time has it: the work, then the report.
  let output: DiffOutput
}

extension DiffOutput {
  fileprivate static func begin(
    _ path: String, _ format: DiffFormat, old: String, new: String, on console: Console,
    shouldWait: @escaping () -> Bool
  ) throws(RunStop) -> DiffOutput {
    do throws(OutputFailure) {
      return try DiffOutput(
        path: path, format: format, old: old, new: new, on: console, shouldWait: shouldWait)
    } catch {
      throw .output(error.description)
    }
  }

  fileprivate func put(_ difference: GroupDifference) throws(RunStop) {
    do throws(OutputFailure) {
      try add(difference)
    } catch {
      throw .output(error.description)
    }
  }

  fileprivate func end(
    _ counts: DiffCounts, stop: RunStop?, exit: ExitStatus
  ) throws(RunStop) {
    do throws(OutputFailure) {
      try finish(counts, stop: stop, exit: exit)
    } catch {
      throw stop ?? .output(error.description)
    }
  }
}
