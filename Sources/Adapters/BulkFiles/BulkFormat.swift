/// A format of bulk files; the raw value is its name for users, and the ending of written files.
package enum BulkFormat: String, Sendable, CaseIterable {
  case csv
  case xml
  case json

  /// Everything that distinguishes the format from others.
  var definition: any RecordFormat.Type {
    switch self {
    case .csv: CSVFormat.self
    case .xml: XMLFormat.self
    case .json: JSONFormat.self
    }
  }
}

extension BulkFormat {
  /// The name in messages, such as `CSV`.
  package var title: String { rawValue.uppercased() }

  /// The names of all formats, as `CSV, XML or JSON`.
  package static var anyTitle: String {
    allCases.dropLast().map(\.title).joined(separator: ", ") + " or "
      + (allCases.last?.title ?? "")
  }

  /// Whether a file has a heading line, with the names of all records, and then rows of cells in this order.
  package var isTable: Bool { definition.isTable }

  /// What an empty or blank cell does to its field.
  package var nullRule: NullRule { definition.nullRule }

  /// Whether a file can begin with a comment.
  package var hasLeadingComment: Bool { definition.hasLeadingComment }

  /// Whether a file can contain the text; no format can contain NUL, and XML only its `Char`.
  package func canHold(_ text: String) -> Bool { definition.canHold(text) }
}

extension BulkFormat {
  /// Returns the format for a file name's ending; an ending `.gz` is ignored.
  package init?(fileName: String) {
    var name = fileName.lowercased()
    if name.hasSuffix(".gz") { name.removeLast(3) }
    guard let dot = name.lastIndex(of: "."),
      let found = Self.allCases.first(where: {
        $0.definition.endings.contains(String(name[name.index(after: dot)...]))
      })
    else { return nil }
    self = found
  }

  /// Detects the format from the first bytes, then from the name.
  ///
  /// `<` begins XML, also in UTF-16; `{` and `[` begin JSON. For other bytes the name decides. If it does not, the
  /// file is CSV if its first line is text and has a delimiter.
  init?(bytes: ArraySlice<UInt8>, fileName: String) {
    // NUL bytes are skipped: UTF-16 has one in each ASCII character.
    let first = bytes.lazy.filter { $0 != 0 }.drop {
      $0 <= 0x20 || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF || $0 >= 0xFE
    }.first
    let begun = first.flatMap { byte in
      Self.allCases.first { $0.definition.firstBytes.contains(byte) }
    }
    guard
      let found = begun ?? BulkFormat(fileName: fileName)
        ?? Self.allCases.first(where: { $0.definition.resembles(bytes) })
    else { return nil }
    self = found
  }
}

/// A delimiter between the fields of a CSV row.
package enum Delimiter: UInt8, Sendable, CaseIterable {
  case comma = 0x2C
  case semicolon = 0x3B
  case tab = 0x09
  case pipe = 0x7C

  /// The name in messages and options.
  package var name: String {
    switch self {
    case .comma: "comma"
    case .semicolon: "semicolon"
    case .tab: "tab"
    case .pipe: "pipe"
    }
  }

  /// Parses an option's value: the name, or the character itself.
  package init?(word: String) {
    guard
      let found = Delimiter.allCases.first(where: { $0.name == word.lowercased() })
        ?? word.utf8.first.flatMap(Delimiter.init(rawValue:)),
      found.name == word.lowercased()
        || word.utf8.count == 1
    else { return nil }
    self = found
  }
}

/// The names of the list and its records in XML and JSON files.
package struct RecordShape: Sendable, Equatable {
  package let list: String
  package let record: String

  package init(list: String, record: String) {
    self.list = list
    self.record = record
  }
}
