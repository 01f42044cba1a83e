// Compares and reads texts as bytes, without making strings.

import Bytes
import Glibc

extension Span<UInt8> {
  /// True for a word of lowercase letters, in any case.
  package func spells(_ word: StaticString) -> Bool {
    guard count == word.utf8CodeUnitCount else { return false }
    // The word has the same length; bit 5 distinguishes uppercase letters from lowercase ones.
    for index in indices where unsafe self[index] | 0x20 != word.utf8Start[index] { return false }
    return true
  }

  var isASCII: Bool {
    var all: UInt8 = 0
    for index in indices { all |= self[index] }
    return all < 0x80
  }

  /// True if one of the bytes is this character.
  func has(_ character: Unicode.Scalar) -> Bool {
    let byte = UInt8(ascii: character)
    for index in indices where self[index] == byte { return true }
    return false
  }

  /// True if both have the same bytes.
  package func isEqual(to other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    return unsafe withUnsafeBytes { these in
      // Both have the same length.
      unsafe other.withUnsafeBytes { those in
        guard let left = these.baseAddress, let right = those.baseAddress else { return true }
        return unsafe memcmp(left, right, these.count) == 0
      }
    }
  }
}

extension String {
  /// A string of bytes that are valid UTF-8; up to fifteen bytes need no allocation.
  init(utf8 bytes: Span<UInt8>) {
    // The pointer is used only inside the closure.
    self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// The text of some of the bytes.
  func utf8Part(_ range: Range<Int>) -> String { String(utf8: utf8.span.extracting(range)) }
}

/// A whole number in decimal digits.
struct WholeNumber: Equatable {
  /// Where the digits are in the text, without leading zeros.
  let digits: Range<Int>
  /// The largest `Int` for all numbers of more than 18 digits.
  let value: Int

  /// Reads a text of digits only; `nil` for signs, fractions and anything else.
  @inline(__always)
  init?(_ text: Span<UInt8>) {
    guard !text.isEmpty else { return nil }
    var start = 0
    while start < text.count &- 1, text[start] == UInt8(ascii: "0") { start &+= 1 }
    var number = 0
    var index = start
    while index < text.count {
      let digit = unsafe text[unchecked: index] &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      number = number &* 10 &+ Int(digit)
      index &+= 1
    }
    digits = start..<text.count
    value = text.count - start <= 18 ? number : .max
  }
}
