import BatchEngine
import BulkFiles
import PortGroupFiles
import PortGroupModel
import RowLedger

extension Command {
  static let export = Command(
    name: "export",
    summary: "Write a server's port group servers to a file",
    details: [
      "The file can be imported again, into this server or into another that has port groups of "
        + "the same names. Nothing is changed on the server."
    ],
    required: [.target],
    options: connecting + [.onlyGroup] + pacing
      + [.outputFile, .outputFormat, .acceptShrink, .json, .progress, .ledger, .ticket, .note],
    exclusive: trusting,
    examples: [
      Example(
        purpose: "back up a server",
        line: "cupibulk export --target https://unity.example.com --username operator "
          + "-o backup.xml"),
      Example(
        purpose: "look at a sandbox", line: "cupibulk export --target sandbox:lab.db --format csv"),
    ],
    writesFile: true
  ) { context throws(UsageError) in try ExportCommand(context) }
}

/// `cupibulk export`: writes a server's port group servers to a file.
struct ExportCommand: RunnableCommand {
  private let context: CommandContext
  private let connecting: ConnectingOptions
  private let pace: Pace
  private let path: String
  private let format: BulkFormat
  private let acceptsShrink: Bool
  private let progress: ProgressPainter.Mode

  init(_ context: CommandContext) throws(UsageError) {
    let arguments = context.arguments
    self.context = context
    connecting = try ConnectingOptions(context)
    pace = try PacingOptions.pace(context)
    path = try arguments.text(.outputFile)
    acceptsShrink = arguments.has(.acceptShrink)
    format = try OutputOptions.format(arguments, path: path)
    // If the file is written to the same terminal, the progress bar would be drawn into it.
    let isShown = path == "-" && context.console.output.abilities.isTerminal
    progress = isShown ? .none : try arguments.choice(.progress)
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let console = context.console
    let connecting = try connecting.resolved(on: console)
    let pace = connecting.fenced(pace, on: console)
    let address = try TargetAddress(connecting.target)
    let ledger = try LedgerAccess.open(context)
    let conduct = RunConduct(progress, phase: "Reading", unit: "group", on: console)
    var setting = conduct.setting(
      ledger, connecting.recorded(address), fenceCheck: connecting.fenceCheck)
    setting.identifiesServer(at: address)
    let exporter = Exporter(
      pace: pace, onlyGroups: context.arguments.texts(.onlyGroup), setting: setting)
    let attempt = RunAttempt(
      context: context, opening: exporter.opening(for: path), ledger: ledger)
    let result = try await attempt.perform { run async throws(CommandFailure) in
      // Checked before the server is read, which may take long: the folder may be misspelt.
      do throws(OutputFailure) {
        try OutputFile.check(path: path)
      } catch {
        throw CommandFailure(.failure, error.description.sentenceStart)
      }
      try LedgerAccess.refuseAsOutput(path, ledger)
      PacingOptions.warn(pace, on: console)
      let target = try await connecting.connect(
        conduct, readOnly: true, timeout: pace.giveUp)
      defer { target.close() }
      return await conduct.run {
        await exporter.perform(run, on: target.client, to: path == "-" ? nil : path) {
          count, servers in
          try await write(count, servers, until: conduct.control)
        }
      }
    }
    if context.arguments.has(.json), path != "-" {
      context.console.end(with: ExportReport(result: result, file: path))
    } else {
      report(result, of: connecting.shownTarget)
    }
    return result.status
  }

  private func write(
    _ count: Int, _ servers: LedgerPages<ExportedServer>, until control: RunControl
  ) async throws -> ContentDigest {
    do {
      return try await writeFile(count, servers, until: control)
    } catch {
      // If the run was stopped while it waited for a pipe, the pipe did not fail.
      throw control.stop ?? error
    }
  }

  private func writeFile(
    _ count: Int, _ servers: LedgerPages<ExportedServer>, until control: RunControl
  ) async throws -> ContentDigest {
    let former = path == "-" ? .nothing : ServerCensus.existing(at: path)
    var census = ServerCensus()
    let writer = try ServerFileWriter(path: path, format: format, total: count) {
      control.stop == nil
    }
    var servers = servers
    while case let some = try await servers.next(), !some.isEmpty {
      if let stop = control.stop { throw stop }
      for exported in some {
        try writer.write(exported.server, in: exported.group)
        census.add(to: exported.group.displayName)
      }
    }
    // What was counted is what has to be in the file.
    guard census.servers == count else {
      throw RunStop.server(
        "\(Quantity.count(count, "server")) of the target were recorded, and "
          + "\(Quantity.count(census.servers)) could be read from the ledger")
    }
    if !acceptsShrink, let shrinkage = former.shrinkage(to: census) {
      throw RunStop.shrunk("\(path) was not replaced: \(shrinkage)")
    }
    try writer.finish()
    if case .servers(let old) = former, old.servers > census.servers {
      let fewer = Quantity.count(old.servers - census.servers, "server")
      context.console.note(
        "\(path.escapedForDisplay) has \(fewer) fewer than the file that it replaced.")
    }
    if let sentence = writer.formulas.sentence { context.console.note(sentence) }
    return writer.takeDigest()
  }

  /// Prints to standard error, because the file itself may be on standard output.
  private func report(_ result: ExportResult, of target: String) {
    let console = context.console
    if let stop = result.stop {
      let sentence =
        if case .noSuchGroup = stop { "Nothing was exported: \(stop.reason)" } else {
          stop.sentence
        }
      console.fail(sentence.escapedForDisplay)
      if case .shrunk = stop, let hint = stop.hint {
        console.note(
          part.isEmpty
            ? "    hint: \(hint)"
            : "    hint: write a part of the target to a file of its own, or pass --accept-shrink")
      }
      return
    }
    let place = path == "-" ? "standard output" : path
    console.note(
      "Exported \(Quantity.count(result.servers, "server")) of \(target) "
        + "to \(place.escapedForDisplay) (\(format.rawValue))\(part.escapedForDisplay).")
  }

  /// The selection that the file contains; empty if it contains everything.
  private var part: String {
    let groups = context.arguments.texts(.onlyGroup)
    switch groups.count {
    case 0: return ""
    case 1: return ", only of port group \(groups[0].quoted)"
    default: return ", only of \(groups.count) port groups"
    }
  }

}

/// What became of an export, for programs.
struct ExportReport: JSONEnding {
  let result: ExportResult
  let file: String

  static let type = "export"
  static let summary = "What became of an export to a file: the result of `export -o FILE`."

  static let keys: [JSONKey<ExportReport>] = [
    JSONKey("run", "the run", \.result.run.text),
    JSONKey("servers", "the number of servers in the file; null if it was not written") {
      $0.result.stop == nil ? $0.result.servers : nil
    },
    JSONKey("file", "the file; null if it was not written") {
      $0.result.stop == nil ? $0.file : nil
    },
    JSONKey("stopped", "why it was not written; null if it was", \.result.stop?.sentence),
  ]
}
