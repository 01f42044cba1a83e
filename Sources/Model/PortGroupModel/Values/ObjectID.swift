/// The identity that the server gives to an object: a GUID in lower case, such as `42ef5946-c5f2-4556-9897-6a4b6e116dfa`.
///
/// Source: the API page, field `ObjectId`; text form of RFC 9562 §4.
package struct ObjectID: Sendable, Hashable, CustomStringConvertible {
  /// Sixteen digits each; numbers, because there are thousands of ids and numbers need no allocation.
  private let high: UInt64
  private let low: UInt64

  /// 36 characters: hexadecimal digits in groups of 8, 4, 4, 4 and 12 with hyphens between.
  package var text: String {
    unsafe String(unsafeUninitializedCapacity: Self.length) { text in
      var half = high
      for place in 0..<Self.length {
        guard !Self.isHyphen(place) else {
          unsafe text[place] = UInt8(ascii: "-")
          continue
        }
        let digit = UInt8(truncatingIfNeeded: half >> 60)
        unsafe text[place] = digit &+ (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") &- 10)
        half = place == Self.lastOfHigh ? low : half << 4
      }
      return Self.length
    }
  }

  package var description: String { text }

  /// Reads a GUID in either case; `nil` for all other texts, also for a GUID with white space or braces.
  package init?(_ text: some StringProtocol) {
    let text = String(text)
    self.init(utf8: text.utf8.span)
  }

  /// Reads the bytes of a GUID, as `init(_:)` does its text.
  package init?(utf8 text: Span<UInt8>) {
    guard let parsed = Self.parsed(text) else { return nil }
    self = parsed.id
  }

  /// An id that no server gives: of version 8 (RFC 9562 §5.8), with a number of up to 62 bits.
  init(madeUp number: UInt64) {
    self.init(high: 0xD211_0000_0000_8000, low: 0x8000_0000_0000_0000 | number & (1 << 62 - 1))
  }

  private init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Reads the bytes of a GUID in either case; it is canonical if all its letters are lowercase.
  static func parsed(_ text: Span<UInt8>) -> (id: ObjectID, isCanonical: Bool)? {
    guard text.count == length else { return nil }
    var (high, low): (UInt64, UInt64) = (0, 0)
    var isCanonical = true
    for place in text.indices {
      let byte = text[place]
      if isHyphen(place) {
        guard byte == UInt8(ascii: "-") else { return nil }
      } else {
        let digit = byte &- UInt8(ascii: "0")
        let letter = (byte | 0x20) &- UInt8(ascii: "a")
        guard digit <= 9 || letter <= 5 else { return nil }
        if digit > 9, byte & 0x20 == 0 { isCanonical = false }
        high = high << 4 | low >> 60
        low = low << 4 | UInt64(digit <= 9 ? digit : letter + 10)
      }
    }
    return (ObjectID(high: high, low: low), isCanonical)
  }

  private static let length = 36
  /// The place of the sixteenth digit.
  private static let lastOfHigh = 17

  private static func isHyphen(_ place: Int) -> Bool {
    place == 8 || place == 13 || place == 18 || place == 23
  }

  /// Reads a GUID that was broken over lines, for example in a printed page; white space is removed first.
  ///
  /// - Returns: `nil` unless the text is a GUID with added white space, braces around it, missing hyphens, or other dashes
  ///   in place of hyphens.
  package static func repaired(_ text: String) -> ObjectID? {
    var kept = text.withPlainDashes.unicodeScalars.filter { !$0.properties.isWhitespace }
    if kept.first == "{", kept.last == "}" {
      kept = String.UnicodeScalarView(kept.dropFirst().dropLast())
    }
    if kept.count == 32 {
      for place in [8, 13, 18, 23] {
        kept.insert("-", at: kept.index(kept.startIndex, offsetBy: place))
      }
    }
    let repaired = String(kept)
    return repaired.utf8.elementsEqual(text.utf8) ? nil : ObjectID(repaired)
  }
}

extension ObjectID: Comparable {
  /// The order of the texts.
  package static func < (left: ObjectID, right: ObjectID) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}
