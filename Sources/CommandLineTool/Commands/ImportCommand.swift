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
    let target = try connecting.open(
      on: console, readOnly: false, patience: options.pace.giveUp)
    defer { target.close() }
    let lock = try TargetLock(target.lockIdentity, in: StateFolder.made(context.environment))
    defer { withExtendedLifetime(lock) {} }
    let conduct = RunConduct(progress, phase: "Sending", on: console)
    let setting = conduct.setting(ledger, target)
    let importer = Importer(input: input, options: options, setting: setting)
    let result = await conduct.run { await importer.run(on: target.client) }
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
}
