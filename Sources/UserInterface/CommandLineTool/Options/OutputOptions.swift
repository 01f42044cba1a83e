// The options of the commands that write a file of servers.

import BulkFiles

/// In which form a file is written.
enum OutputOptions {
  /// What `--format` says, else the file's name; standard output gets CSV.
  ///
  /// - Throws: `UsageError` for a name that shows no format: a guess would write the wrong file.
  static func format(
    _ arguments: ParsedArguments, path: String
  ) throws(UsageError) -> BulkFormat {
    if let format: BulkFormat = arguments.givenChoice(.outputFormat) { return format }
    if path == "-" { return .csv }
    guard let format = BulkFormat(fileName: path) else {
      throw UsageError(
        .badValue(
          source: Option.outputFile.flag, value: path,
          complaint: "its ending names no format; end it in .csv, .xml or .json, or pass --format"),
        of: arguments.path)
    }
    return format
  }
}
