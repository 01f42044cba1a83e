// Writes CSV rows: LF, quotes only where they are needed.

/// A CSV text in the making; take the bytes whenever enough have gathered.
package struct CSVText: Sendable {
  private var bytes: [UInt8] = []
  private let delimiter: UInt8

  package init(delimiter: Delimiter = .comma) {
    self.delimiter = delimiter.rawValue
  }

  /// Adds one row.
  ///
  /// A row of one empty field is quoted, for a blank line would be skipped.
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

  /// The bytes written since the last call.
  package mutating func takeBytes() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &bytes)
    return taken
  }

  private func needsQuotes(_ field: String) -> Bool {
    // A field that begins like a byte order mark would lose it at the start of a file.
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
