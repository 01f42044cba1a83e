// Writes JSON text piece by piece: correct escapes, compact or indented by two spaces.

/// A writer of JSON; take the bytes whenever enough have gathered.
///
/// It puts commas, colons and line ends; that keys and values alternate is the caller's duty.
package struct JSONTextWriter: Sendable {
  private var bytes: [UInt8] = []
  private let isIndented: Bool
  /// The open containers, outermost first: whether each has a member already.
  private var open: [Bool] = []
  private var isAfterKey = false

  /// - Parameter indented: two spaces a level and a line a member; else no white space at all.
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

  /// Writes a key; its value follows.
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

  /// Writes a number that is already text, by RFC 8259 §6.
  package mutating func number(_ text: String) {
    separate()
    bytes.append(contentsOf: text.utf8)
  }

  /// Writes a whole number.
  package mutating func number(_ value: Int) { number(String(value)) }
  /// Writes `true` or `false`.
  package mutating func bool(_ value: Bool) { number(value ? "true" : "false") }
  /// Writes `null`.
  package mutating func null() { number("null") }

  /// Ends the line behind an outermost value, so that many values make JSON Lines.
  package mutating func endLine() { bytes.append(0x0A) }

  /// The bytes written since the last call.
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

  /// Puts what must stand before the next key or value.
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
