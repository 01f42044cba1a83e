import BatchEngine
import PortGroupModel
import RowLedger

extension Command {
  static let restore = Command(
    name: "restore",
    summary: "Make port groups as a file or an earlier export says",
    details: [
      "Servers that differ are changed, and missing ones are created; with --exact, servers that the source "
        + "lacks are deleted, after everything else. A group that the source does not name is never touched.",
      "At the end each group is compared with the source in all fields but ids: the exit code is 9 if one of "
        + "them is not as the source.",
      asking,
    ],
    operands: [
      Operand(
        name: "SOURCE",
        help:
          "REPO@latest, REPO@DAY or REPO@ID for a snapshot of a repository, a file as export writes it, or run:RUN for "
          + "what an export has read; - is standard input",
        words: .restoreSources)
    ],
    required: [.target],
    options: connecting
      + [
        .inputFormat, .delimiter, .encoding, .comments, .maxField, .column, .allow, .onlyGroup,
        .onlyService, .fileIsWhole, .missingGroups, .skipInvalid, .limit,
      ]
      + [
        .dryRun, .planFile, .validFor, .yes, .exact, .replace, .fromOtherTarget, .maxDelete,
        .maxFail, .allowLast,
        .verify,
        .settleWait, .lockWait, .runKey,
      ] + pacing
      + [.allErrors, .json, .rowsTo, .progress, .ledger, .ticket, .note],
    exclusive: trusting,
    incompatible: [[.exact, .skipInvalid], [.exact, .limit], [.planFile, .yes]]
      + RunKey.incompatible,
    examples: [
      Example(
        purpose: "see what would make a sandbox as it was at the last export",
        line: "cupibulk restore run:last --target sandbox:lab.db --exact --dry-run"),
      Example(
        purpose: "see what would make a sandbox as it was in the last good snapshot",
        line: "cupibulk restore backups@latest --target sandbox:lab.db --exact --dry-run"),
      Example(
        purpose: "put one port group back as a file says, without what was added since",
        line: "cupibulk restore backup.csv --target https://unity.example.com --username operator "
          + "--only-group Branch --exact --file-is-whole --max-delete 5"),
    ],
    onlyReports: true, recordsRun: true
  ) { context throws(UsageError) in try RestoreCommand(context) }
}

/// `cupibulk restore`: makes port groups as a source says.
struct RestoreCommand: RunnableCommand {
  private let context: CommandContext
  private let connecting: ConnectingOptions
  private let input: ImportInput
  private let terms: RestoreTerms
  private let selection: RowSelection
  private let options: PushOptions
  private let lockWait: Duration
  private let progress: ProgressPainter.Mode

  init(_ context: CommandContext) throws(UsageError) {
    let arguments = context.arguments
    self.context = context
    connecting = try ConnectingOptions(context)
    input = try ReadingOptions.input(context)
    selection = RowSelection(
      groups: arguments.texts(.onlyGroup), limit: arguments.givenNumber(.limit))
    lockWait = try arguments.duration(.lockWait)
    progress = try arguments.choice(.progress)
    terms = try Self.terms(arguments)
    var options = try PacingOptions.push(context)
    options.maxDelete = try arguments.share(.maxDelete)
    options.allowLast = arguments.has(.allowLast)
    options.verify = try arguments.choice(.verify)
    options.skipInvalid = arguments.has(.skipInvalid)
    self.options = options
  }

