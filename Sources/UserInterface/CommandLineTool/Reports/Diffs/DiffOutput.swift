import BatchEngine
import BulkFiles
import PortGroupFiles
import PortGroupModel

/// Where the result of a comparison goes, in the format that was chosen: standard output or a file.
final class DiffOutput {
  private let console: Console
  private let path: String
  private let format: DiffFormat
  private let shouldWait: () -> Bool
  private var report: (any DiffReport)?
  private var file: OutputFile?
  private var changes: ChangeFile?

  /// Begins the result; a file appears when it is finished.
  ///
  /// - Parameters:
  ///   - path: The file, or `-` for standard output.
  ///   - format: The format of the result.
  ///   - old: The old side for users.
  ///   - new: The new side for users.
  ///   - console: Standard output.
  ///   - shouldWait: False if a blocked pipe must not be waited for any longer.
  /// - Throws: `OutputFailure` if nothing can be written there.
  init(
    path: String, format: DiffFormat, old: String, new: String, on console: Console,
    shouldWait: @escaping () -> Bool
  ) throws(OutputFailure) {
    self.console = console
    self.path = path
    self.format = format
    self.shouldWait = shouldWait
    switch format {
    case .text:
      let stream = path == "-" ? console.output : nil
      report = DiffTextReport(old: old, new: new) { stream?.styled($0, $1) ?? $0 }
    case .json: report = DiffJSONReport(old: old, new: new)
    case .csv: changes = try ChangeFile(old: old, new: new)
    }
    if path != "-", format != .csv {
      file = try OutputFile(path: path, shouldWait: shouldWait)
    }
  }

  /// Adds a port group.
  func add(_ difference: GroupDifference) throws(OutputFailure) {
    try changes?.add(difference)
    try write(report?.add(difference) ?? "")
  }

  /// Ends the result; a file appears only if the comparison is complete.
  ///
  /// Standard output gets the rest of a JSON document in any case, so that a program can read it.
  func finish(
    _ counts: DiffCounts, stop: RunStop?, exit: ExitStatus
  ) throws(OutputFailure) {
    if stop != nil, path != "-" || format == .csv { return }
    let rest = report?.finish(counts, stop: stop?.comparisonSentence, exit: exit) ?? ""
    if format == .json, file == nil { console.end(document: rest) } else { try write(rest) }
    try file?.finish()
    try changes?.writer.finish(to: path, shouldWait: shouldWait)
  }

  /// What must be known about a written change file, in lines for standard error.
  func remarks(on console: Console, importing words: String) {
    changes?.report(on: console, path: path, importing: words)
  }

  private func write(_ text: String) throws(OutputFailure) {
    if text.isEmpty { return }
    if let file {
      try file.write(Array(text.utf8))
    } else if format == .json {
      console.write(json: text)
    } else {
      console.write(text)
    }
  }
}
