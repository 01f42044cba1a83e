// Looks at values as bytes, where strings would be made only to be looked at.

import Bytes
import Glibc

extension Span<UInt8> {
  /// True for a word of small letters, in any case.
  fileprivate func spells(_ word: StaticString) -> Bool {
    guard count == word.utf8CodeUnitCount else { return false }
    // The word is as long; a bit tells capital letters from small ones.
    for index in indices where unsafe self[index] | 0x20 != word.utf8Start[index] { return false }
    return true
  }

  var isASCII: Bool {
    var all: UInt8 = 0
    for index in indices { all |= self[index] }
    return all < 0x80
  }

  /// True where both hold the same bytes.
  package func isEqual(to other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    return unsafe withUnsafeBytes { these in
      // Both are as long.
      unsafe other.withUnsafeBytes { those in
        guard let left = these.baseAddress, let right = those.baseAddress else { return true }
        return unsafe memcmp(left, right, these.count) == 0
      }
    }
  }
}

extension UInt8 {

  fileprivate var isDigit: Bool { self &- UInt8(ascii: "0") <= 9 }
}

extension String {
  /// A string of bytes that are valid UTF-8; up to fifteen of them need no memory of their own.
  init(plain bytes: Span<UInt8>) {
    // The pointer is used only while the span stands.
    self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }
}

extension Operation {
  /// Reads the word in any case.
  init?(plain bytes: Span<UInt8>) {
    // In the order in which files mostly have them.
    if bytes.spells("upsert") {
      self = .upsert
    } else if bytes.spells("update") {
      self = .update
    } else if bytes.spells("create") {
      self = .create
    } else if bytes.spells("delete") {
      self = .delete
    } else {
      return nil
    }
  }
}

extension ObjectID {
  /// True for a GUID in lower case.
  static func isPlain(_ bytes: Span<UInt8>) -> Bool {
    guard bytes.count == length else { return false }
    for place in bytes.indices {
      let byte = bytes[place]
      let isRight =
        isHyphen(place)
        ? byte == UInt8(ascii: "-") : byte.isDigit || byte &- UInt8(ascii: "a") <= 5
      guard isRight else { return false }
    }
    return true
  }
}

extension Host {
  /// True for four decimal numbers of 0 to 255 without leading zeros.
  static func isIPv4(_ bytes: Span<UInt8>) -> Bool {
    guard (7...15).contains(bytes.count) else { return false }
    var dots = 0
    var digits = 0
    var value = 0
    var index = 0
    while index < bytes.count {
      let byte = unsafe bytes[unchecked: index]
      index &+= 1
      let digit = byte &- UInt8(ascii: "0")
      if digit <= 9 {
        guard digits == 0 || value > 0 else { return false }
        digits &+= 1
        value = value &* 10 &+ Int(digit)
        guard value <= 255 else { return false }
      } else {
        guard byte == UInt8(ascii: "."), digits > 0, dots < 3 else { return false }
        dots &+= 1
        digits = 0
        value = 0
      }
    }
    return dots == 3 && digits > 0
  }

  /// True for an address that `inet_pton` reads.
  static func isIPv6(_ bytes: Span<UInt8>) -> Bool {
    var text = InlineArray<46, UInt8>(repeating: 0)
    guard bytes.count < text.count else { return false }
    for index in bytes.indices {
      // C would take a NUL for the end.
      guard bytes[index] != 0 else { return false }
      text[index] = bytes[index]
    }
    var address = in6_addr()
    return unsafe text.span.withUnsafeBytes { text in
      // A NUL stands behind the bytes.
      guard let start = unsafe text.baseAddress?.assumingMemoryBound(to: CChar.self) else {
        return false
      }
      return unsafe inet_pton(AF_INET6, start, &address) == 1
    }
  }

  /// True for a host name of RFC 1123 §2.1 without a dot at its end.
  static func isName(_ bytes: Span<UInt8>) -> Bool {
    guard (1...253).contains(bytes.count) else { return false }
    var start = 0
    var isNumber = true
    var index = 0
    while index < bytes.count {
      let byte = unsafe bytes[unchecked: index]
      if (byte | 0x20) &- UInt8(ascii: "a") <= 25 {
        isNumber = false
      } else if byte == UInt8(ascii: ".") {
        guard isLabel(bytes, start, index) else { return false }
        start = index &+ 1
        isNumber = true
      } else if byte == UInt8(ascii: "-") {
        isNumber = false
      } else if byte &- UInt8(ascii: "0") > 9 {
        return false
      }
      index &+= 1
    }
    return isLabel(bytes, start, index) && !isNumber
  }

  /// True if a label that holds nothing but letters, digits and hyphens may stand as it is.
  private static func isLabel(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    (1...63).contains(end - start) && bytes[start] != UInt8(ascii: "-")
      && bytes[end - 1] != UInt8(ascii: "-")
  }
}

extension Span<UInt8> {
  /// True if a dot is among the bytes.
  var hasDot: Bool {
    for index in indices where self[index] == UInt8(ascii: ".") { return true }
    return false
  }
}
