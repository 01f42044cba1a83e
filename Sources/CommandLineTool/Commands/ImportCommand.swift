import BatchEngine
import PortGroupModel
import RowLedger

/// `cupibulk import`: pushes the rows of files into a server.
struct ImportCommand: Performing {
  private let context: CommandContext
  private let connecting: ConnectingOptions
  private let input: ImportInput
  private let options: PushOptions
  private let progress: ProgressPainter.Mode

  init(_ context: CommandContext) throws(UsageError) {
    let arguments = context.arguments
    self.context = context
    connecting = try ConnectingOptions(context)
    input = try ReadingOptions.input(context)
    progress = try arguments.choice(.progress)
    var options = PushOptions()
    options.pace = try PacingOptions.pace(context)
    options.maxDelete = try arguments.number(.maxDelete)
    options.allowLast = arguments.has(.allowLast)
    options.verify = try arguments.choice(.verify)
    options.settleWait = try arguments.duration(.settleWait)
    options.skipInvalid = arguments.has(.skipInvalid)
    self.options = options
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let console = context.console
    PacingOptions.warn(options.pace, on: console)
    let ledger = try LedgerAccess.open(context)
    let conduct = RunConduct(progress, phase: "Sending", on: console)
    // Nobody is to type a password only to be told of a misspelt file.
    let missing = input.isReadable ? nil : await check(conduct)
    let result = if let missing { missing } else { try await push(ledger, conduct) }
    let text = RunResultText(
      result: result, ledger: ledger, console: console,
      ledgerOption: LedgerAccess.option(context))
    if !conduct.diagnostics.text.isEmpty { console.note(conduct.diagnostics.text) }
    if context.arguments.has(.json) {
      text.printJSON()
    } else {
      try LedgerAccess.reading { () throws(LedgerError) in try text.print() }
    }
    return result.status
  }

  /// Tells all that is wrong with the input without a server; `nil` if it can be read by now.
  private func check(_ conduct: RunConduct) async -> RunResult? {
    let validator = Validator(input: input, control: conduct.control, report: conduct.show)
    let findings = await conduct.run { await validator.run() }
    return findings.stop.map { RunResult(run: nil, books: nil, stop: $0) }
  }

  private func push(
    _ ledger: Ledger, _ conduct: RunConduct
  ) async throws(CommandFailure) -> RunResult {
    let lock = try connecting.lock(context)
    defer { withExtendedLifetime(lock) {} }
    let target = try connecting.open(
      connecting.address(on: context.console), on: context.console, readOnly: false,
      patience: options.pace.giveUp)
    defer { target.close() }
    let setting = conduct.setting(ledger, target)
    let importer = Importer(input: input, options: options, setting: setting)
    return await conduct.run { await importer.run(on: target.client) }
  }
}
