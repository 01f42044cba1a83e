/// The format JSON: the API's list, one object, an array of objects, or an object on each line (JSON Lines).
enum JSONFormat: RecordFormat {
  static let endings = ["json", "jsonl", "ndjson"]
  static let firstBytes = [UInt8(ascii: "{"), UInt8(ascii: "[")]
  static let isTable = false
  static let nullRule = NullRule.emptyEmpties

  static func reader(
    _ source: ByteSource, _ options: ReaderOptions
  ) throws(InputFault) -> any RecordParsing {
    try JSONRecords(
      source, encoding: options.encoding, shape: options.shape, limits: options.limits)
  }

  static func documentCheck(
    _ source: ByteSource, encoding: TextEncoding?, limits: RecordLimits
  ) throws(InputFault) -> (any DocumentCheck)? {
    try source.decodeJSON(from: encoding)
    return JSONDocumentCheck(fileName: source.name, limits: limits)
  }

  static func text(
    _ layout: RecordLayout, total: Int?, lines: Bool, comment: String
  ) -> any RecordText { lines ? JSONLinesText(layout) : JSONRecordText(layout, total: total) }

  static func rejects(_ layout: RejectsLayout) -> any RejectsText { JSONRejectsText(layout) }
}
