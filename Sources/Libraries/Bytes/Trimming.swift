// Removes ASCII white space around a value. By bytes: a blank with a combining mark after it is one `Character`.

extension UInt8 {
  /// True for a space, and for the bytes from tab to carriage return.
  @inlinable package var isWhiteSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}

extension Span<UInt8> {
  /// The bytes without white space at both ends.
  @inlinable
  @inline(__always)
  package var trimmedBounds: Range<Int> {
    // Most values have none.
    if count > 0, self[0] > 0x20, self[count - 1] > 0x20 { return 0..<count }
    return searchedBounds
  }

  @usableFromInline
  var searchedBounds: Range<Int> {
    var lower = 0
    var upper = count
    while lower < upper, self[lower].isWhiteSpace { lower += 1 }
    while lower < upper, self[upper - 1].isWhiteSpace { upper -= 1 }
    return lower..<upper
  }

  /// The text without white space at both ends; invalid UTF-8 is repaired.
  package var trimmedText: String {
    unsafe extracting(trimmedBounds).withUnsafeBufferPointer { bytes in
      unsafe String(decoding: bytes, as: UTF8.self)
    }
  }
}

extension StringProtocol {
  /// The text without white space at both ends.
  package var trimmed: String {
    let text = Substring(self)
    let bytes = text.utf8
    guard let first = bytes.first, let last = bytes.last,
      first.isWhiteSpace || last.isWhiteSpace
    else { return String(text) }
    guard let start = bytes.firstIndex(where: { !$0.isWhiteSpace }),
      let end = bytes.lastIndex(where: { !$0.isWhiteSpace })
    else { return "" }
    return String(text[start..<bytes.index(after: end)])
  }
}
