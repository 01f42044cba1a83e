import BatchEngine
import PortGroupModel

extension Command {
  static let validate = Command(
    name: "validate",
    summary: "Check files without a server",
    details: [
      "Shows every mistake of every row with its place and what to do about it. What only a "
        + "server knows, such as whether a port group exists, is checked by import."
    ],
    operands: [inputFiles],
    options: reading + [.mode, .schema, .allErrors, .json, .progress],
    examples: [
      Example(purpose: "check a file", line: "cupibulk validate sip-proxies.csv"),
      Example(
        purpose: "check what another program prints",
        line: "make-rows | cupibulk validate --format csv -"),
    ],
    onlyReports: true
  ) { context throws(UsageError) in try ValidateCommand(context) }
}

/// `cupibulk validate`: checks files without a server.
struct ValidateCommand: RunnableCommand {
  private let context: CommandContext
  private let input: ImportInput
  private let progress: ProgressPainter.Mode

  init(_ context: CommandContext) throws(UsageError) {
    self.context = context
    input = try ReadingOptions.input(context)
    progress = try context.arguments.choice(.progress)
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let console = context.console
    let conduct = RunConduct(
      progress, phase: "Checking", on: console, diagnosticsAsJSON: context.arguments.has(.json),
      printsAll: context.arguments.has(.allErrors))
    var input = input
    input.exports = LedgerAccess.knownExports(context)
    let validator = Validator(input: input, control: conduct.control, report: conduct.show)
    let findings = await conduct.run { await validator.run() }
    if let rest = conduct.diagnostics.restText { console.note(rest) }
    if context.arguments.has(.json) {
      console.end(
        with: ValidationReport(
          findings: findings, errors: conduct.diagnostics[.error],
          warnings: conduct.diagnostics[.warning]))
    }
    if let stop = findings.stop, stop != .input {
      console.fail(stop.sentence.escapedForDisplay)
      return findings.status
    }
    if context.arguments.has(.json) { return findings.status }
    if findings.stop == nil {
      console.print(text(findings, conduct.diagnostics))
    } else {
      console.print("The input cannot be read: \(conduct.diagnostics.text).")
    }
    return findings.status
  }

  private func text(_ findings: Validator.Findings, _ diagnostics: DiagnosticTally) -> String {
    let rows =
      "\(Quantity.count(findings.rows, "row")) for \(Quantity.count(findings.groups, "group"))"
    let remarks = diagnostics.text.isEmpty ? "" : " (\(diagnostics.text))"
    if findings.invalid == 0 { return "\(rows): all are valid\(remarks)." }
    return "\(rows): \(Quantity.count(findings.invalid)) invalid\(remarks)."
  }
}

/// What a check of files found in all, for programs.
struct ValidationReport: JSONEnding {
  let findings: Validator.Findings
  let errors: Int
  let warnings: Int

  static let type = "validation"
  static let summary = "What `validate` found in all, after one `diagnostic` for each finding."

  static let keys: [JSONKey<ValidationReport>] = [
    JSONKey("valid", "true if all rows are valid") { $0.findings.status == .success },
    JSONKey("rows", "the number of rows", \.findings.rows),
    JSONKey("invalid", "the number of rows with an error", \.findings.invalid),
    JSONKey("groups", "the number of port groups that the rows name", \.findings.groups),
    JSONKey("errors", "the number of errors", \.errors),
    JSONKey("warnings", "the number of warnings", \.warnings),
    JSONKey("stopped", "why not everything was read; null if it was", \.findings.stop?.sentence),
  ]
}
