internal import PortGroupModel
internal import SQLStores

/// Converts values to text and back: one line for each field, `Name=text`, or `Name` alone for an empty field.
///
/// Names are those of the API. In a text, `\\` represents a backslash, `\n` a line end, and `\s` the
/// separator of servers. Absent fields are left out. The text is bytes of UTF-8, and is processed
/// without strings.
enum FieldText {
  fileprivate static var newline: UInt8 { UInt8(ascii: "\n") }
  private static var equals: UInt8 { UInt8(ascii: "=") }
  fileprivate static var backslash: UInt8 { UInt8(ascii: "\\") }
  /// The byte between two servers of a list.
  fileprivate static var separator: UInt8 { 0x1E }

  static func encode(_ values: FieldValues) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256)
    append(values, to: &bytes)
    return bytes
  }

  /// The fields of every server, including the object ids.
  static func encode(_ servers: [PortGroupServer]) -> [UInt8] {
    var bytes: [UInt8] = []
    for server in servers {
      append(server.fields, to: &bytes)
      bytes.append(separator)
    }
    return bytes
  }

  static func decode(_ text: Span<UInt8>) -> FieldValues {
    var values = FieldValues(capacity: text.count)
    var start = 0
    var place = 0
    while start < text.count {
      let end = text.firstIndex(of: newline, from: start) ?? text.count
      decode(line: text.extracting(start..<end), near: &place, into: &values)
      start = end + 1
    }
    return values
  }

  static func decodeServers(_ text: Span<UInt8>) -> [PortGroupServer] {
    var servers: [PortGroupServer] = []
    var start = 0
    while start < text.count {
      let end = text.firstIndex(of: separator, from: start) ?? text.count
      let fields = decode(text.extracting(start..<end))
      if let id = fields.objectID {
        servers.append(PortGroupServer(objectID: id, fields: fields))
      }
      start = end + 1
    }
    return servers
  }

  private static func append(_ values: FieldValues, to bytes: inout [UInt8]) {
    for (field, name) in names {
      values.withUTF8(of: field) { text in
        guard let text else { return }
        if let last = bytes.last, last != separator { bytes.append(newline) }
        bytes += name
        guard !text.isEmpty else { return }
        bytes.append(equals)
        append(escaped: text, to: &bytes)
      }
    }
  }

  private static func append(escaped text: Span<UInt8>, to bytes: inout [UInt8]) {
    guard text.holdsSpecial else {
      return unsafe text.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    }
    for index in text.indices {
      switch text[index] {
      case newline: bytes += [backslash, UInt8(ascii: "n")]
      case separator: bytes += [backslash, UInt8(ascii: "s")]
      case backslash: bytes += [backslash, backslash]
      case let byte: bytes.append(byte)
      }
    }
  }

  /// An unknown name is ignored.
  ///
  /// Names come in table order, so the search starts at `place`, the position of the previous line's
  /// field.
  private static func decode(
    line: Span<UInt8>, near place: inout Int, into values: inout FieldValues
  ) {
    let nameEnd = line.firstIndex(of: equals, from: 0) ?? line.count
    let name = line.extracting(..<nameEnd)
    var found = place
    while !name.holds(names[found].utf8) {
      found = (found + 1) % names.count
      if found == place { return }
    }
    place = found
    let field = names[found].field
    let text = line.extracting(min(nameEnd + 1, line.count)...)
    if text.firstIndex(of: backslash, from: 0) == nil {
      values.set(field, utf8: text)
    } else {
      values.set(field, utf8: unescaped(text).span)
    }
  }

  private static func unescaped(_ text: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var isEscaped = false
    for index in text.indices {
      let byte = text[index]
      if isEscaped {
        bytes.append(
          byte == UInt8(ascii: "n") ? newline : byte == UInt8(ascii: "s") ? separator : byte)
        isEscaped = false
      } else if byte == backslash {
        isEscaped = true
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }

  /// The fields' names as bytes, in table order; a linear search in eleven names is faster than hashing.
  private static let names = Field.allCases.map { (field: $0, utf8: Array($0.name.utf8)) }
}

extension ColumnReader {
  /// The field values of the next column; none for NULL.
  mutating func fields() -> FieldValues { withUTF8 { FieldText.decode($0) } }

  mutating func optionalFields() -> FieldValues? {
    guard !isNull else {
      skip()
      return nil
    }
    return fields()
  }

  /// The servers of the next column; `nil` for NULL.
  mutating func optionalServers() -> [PortGroupServer]? {
    guard !isNull else {
      skip()
      return nil
    }
    return withUTF8 { FieldText.decodeServers($0) }
  }
}

extension Span<UInt8> {
  fileprivate func firstIndex(of byte: UInt8, from start: Int) -> Int? {
    var index = start
    while index < count {
      if self[index] == byte { return index }
      index += 1
    }
    return nil
  }

  fileprivate func holds(_ bytes: [UInt8]) -> Bool {
    guard count == bytes.count else { return false }
    for index in indices where self[index] != bytes[index] { return false }
    return true
  }

  /// True if a byte must be escaped.
  fileprivate var holdsSpecial: Bool {
    for index in indices {
      switch self[index] {
      case FieldText.newline, FieldText.separator, FieldText.backslash: return true
      default: continue
      }
    }
    return false
  }
}
