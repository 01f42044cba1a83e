// The lexical rules of JSON: strings with escapes and UTF-8, and the grammar of numbers.

/// Reads one string after its opening quote.
struct StringScan {
  enum Result {
    case complete
    case incomplete
    /// The error is at `cursor`.
    case invalid(String, hint: String)
  }

  var cursor = 0
  var sawNonASCII = false

  /// Appends the string's bytes to `output`, escapes resolved, and sets `cursor` after the closing quote.
  mutating func read(
    _ bytes: UnsafeRawBufferPointer, from start: Int, into output: inout JSONBatch
  ) -> Result {
    cursor = start
    while true {
      let plainStart = cursor
      unsafe skipPlain(bytes)
      if cursor > plainStart {
        let plain = unsafe bytes[plainStart..<cursor]
        if sawNonASCII, let bad = unsafe firstInvalid(plain) {
          // The rest of a scalar may be in the next chunk.
          if cursor == bytes.count, bytes.count - bad < 4 { return .incomplete }
          cursor = bad
          return .invalid("bytes that are not valid UTF-8", hint: "save the text as UTF-8")
        }
        unsafe output.append(UnsafeRawBufferPointer(rebasing: plain))
      }
      guard cursor < bytes.count else { return .incomplete }
      switch unsafe bytes[cursor] {
      case UInt8(ascii: "\""):
        cursor += 1
        return .complete
      case UInt8(ascii: "\\"):
        if let result = unsafe escape(bytes, into: &output) { return result }
      case 0x0A, 0x0D:
        return .invalid(
          "there is a line break within a string", hint: "join the lines, or write \\n for it")
      default:
        return .invalid("there is a control character within a string", hint: "write it as \\u00XX")
      }
    }
  }

  /// Advances `cursor` to the next quote, backslash or control character.
  private mutating func skipPlain(_ bytes: UnsafeRawBufferPointer) {
    var cursor = self.cursor
    var high: UInt64 = 0
    // Eight bytes at a time: the usual bit tests for "some byte is less than" and "some byte equals".
    let ones: UInt64 = 0x0101_0101_0101_0101
    let tops: UInt64 = 0x8080_8080_8080_8080
    while cursor + 8 <= bytes.count {
      let word = unsafe bytes.loadUnaligned(fromByteOffset: cursor, as: UInt64.self)
      let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
      let slashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
      let stop =
        ((word &- (ones &* 0x20)) & ~word) | ((quotes &- ones) & ~quotes)
        | ((slashes &- ones) & ~slashes)
      if stop & tops != 0 { break }
      high |= word
      cursor += 8
    }
    while cursor < bytes.count {
      let byte = unsafe bytes[cursor]
      if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
      high |= UInt64(byte)
      cursor += 1
    }
    if high & tops != 0 { sawNonASCII = true }
    self.cursor = cursor
  }

  /// Resolves the escape at `cursor`; returns `nil` if the string continues.
  private mutating func escape(
    _ bytes: UnsafeRawBufferPointer, into output: inout JSONBatch
  ) -> Result? {
    guard cursor + 1 < bytes.count else { return .incomplete }
    let letter = unsafe bytes[cursor + 1]
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(letter)
    case UInt8(ascii: "b"): output.append(0x08)
    case UInt8(ascii: "f"): output.append(0x0C)
    case UInt8(ascii: "n"): output.append(0x0A)
    case UInt8(ascii: "r"): output.append(0x0D)
    case UInt8(ascii: "t"): output.append(0x09)
    case UInt8(ascii: "u"): return unsafe unicodeEscape(bytes, into: &output)
    default:
      return .invalid(
        "a backslash before this character means nothing in JSON",
        hint: "write \\\\ for a backslash")
    }
    cursor += 2
    return nil
  }

  /// Resolves `\uXXXX`, or two of them that form a surrogate pair.
  private mutating func unicodeEscape(
    _ bytes: UnsafeRawBufferPointer, into output: inout JSONBatch
  ) -> Result? {
    let noDigits = Result.invalid(
      "\\u is followed by four hexadecimal digits", hint: "write \\\\ for a backslash")
    // An error is reported without waiting for more bytes.
    guard unsafe couldBe("\\uXXXX", bytes, at: cursor) else { return noDigits }
    guard cursor + 6 <= bytes.count else { return .incomplete }
    guard let first = unsafe hexadecimal(bytes, at: cursor + 2) else { return noDigits }
    var value = first
    var length = 6
    if 0xD800...0xDBFF ~= first {
      let noPair = Result.invalid(
        "the second half of a surrogate pair is missing",
        hint: "write the character itself, or both halves")
      guard unsafe couldBe("\\uXXXX", bytes, at: cursor + 6) else { return noPair }
      guard cursor + 12 <= bytes.count else { return .incomplete }
      guard let second = unsafe hexadecimal(bytes, at: cursor + 8), 0xDC00...0xDFFF ~= second
      else { return noPair }
      value = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
      length = 12
    }
    guard let scalar = Unicode.Scalar(value) else {
      return .invalid(
        "the first half of a surrogate pair is missing",
        hint: "write the character itself, or both halves")
    }
    for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { output.append(byte) }
    cursor += length
    return nil
  }
}

