// The formats of bulk files and how they are detected, delimiters, and the names of list and record.

/// A format of bulk files.
package enum BulkFormat: String, Sendable, CaseIterable {
  case csv
  case xml
  case json

  /// Returns the format for a file name's ending; an ending `.gz` is ignored.
  package init?(fileName: String) {
    var name = fileName.lowercased()
    if name.hasSuffix(".gz") { name.removeLast(3) }
    guard let dot = name.lastIndex(of: ".") else { return nil }
    switch name[name.index(after: dot)...] {
    case "csv", "tsv", "txt": self = .csv
    case "xml": self = .xml
    case "json", "jsonl", "ndjson": self = .json
    default: return nil
    }
  }

  /// Detects the format from the first bytes, then from the name.
  ///
  /// `<` begins XML, also in UTF-16; `{` and `[` begin JSON. For other bytes the name decides. If it does not, the
  /// file is CSV if its first line is text and holds a delimiter.
  init?(bytes: ArraySlice<UInt8>, fileName: String) {
    // NUL bytes are skipped: UTF-16 has one in each ASCII character.
    let first = bytes.lazy.filter { $0 != 0 }.drop {
      $0 <= 0x20 || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF || $0 >= 0xFE
    }.first
    switch first {
    case UInt8(ascii: "<"): self = .xml
    case UInt8(ascii: "{"), UInt8(ascii: "["): self = .json
    default:
      if let named = BulkFormat(fileName: fileName) {
        self = named
      } else {
        let isWide = TextEncoding.detected(in: bytes) != .utf8
        let line = bytes.filter { $0 != 0 || !isWide }.prefix { $0 != 0x0A && $0 != 0x0D }
        guard line.contains(where: { Delimiter(rawValue: $0) != nil }),
          !line.contains(where: { $0 < 0x20 && $0 != 0x09 })
        else { return nil }
        self = .csv
      }
    }
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
