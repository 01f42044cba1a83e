// Field values and server lists as compact text, the form in which the ledger keeps them.

internal import PortGroupModel

/// Turns values into text and back: one line a field, `Name=text`, or `Name` alone for an empty one.
///
/// Names are the API's. In a text, a backslash stands before `\` and before `n` for a line end, and
/// before `s` for the separator of servers. Absent fields are left out.
enum FieldText {
  private static let newline = UInt8(ascii: "\n")
  private static let equals = UInt8(ascii: "=")
  private static let backslash = UInt8(ascii: "\\")
  /// Stands between two servers of a list.
  private static let separator: UInt8 = 0x1E

  static func encode(_ values: FieldValues) -> String {
    var bytes: [UInt8] = []
    append(values, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  static func decode(_ text: String) -> FieldValues {
    decode(text.utf8[...])
  }

  /// The fields of every server; their object ids are among them.
  static func encode(_ servers: [PortGroupServer]) -> String {
    var bytes: [UInt8] = []
    for server in servers {
      append(server.fields, to: &bytes)
      bytes.append(separator)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  static func decodeServers(_ text: String) -> [PortGroupServer] {
    text.utf8.split(separator: separator).compactMap { part in
      let fields = decode(part)
      return fields[.objectID].text.flatMap { ObjectID($0) }
        .map { PortGroupServer(objectID: $0, fields: fields) }
    }
  }

  private static func append(_ values: FieldValues, to bytes: inout [UInt8]) {
    for field in values.present {
      if let last = bytes.last, last != separator { bytes.append(newline) }
      bytes += names[field.rawValue].utf8
      guard case .text(let text) = values[field] else { continue }
      bytes.append(equals)
      for byte in text.utf8 {
        switch byte {
        case newline: bytes += [backslash, UInt8(ascii: "n")]
        case separator: bytes += [backslash, UInt8(ascii: "s")]
        case backslash: bytes += [backslash, backslash]
        default: bytes.append(byte)
        }
      }
    }
  }

  private static func decode(_ text: Substring.UTF8View) -> FieldValues {
    var values = FieldValues()
    for line in text.split(separator: newline) {
      let name = line.prefix { $0 != equals }
      guard let field = names.first(where: { name.elementsEqual($0.utf8) })?.field else { continue }
      values[field] =
        name.endIndex == line.endIndex
        ? .empty : FieldValue(text: unescaped(line[line.index(after: name.endIndex)...]))
    }
    return values
  }

  private static func unescaped(_ text: Substring.UTF8View) -> String {
    guard text.contains(backslash) else { return String(Substring(text)) }
    var bytes: [UInt8] = []
    var isEscaped = false
    for byte in text {
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
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The fields' names as bytes, indexed by `Field.rawValue`; a walk of eleven beats hashing.
  private static let names = Field.allCases.map { (field: $0, utf8: Array($0.name.utf8)) }
}