  private static func terms(_ arguments: ParsedArguments) throws(UsageError) -> RestoreTerms {
    var terms = RestoreTerms()
    terms.isExact = arguments.has(.exact)
    terms.replaces = arguments.has(.replace)
    terms.allowsOtherTarget = arguments.has(.fromOtherTarget)
    terms.missingGroups = try arguments.choice(.missingGroups)
    terms.onlyServices = Set(arguments.texts(.onlyService).compactMap { Int($0) }).sorted()
    if arguments.has(.fileIsWhole), !terms.isExact {
      throw UsageError(.neededOption(.exact, by: .fileIsWhole), of: arguments.path)
    }
    return terms
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let connecting = try connecting.resolved(on: context.console)
    var options = options
    options.pace = connecting.fenced(options.pace, on: context.console)
    let ledger = try LedgerAccess.open(context, isDry: options.isDry)
    let source = try await source(ledger, connecting)
    let address = try TargetAddress(connecting.target)
    let conduct = RunConduct(
      progress, phase: "Restoring", on: context.console,
      planAsJSON: context.arguments.has(.json), printsAll: context.arguments.has(.allErrors),
      asking: context.asking(before: address, isDry: options.isDry), rows: context.rows)
    let locks = options.isDry ? nil : try connecting.locks(context, conduct, wait: lockWait)
    defer { withExtendedLifetime(locks) {} }
    var setting = conduct.setting(
      ledger, connecting.recorded(address), locks, fenceCheck: connecting.fenceCheck,
      variable: connecting.targetVariable)
    setting.identifiesServer(at: address)
    setting.planFile = try PlanFileOptions.file(context, connecting)
    let restorer = Restorer(
      source: source, terms: terms, selection: selection, options: options, setting: setting)
    let key = try RunKey(context, for: restorer.opening, of: source.ofKey, in: ledger)
    let attempt = RunAttempt(
      context: context, opening: restorer.opening, ledger: ledger,
      sourceText: try await sourceText(source), key: key)
    let continuation = RunContinuation(
      context: context, connecting: connecting, options: options, lockWait: lockWait,
      progress: progress)
    return try await RunKey.once(key) { run async throws(CommandFailure) in
      try await continuation.resume(run, ledger)
    } _: { [options, setting] () async throws(CommandFailure) in
      let status = try await attempt.push(conduct) { run async throws(CommandFailure) in
        PacingOptions.warn(options.pace, on: context.console)
        if let stop = await fault(of: source, conduct) {
          return await setting.abandon(run, by: stop)
        }
        if let stop = try await attempt.takeTarget(locks, for: run) {
          return await setting.abandon(run, by: stop)
        }
        let target = try await connecting.connect(
          conduct, readOnly: options.isDry, timeout: options.pace.giveUp)
        defer { target.close() }
        return await conduct.run { await restorer.perform(run, on: target.client) }
      }
      return RunKey.Outcome(status: status)
    }.status
  }

  // MARK: The source

  private func source(
    _ ledger: Ledger, _ connecting: ConnectingOptions
  ) async throws(CommandFailure) -> RestoreSource {
    let typed = context.arguments.operands.first ?? ""
    switch try ConfigurationReference(typed, environment: context.environment) {
    case .run(let name):
      return .stored(
        try await LedgerAccess.exported(
          name, in: options.isDry ? LedgerAccess.openToLook(context) : ledger))
    case .snapshot(let folder, let typed):
      let source = try SnapshotSource(
        folder: folder, typed: typed, meaning: connecting)
      source.warn(on: context.console)
      do throws(RunStop) {
        return .stored(try await source.read(until: RunControl()))
      } catch {
        throw CommandFailure(error.status, error.sourceSentence, hint: error.hint(in: folder) ?? "")
      }
    case .target(let name):
      throw CommandFailure(
        .usage, "\(name) is a server, and a restore takes a snapshot, a file or run:RUN",
        hint: "export it first: cupibulk export --target \(name.shellWord) -o backup.csv")
    case .file(let path):
      if terms.isExact, !context.arguments.has(.fileIsWhole) {
        throw CommandFailure(
          .usage,
          "With --exact, servers that \(path) lacks are deleted, and a file does not say whether it has all of them",
          hint: "if it has all servers of each port group that it names, pass --file-is-whole")
      }
      var input = input
      input.files = [path]
      input.exports = LedgerAccess.knownExports(context, in: options.isDry ? nil : ledger)
      return .file(input)
    }
  }

  /// The source in the first line; with `--from-other-target` also the server that it was read from.
  private func sourceText(_ source: RestoreSource) async throws(CommandFailure) -> String? {
    let origins: [ConfigurationOrigin]
    do throws(RunStop) {
      origins = try await source.origins()
    } catch {
      throw CommandFailure(error.status, error.sentence, hint: error.hint ?? "")
    }
    guard terms.allowsOtherTarget, let origin = origins.first else { return nil }
    return "\(source.name), which was read from \(origin.text),"
  }

  /// Reports all errors of a file that cannot be read, before a password is requested.
  private func fault(of source: RestoreSource, _ conduct: RunConduct) async -> RunStop? {
    guard case .file(let input) = source, !input.isReadable else { return nil }
    conduct.announcement.show(on: context.console)
    let validator = Validator(input: input, control: conduct.control, report: conduct.show)
    return await conduct.run { await validator.run() }.stop
  }
}

extension RestoreSource {
  /// What the key of a run depends on.
  fileprivate var ofKey: [RunKey.Source] {
    switch self {
    case .file(let input): input.files.map { .file($0) }
    case .stored(let configuration): [.named(configuration.name)]
    }
  }
}
