import XMLStreams

/// The format XML: a list with an element for each record, or a single record.
enum XMLFormat: RecordFormat {
  static let endings = ["xml"]
  static let firstBytes = [UInt8(ascii: "<")]
  static let isTable = false
  static let nullRule = NullRule.blankEmpties
  static let hasLeadingComment = true

  /// True if all characters are the `Char` of XML 1.0.
  static func canHold(_ text: String) -> Bool {
    do throws(XMLWriterError) {
      try checkXMLText(text)
      return true
    } catch {
      return false
    }
  }

  static func reader(
    _ source: ByteSource, _ options: ReaderOptions
  ) throws(InputFault) -> any RecordParsing {
    try XMLRecords(
      source, encoding: options.encoding, schema: options.schema, shape: options.shape,
      limits: options.limits)
  }

  static func documentCheck(
    _ source: ByteSource, encoding: TextEncoding?, limits: RecordLimits
  ) throws(InputFault) -> (any DocumentCheck)? {
    if let encoding, !encoding.isKnown { throw InputFault(.file(.encodingUnknown(encoding.name))) }
    return XMLDocumentCheck(encoding: encoding, limits: limits)
  }

  static func text(
    _ layout: RecordLayout, total: Int?, lines: Bool, comment: String
  ) -> any RecordText { XMLRecordText(layout, total: total, comment: comment) }

  static func rejects(_ layout: RejectsLayout) -> any RejectsText { XMLRejectsText(layout) }
}
