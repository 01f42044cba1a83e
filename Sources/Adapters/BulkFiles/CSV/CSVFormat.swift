/// The format CSV (RFC 4180) with any of the delimiters: a heading line, and a row for each record.
enum CSVFormat: RecordFormat {
  static let endings = ["csv", "tsv", "txt"]
  static let firstBytes: [UInt8] = []
  static let isTable = true
  static let nullRule = NullRule.blankLeaves

  /// True if the first line is text and has a delimiter.
  static func resembles(_ head: ArraySlice<UInt8>) -> Bool {
    let isWide = TextEncoding.detected(in: head) != .utf8
    let line = head.filter { $0 != 0 || !isWide }.prefix { $0 != 0x0A && $0 != 0x0D }
    return line.contains { Delimiter(rawValue: $0) != nil }
      && !line.contains { $0 < 0x20 && $0 != 0x09 }
  }

  static func reader(
    _ source: ByteSource, _ options: ReaderOptions
  ) throws(InputFault) -> any RecordParsing {
    try CSVRecords(
      source, delimiter: options.delimiter, encoding: options.encoding, comment: options.comment,
      limits: options.limits, dropsEmptyHeadings: options.dropsEmptyHeadings)
  }

  static func text(
    _ layout: RecordLayout, total: Int?, lines: Bool, comment: String
  ) -> any RecordText { CSVRecordText(layout) }

  static func rejects(_ layout: RejectsLayout) -> any RejectsText { CSVRejectsText(layout) }
}
