import BatchEngine
import PortGroupModel
import RowLedger

extension Command {
  static let importFiles = Command(
    name: "import",
    summary: "Push the rows of files into a server",
    details: [
      "All files are read and checked before anything is sent; all mistakes are shown at once, "
        + "and one mistake keeps everything from being sent unless --skip-invalid is given.",
      "A row that the server already has as it is stays untouched, so importing a file twice "
        + "changes nothing the second time. What a file lacks is not removed.",
      asking,
    ],
    operands: [inputFiles],
    required: [.target],
    options: connecting + reading + [.mode, .skipInvalid, .onlyGroup, .limit]
      + [
        .dryRun, .planFile, .validFor, .yes, .retries, .maxDelete, .maxFail, .allowLast, .verify,
        .settleWait, .lockWait, .runKey,
      ] + pacing
      + [.allErrors, .json, .rowsTo, .progress, .ledger, .ticket, .note],
    exclusive: trusting,
    incompatible: [[.planFile, .yes], [.rowsTo, .retries]] + RunKey.incompatible,
    examples: [
      Example(
        purpose: "see what a file would do",
        line: "cupibulk import hosts.csv --target sandbox:lab.db --dry-run"),
      Example(
        purpose: "push SIP proxies into a server",
        line: "cupibulk import sip-proxies.csv --target https://unity.example.com "
          + "--username operator"),
      Example(
        purpose: "only change what is there, and give every row the same group",
        line: "cupibulk import hosts.csv --target sandbox:lab.db --mode update "
          + "--set \"PortGroup=PhoneSystem-1 SIP\""),
      Example(
        purpose: "remove the servers that a file lists, at most 10",
        line: "cupibulk import old.csv --target sandbox:lab.db --mode delete --max-delete 10"),
    ],
    onlyReports: true, recordsRun: true
  ) { context throws(UsageError) in try ImportCommand(context) }
}

/// `cupibulk import`: sends the rows of files to a server.
struct ImportCommand: RunnableCommand {
  private let context: CommandContext
  private let connecting: ConnectingOptions
  private let input: ImportInput
  private let options: PushOptions
  private let lockWait: Duration
  private let progress: ProgressPainter.Mode
  private let retries: Int

  init(_ context: CommandContext) throws(UsageError) {
    let arguments = context.arguments
    self.context = context
    connecting = try ConnectingOptions(context)
    var input = try ReadingOptions.input(context)
    input.selection = RowSelection(
      groups: arguments.texts(.onlyGroup), limit: arguments.givenNumber(.limit))
    self.input = input
    lockWait = try arguments.duration(.lockWait)
    progress = try arguments.choice(.progress)
    retries = try arguments.number(.retries)
    var options = try PacingOptions.push(context)
    options.maxDelete = try arguments.share(.maxDelete)
    options.allowLast = arguments.has(.allowLast)
    options.verify = try arguments.choice(.verify)
    options.skipInvalid = arguments.has(.skipInvalid)
    options.isPart = input.selection.limit != nil
    self.options = options
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let connecting = try connecting.resolved(on: context.console)
    var options = options
    options.pace = connecting.fenced(options.pace, on: context.console)
    let ledger = try LedgerAccess.open(context, isDry: options.isDry)
    let continuation = RunContinuation(
      context: context, connecting: connecting, options: options, lockWait: lockWait,
      progress: progress)
    let outcome = try await importFiles(into: connecting, options, ledger, continuation)
    guard retries > 0, !options.isDry, let run = outcome.run else { return outcome.status }
    return try await continuation.perform(
      upTo: retries, after: outcome.status, of: run, ledger)
  }

  private func importFiles(
    into connecting: ConnectingOptions, _ options: PushOptions, _ ledger: Ledger,
    _ continuation: RunContinuation
  ) async throws(CommandFailure) -> RunKey.Outcome {
    let address = try TargetAddress(connecting.target)
    let conduct = RunConduct(
      progress, phase: "Sending", on: context.console, planAsJSON: context.arguments.has(.json),
      printsAll: context.arguments.has(.allErrors),
      asking: context.asking(before: address, isDry: options.isDry), rows: context.rows)
    // A dry run only reads, so it may run while another run is active.
    let locks = options.isDry ? nil : try connecting.locks(context, conduct, wait: lockWait)
    defer { withExtendedLifetime(locks) {} }
    var input = input
    input.exports = LedgerAccess.knownExports(context, in: options.isDry ? nil : ledger)
    var setting = conduct.setting(
      ledger, connecting.recorded(address), locks, fenceCheck: connecting.fenceCheck,
      variable: connecting.targetVariable)
    setting.planFile = try PlanFileOptions.file(context, connecting)
    let importer = Importer(input: input, options: options, setting: setting)
    let key = try RunKey(
      context, for: importer.opening, of: input.files.map { .file($0) }, in: ledger)
    let attempt = RunAttempt(
      context: context, opening: importer.opening, ledger: ledger, key: key)
    return try await RunKey.once(key) { run async throws(CommandFailure) in
      try await continuation.resume(run, ledger)
    } _: { [input, options] () async throws(CommandFailure) in
      var recorded: RunID?
      let status = try await attempt.push(conduct) { run async throws(CommandFailure) in
        recorded = run
        PacingOptions.warn(options.pace, on: context.console)
        // Checked before a password is requested: the file may be misspelt.
        if !input.isReadable { conduct.announcement.show(on: context.console) }
        if !input.isReadable, let stop = await check(input, conduct) {
          return await importer.setting.abandon(run, by: stop)
        }
        if let stop = try await attempt.takeTarget(locks, for: run) {
          return await importer.setting.abandon(run, by: stop)
        }
        let target = try await connecting.connect(
          conduct, readOnly: options.isDry, timeout: options.pace.giveUp)
        defer { target.close() }
        return await conduct.run { await importer.perform(run, on: target.client) }
      }
      return RunKey.Outcome(status: status, run: recorded)
    }
  }

  /// Reports all errors of the input without a server; `nil` if it can be read by now.
  private func check(_ input: ImportInput, _ conduct: RunConduct) async -> RunStop? {
    let validator = Validator(input: input, control: conduct.control, report: conduct.show)
    return await conduct.run { await validator.run() }.stop
  }
}