/// Returns whether the available bytes from `start` match `shape`, where `X` is a hexadecimal digit.
private func couldBe(_ shape: StaticString, _ bytes: UnsafeRawBufferPointer, at start: Int) -> Bool
{
  unsafe zip(
    UnsafeBufferPointer(start: shape.utf8Start, count: shape.utf8CodeUnitCount), bytes[start...]
  )
  .allSatisfy { wanted, byte in
    guard wanted == UInt8(ascii: "X") else { return wanted == byte }
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      return true
    default: return false
    }
  }
}

private func hexadecimal(_ bytes: UnsafeRawBufferPointer, at start: Int) -> UInt32? {
  var value: UInt32 = 0
  for index in start..<start + 4 {
    let byte = unsafe bytes[index]
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte & 15)
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
      value = value << 4 | (UInt32(byte & 15) + 9)
    default: return nil
    }
  }
  return value
}

/// Returns the index of the first byte that is not valid UTF-8.
private func firstInvalid(_ bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
  var index = unsafe bytes.startIndex
  while unsafe index < bytes.endIndex {
    let byte = unsafe bytes[index]
    if byte < 0x80 {
      index += 1
      continue
    }
    let length: Int
    var lowest: UInt8 = 0x80
    var highest: UInt8 = 0xBF
    switch byte {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, lowest) = (3, 0xA0)
    case 0xED: (length, highest) = (3, 0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, lowest) = (4, 0x90)
    case 0xF1...0xF3: length = 4
    case 0xF4: (length, highest) = (4, 0x8F)
    default: return index
    }
    guard unsafe index + length <= bytes.endIndex,
      unsafe (lowest...highest).contains(bytes[index + 1])
    else { return index }
    for next in index + 2..<max(index + length, index + 2) where unsafe bytes[next] & 0xC0 != 0x80 {
      return index
    }
    index += length
  }
  return nil
}

/// Returns the length in bytes of the scalar that begins with this byte; 1 if no scalar begins with it.
func scalarLength(_ byte: UInt8) -> Int {
  switch byte {
  case 0xC2...0xDF: 2
  case 0xE0...0xEF: 3
  case 0xF0...0xF4: 4
  default: 1
  }
}

/// Returns whether a byte is part of a number or word; all letters are, so that an error can show the whole word.
func isScalarByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
    UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "+"),
    UInt8(ascii: "."), UInt8(ascii: "_"):
    true
  default: false
  }
}

/// Returns whether the text is a number (RFC 8259 §6).
func isNumber(_ text: Slice<UnsafeRawBufferPointer>) -> Bool {
  var rest = unsafe text
  func digits() -> Int {
    let before = unsafe rest.count
    unsafe rest = rest.drop { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    return unsafe before - rest.count
  }
  if unsafe rest.first == UInt8(ascii: "-") { unsafe rest = rest.dropFirst() }
  let startsWithZero = unsafe rest.first == UInt8(ascii: "0")
  let whole = digits()
  guard whole > 0, whole == 1 || !startsWithZero else { return false }
  if unsafe rest.first == UInt8(ascii: ".") {
    unsafe rest = rest.dropFirst()
    guard digits() > 0 else { return false }
  }
  if let letter = unsafe rest.first, letter == UInt8(ascii: "e") || letter == UInt8(ascii: "E") {
    unsafe rest = rest.dropFirst()
    if let sign = unsafe rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
      unsafe rest = rest.dropFirst()
    }
    guard digits() > 0 else { return false }
  }
  return unsafe rest.isEmpty
}
