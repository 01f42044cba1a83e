/// A line that is typed key by key, with Enter, Backspace, Ctrl-U, Ctrl-C and Ctrl-D.
struct TypedLine {
  enum End {
    case entered
    case interrupted
  }

  private var bytes: [UInt8] = []
  private(set) var end: End?

  /// The typed text; empty if it was cancelled.
  var text: String { end == .interrupted ? "" : String(decoding: bytes, as: UTF8.self) }

  mutating func press(_ key: UInt8) {
    switch key {
    case 0x03: end = .interrupted
    case 0x04, 0x0A, 0x0D: end = .entered
    case 0x15: bytes = []
    case 0x08, 0x7F:
      // A character may have several bytes, which are removed together.
      while let last = bytes.popLast(), last & 0xC0 == 0x80 {}
    default: if bytes.count < 4096 { bytes.append(key) }
    }
  }
}
