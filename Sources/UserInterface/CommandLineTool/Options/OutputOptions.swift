import BulkFiles

/// The options of commands that write a file of servers.
enum OutputOptions {
  /// The format of `--format`, otherwise of the file's name; CSV for standard output.
  ///
  /// - Throws: `UsageError` for a name that shows no format, because a guess could write the wrong
  ///   file.
  static func format(
    _ arguments: ParsedArguments, path: String
  ) throws(UsageError) -> BulkFormat {
    if let format: BulkFormat = arguments.givenChoice(.outputFormat) { return format }
    if path == "-" { return .csv }
    guard let format = BulkFormat(fileName: path) else {
      let endings = Wording.list(BulkFormat.allCases.map { ".\($0.rawValue)" }, joinedBy: "or")
      throw UsageError(
        .badValue(
          source: Option.outputFile.flag, value: path,
          complaint: "its ending names no format; end it in \(endings), or pass --format"),
        of: arguments.path)
    }
    return format
  }
}
