/// Writes rejected rows of a CSV file in the dialect of the file; the first column is the reason.
struct CSVRejectsText: RejectsText {
  private let layout: RejectsLayout
  private let hadReasons: Bool

  init(_ layout: RejectsLayout) {
    self.layout = layout
    hadReasons = layout.headings.first?.lowercased() == layout.reasonField.lowercased()
  }

  var encoding: TextEncoding { layout.dialect.encoding }

  var head: String {
    var headings = layout.headings
    if !hadReasons { headings.insert(layout.reasonField, at: 0) }
    headings += Array(repeating: "", count: layout.dialect.trailingFields)
    return (layout.dialect.hasByteOrderMark ? "\u{FEFF}" : "") + text(headings) + lineEnd
  }

  var end: String { "" }

  func record(_ raw: String, reason: String) -> String {
    text([reason, ""]) + (hadReasons ? withoutFirstField(raw) : raw) + lineEnd
  }

  private var delimiter: Delimiter { layout.dialect.delimiter ?? .comma }
  private var lineEnd: String { layout.dialect.lineEnd.rawValue }

  /// Returns a row without a line end.
  private func text(_ fields: [String]) -> String {
    var writer = CSVTextWriter(delimiter: delimiter)
    writer.row(fields)
    return String(decoding: writer.takeBytes().dropLast(), as: UTF8.self)
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
}
