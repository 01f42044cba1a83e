package import BulkFiles
import PortGroupModel
import XMLStreams

/// Writes rejected rows as they were written, in the dialect of their file, for correction and another import.
///
/// Each begins with a `FailureReason`, which an import ignores. It replaces the reason of an earlier import.
package final class RejectsWriter {
  private let output: OutputFile
  private let dialect: FileDialect
  private let encoder: TextEncoder?
  private let xml = XMLTextWriter(indented: false)
  private let hadReasons: Bool
  private var count = 0

  private static let reason = "FailureReason"

  /// Begins the file; `finish()` makes it appear.
  ///
  /// - Throws: `OutputFailure` if nothing can be written there.
  package init(path: String, dialect: FileDialect) throws(OutputFailure) {
    self.dialect = dialect
    output = try OutputFile(path: path)
    let needsEncoding = dialect.format == .csv && dialect.text.encoding != .utf8
    encoder = needsEncoding ? TextEncoder(dialect.text.encoding.name) : nil
    hadReasons = dialect.headings.first?.lowercased() == Self.reason.lowercased()
    switch dialect.format {
    case .csv:
      var headings = dialect.headings
      if !hadReasons { headings.insert(Self.reason, at: 0) }
      headings += Array(repeating: "", count: dialect.text.trailingFields)
      if dialect.text.hasByteOrderMark { try put("\u{FEFF}") }
      try put(line(headings))
    case .xml:
      try put("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<\(serverShape.list)>\n")
    case .json: try put("{\"\(serverShape.record)\":[")
    }
  }

  /// Adds a record.
  ///
  /// - Parameters:
  ///   - raw: the record as `RowReader.raw` returns it.
  ///   - reason: all errors of the record.
  /// - Throws: `OutputFailure` if writing fails.
  package func write(_ raw: String, reason: String) throws(OutputFailure) {
    switch dialect.format {
    case .csv: try put(csv(raw, reason))
    case .xml: try put("  " + markup(raw, reason) + "\n")
    case .json: try put((count == 0 ? "\n" : ",\n") + object(raw, reason))
    }
    count += 1
  }

  /// Ends the text and makes the file appear.
  package func finish() throws(OutputFailure) {
    switch dialect.format {
    case .csv: break
    case .xml: try put("</\(serverShape.list)>\n")
    case .json: try put("\n]}\n")
    }
    try output.finish()
  }

  private func put(_ text: String) throws(OutputFailure) {
    let bytes = Array(text.utf8)
    try output.write(encoder?.encode(bytes) ?? bytes)
  }

  // MARK: CSV

  private var delimiter: Delimiter { dialect.text.delimiter ?? .comma }

  /// Returns a row with the file's line end.
  private func line(_ fields: [String]) -> String {
    var text = CSVTextWriter(delimiter: delimiter)
    text.row(fields)
    return String(decoding: text.takeBytes().dropLast(), as: UTF8.self)
      + dialect.text.lineEnd.rawValue
  }

  private func csv(_ raw: String, _ reason: String) -> String {
    let lead = line([reason, ""]).utf8.dropLast(dialect.text.lineEnd.rawValue.utf8.count)
    return String(decoding: lead, as: UTF8.self) + (hadReasons ? withoutFirstField(raw) : raw)
      + dialect.text.lineEnd.rawValue
  }

  private func withoutFirstField(_ raw: String) -> String {
    var isQuoted = false
    for index in raw.utf8.indices {
      let byte = raw.utf8[index]
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == delimiter.rawValue, !isQuoted {
        return String(raw.utf8[raw.utf8.index(after: index)...]) ?? raw
      }
    }
    return ""
  }

  // MARK: XML and JSON

  private func markup(_ raw: String, _ reason: String) -> String {
    let open = "<\(serverShape.record)>"
    let printable = String(
      String.UnicodeScalarView(
        reason.unicodeScalars.map { $0.value < 0x20 || $0.value >= 0xFFFE ? " " : $0 }))
    // The remaining characters are allowed in XML.
    try? xml.element(Self.reason, printable)
    let element = String(decoding: xml.takeBytes(), as: UTF8.self)
    guard let rest = raw.dropping(prefix: open) else {
      return "\(open)\(element)</\(serverShape.record)>"
    }
    return open + element + withoutReason(rest)
  }

  private func withoutReason(_ raw: Substring) -> Substring {
    if let rest = raw.dropping(prefix: "<\(Self.reason)/>") { return rest }
    // The text holds no markup, so the next `<` begins the end tag.
    guard let text = raw.dropping(prefix: "<\(Self.reason)>"), let end = text.cut(at: "<"),
      let rest = end.after.dropping(prefix: "/\(Self.reason)>")
    else { return raw }
    return rest
  }

  private func object(_ raw: String, _ reason: String) -> String {
    var layout = RecordEncoder(
      format: .json,
      layout: RecordLayout(columns: [Self.reason], shape: serverShape, emptyWord: emptyWord),
      total: nil, lines: true)
    // JSON allows any text.
    try? layout.add([.text(reason)])
    let lead = String(decoding: layout.takeBytes().dropLast(2), as: UTF8.self)
    guard raw.utf8.starts(with: "{\"".utf8), let members = raw.dropping(prefix: "{") else {
      return lead + "}"
    }
    guard let text = members.dropping(prefix: "\"\(Self.reason)\":\"") else {
      return lead + "," + members
    }
    // The earlier reason ends at the first quote that is not escaped.
    var isEscaped = false
    for index in text.utf8.indices {
      let byte = text.utf8[index]
      if byte == UInt8(ascii: "\""), !isEscaped {
        return lead + (String(text.utf8[text.utf8.index(after: index)...]) ?? "}")
      }
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
    }
    return lead + "}"
  }
}
