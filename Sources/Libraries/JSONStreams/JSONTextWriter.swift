/// Writes JSON text piece by piece, compact or indented by two spaces.
///
/// It writes the commas, colons and line ends. The caller must write a key before each value of an object,
/// and calls `takeBytes()` from time to time.
package struct JSONTextWriter: Sendable {
  private var bytes: [UInt8] = []
  private let isIndented: Bool
  /// The open containers, outermost first: whether each already has a member.
  private var open: [Bool] = []
  private var isAfterKey = false

  /// - Parameter indented: whether each member has its own line, indented by two spaces a level; otherwise the text
  ///   has no white space.
  package init(indented: Bool = false) {
    self.isIndented = indented
  }

  /// Opens an object.
  package mutating func beginObject() { begin(UInt8(ascii: "{")) }
  /// Closes the innermost object.
  package mutating func endObject() { end(UInt8(ascii: "}")) }
  /// Opens an array.
  package mutating func beginArray() { begin(UInt8(ascii: "[")) }
  /// Closes the innermost array.
  package mutating func endArray() { end(UInt8(ascii: "]")) }

  /// Writes a key; the caller writes its value next.
  package mutating func key(_ key: String) {
    separate()
    quote(key)
    bytes.append(UInt8(ascii: ":"))
    if isIndented { bytes.append(UInt8(ascii: " ")) }
    isAfterKey = true
  }

  /// Writes a string, escaped.
  package mutating func string(_ text: String) {
    separate()
    quote(text)
  }

  /// Writes a number given as text in the form of RFC 8259 §6.
  package mutating func number(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
  }

  /// Writes an integer.
  package mutating func number(_ value: Int) { number(String(value)) }
  /// Writes `true` or `false`.
  package mutating func null() { number("null") }

  package mutating func bool(_ value: Bool) { number(value ? "true" : "false") }

  /// Ends the line after an outermost value, so that several values make JSON Lines.
  package mutating func endLine() { bytes.append(0x0A) }

  /// Returns the bytes written since the last call.
  package mutating func takeBytes() -> [UInt8] {
    var taken: [UInt8] = []
    swap(&taken, &bytes)
    return taken
  }

  private mutating func begin(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    open.append(false)
  }

  private mutating func end(_ bracket: UInt8) {
    let hadMembers = open.popLast() ?? false
    if hadMembers { startLine() }
    bytes.append(bracket)
  }

  /// Writes what must precede the next key or value.
  private mutating func separate() {
    if isAfterKey {
      isAfterKey = false
      return
    }
    guard let hasMember = open.last else { return }
    if hasMember { bytes.append(UInt8(ascii: ",")) }
    open[open.count - 1] = true
    startLine()
  }

  private mutating func startLine() {
    guard isIndented else { return }
    bytes.append(0x0A)
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: open.count * 2))
  }

  private mutating func quote(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0x08: bytes.append(contentsOf: "\\b".utf8)
      case 0x09: bytes.append(contentsOf: "\\t".utf8)
      case 0x0A: bytes.append(contentsOf: "\\n".utf8)
      case 0x0C: bytes.append(contentsOf: "\\f".utf8)
      case 0x0D: bytes.append(contentsOf: "\\r".utf8)
      case 0..<0x20:
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(hexadecimalDigits[Int(byte >> 4)])
        bytes.append(hexadecimalDigits[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

private let hexadecimalDigits = Array("0123456789abcdef".utf8)
