/// Writes CSV rows, with LF as line end and quotes only where needed.
///
/// The caller calls `takeBytes()` from time to time.
package struct CSVTextWriter: Sendable {
  private var bytes: [UInt8] = []
  private let delimiter: UInt8

  package init(delimiter: Delimiter = .comma) {
    self.delimiter = delimiter.rawValue
  }

  /// Adds one row.
  ///
  /// A row of one empty field is quoted, because a reader skips blank lines.
  package mutating func row(_ fields: [String]) {
    for (index, field) in fields.enumerated() {
      if index > 0 { bytes.append(delimiter) }
      if needsQuotes(field) || fields.count == 1 && field.isEmpty {
        quote(field)
      } else {
        bytes.append(contentsOf: field.utf8)
      }
    }
    bytes.append(0x0A)
  }

  /// Returns the bytes written since the last call.
  package mutating func takeBytes() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &bytes)
    return taken
  }

  private func needsQuotes(_ field: String) -> Bool {
    // Without quotes, a U+FEFF at the start of a file would be read as a byte order mark.
    field.utf8.contains {
      $0 == delimiter || $0 == UInt8(ascii: "\"") || $0 == 0x0A || $0 == 0x0D
    } || field.unicodeScalars.first == "\u{FEFF}"
  }

  private mutating func quote(_ field: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in field.utf8 {
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
