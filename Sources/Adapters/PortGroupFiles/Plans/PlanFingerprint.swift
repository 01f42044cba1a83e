/// What two people compare to know that they mean the same plan: 26 letters of base32, 130 bits of a SHA-256 digest.
package struct PlanFingerprint: Sendable, Hashable, CustomStringConvertible {
  /// Upper-case letters and the digits 2 to 7 (RFC 4648 §6).
  package let text: String

  package static let length = 26
  private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

  /// Reads a typed text, in any case and with blanks at its ends; `nil` if it is not a fingerprint.
  package init?(_ typed: String) {
    let text = String(
      decoding: typed.utf8.filter { $0 != 0x20 && $0 != 0x09 }
        .map { (0x61...0x7A).contains($0) ? $0 - 32 : $0 }, as: UTF8.self)
    guard text.utf8.count == Self.length, text.utf8.allSatisfy(Self.letters.contains) else {
      return nil
    }
    self.text = text
  }

  /// The first 130 bits of a digest.
  package init(digest: [UInt8]) {
    var letters: [UInt8] = []
    var (bits, count) = (0, 0)
    for byte in digest {
      (bits, count) = (bits << 8 | Int(byte), count + 8)
      while count >= 5, letters.count < Self.length {
        letters.append(Self.letters[bits >> (count - 5) & 31])
        count -= 5
      }
      bits &= (1 << count) - 1
    }
    text = String(decoding: letters, as: UTF8.self)
  }

  /// The first letters, for screens.
  package var short: String { String(text.prefix(8)) }

  package var description: String { text }
}
