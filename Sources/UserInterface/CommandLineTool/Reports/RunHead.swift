// The first lines of `runs show`: what a run is, who did it, with what, and how it ended.

import BatchEngine
import FoundationEssentials
import RowLedger

extension RunDetails {
  /// The version of the program that began the run.
  var tool: String { sessions.run.opening.toolVersion }

  /// How long its processes worked on the run; `nil` before its end.
  var took: Duration? {
    let run = sessions.run
    guard let ended = run.ended else { return nil }
    // Measured by the clock of the processes; runs of earlier versions have only the times of the wall clock.
    return run.took ?? .seconds(max(0, ended.timeIntervalSince(run.started)))
  }

  /// Labelled lines; what an earlier version did not record is "not known".
  func head(of summary: RunSummary, for stream: TextStream) -> String {
    let run = summary.run
    // Nothing is cut, because a digest or a command is useful only if it is complete.
    var table = TextTable([.name(""), .name("")])
    func line(_ label: String, _ text: String?) {
      guard let text else { return }
      table.add([TextTable.Cell(label, .dim), TextTable.Cell(text)])
    }
    line("run", run.id.text)
    line("what", run.kindText)
    line("target", run.opening.target.shown)
    if !run.opening.target.isVerified {
      line("trust", "the certificate was not verified (--insecure)")
    }
    line("who", opening?.who ?? Self.notKnown)
    line("command", opening?.command ?? Self.notKnown)
    line("ticket", opening?.ticket)
    line("note", opening?.note)
    line("tool", "cupibulk \(tool)")
    for text in sourceLines(run) { line(run.opening.kind.sourceLabel, text) }
    if run.opening.kind == .backup {
      line(Backup.headName, inputs.first { $0.name == Backup.headName }?.sha256)
    }
    for (label, run) in relatives { line(label, run.text) }
    line("started", stream.moment(run.started))
    line("asked", agreement.asked.map { stream.moment($0) })
    line("agreed", agreement.agreed.map { stream.moment($0) })
    line("ended", run.ended.map { stream.moment($0) })
    line("took", took.map(Quantity.time))
    line("how", summary.outcome + (run.exitCode.map { ", exit code \($0)" } ?? ""))
    return table.text(for: stream)
  }

  private static let notKnown = "not known"

  /// The files; none for a run that continues from another one.
  private func sourceLines(_ run: Run) -> [String] {
    switch run.opening.kind {
    case .export, .backup: return [run.opening.source]
    case .retry, .undo, .diff: return []
    case .restore where run.opening.parent != nil: return []
    case .restore where run.opening.source.utf8.starts(with: "run:".utf8):
      return [run.opening.source]
    case .import, .restore, .apply:
      if inputs.isEmpty {
        return [
          run.opening.source
            + (opening == nil ? ", size and SHA-256 not known" : ", not read to its end")
        ]
      }
      return inputs.map { input in
        guard let size = input.size, let sha256 = input.sha256 else {
          return "\(input.name), not read to its end"
        }
        return "\(input.name), \(Quantity.count(size, "byte")), SHA-256 \(sha256)"
      }
    }
  }
}

extension RunKind {
  /// What the source of such a run is.
  fileprivate var sourceLabel: String {
    switch self {
    case .export: "file"
    case .backup: "repository"
    default: "input"
    }
  }
}
