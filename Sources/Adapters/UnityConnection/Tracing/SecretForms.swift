import UnicodeForms
import FoundationEssentials
import Glibc

/// Secrets in every encoding that a server could use, and a function that hides them.
///
/// Processes bytes, because a combining mark and the character before it are one `Character`: a secret that begins
/// with a combining mark, or is followed by one, would not be found.
struct SecretForms: Sendable {
  static let mark = "‹secret›"
  /// The encoded secrets by their first byte, longest first.
  private var forms: [UInt8: [[UInt8]]] = [:]

  init(_ secrets: some Sequence<String> = []) {
    // A set of byte arrays, because strings that differ only in their Unicode normalization are equal.
    for bytes in Set(secrets.flatMap(Self.encodings).map { Array($0.utf8) }) {
      if let first = bytes.first { forms[first, default: []].append(bytes) }
    }
    for first in forms.keys { forms[first]?.sort { $0.count > $1.count } }
  }

  /// The text with the mark in place of each secret; overlapping secrets are removed completely.
  func hide(_ text: String) -> String {
    guard !forms.isEmpty else { return text }
    let bytes = Array(text.utf8)
    var kept: [UInt8] = []
    // The end of the secret that contains the current byte.
    var end = 0
    for (place, byte) in bytes.enumerated() {
      if let length = length(at: place, byte, in: bytes) {
        if place >= end { kept += Array(Self.mark.utf8) }
        end = max(end, place + length)
      }
      if place >= end { kept.append(byte) }
    }
    return String(decoding: kept, as: UTF8.self)
  }

  /// The length of the longest encoded secret that begins at this index, or `nil`.
  private func length(at place: Int, _ byte: UInt8, in bytes: [UInt8]) -> Int? {
    forms[byte]?.first { bytes[place...].starts(with: $0) }?.count
  }

  /// The secret as it is encoded in XML, JSON, URLs, forms and Base64, composed and decomposed.
  private static func encodings(_ secret: String) -> [String] {
    // A fast path for nearly all cookies, which change often: most encodings do not change them.
    if secret.utf8.allSatisfy(\.isUnreserved) { return [secret] + base64(secret) }
    let compositions = [secret, secret.normalized(.composed), secret.normalized(.decomposed)]
    return compositions.flatMap { [$0] + xml($0) + json($0) + url($0) + base64($0) }
  }

  private static func xml(_ secret: String) -> [String] {
    let pairs = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;")]
    let plain = pairs.reduce(secret) { $0.replacingScalars($1.0, with: $1.1) }
    let quotes = ["'", "&#39;", "&apos;", "&#x27;"].map { plain.replacingScalars("'", with: $0) }
    return quotes.flatMap { text in
      [
        text, text.numbered { "&#\($0);" }, text.numbered { "&#x\(String($0, radix: 16));" },
        text.numbered { "&#x\(String($0, radix: 16, uppercase: true));" },
      ]
    }
  }

  private static func json(_ secret: String) -> [String] {
    let pairs = [("\\", "\\\\"), ("\"", "\\\""), ("\t", "\\t")]
    let plain = pairs.reduce(secret) { $0.replacingScalars($1.0, with: $1.1) }
    return [plain, plain.replacingScalars("/", with: "\\/")].flatMap { text in
      [text, text.escapedUnits(uppercase: false), text.escapedUnits(uppercase: true)]
    }
  }

  private static func url(_ secret: String) -> [String] {
    let encoded = [false, true].map { isUpper in
      secret.utf8.map { byte in
        if byte.isUnreserved { return String(Unicode.Scalar(byte)) }
        return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: isUpper)
      }.joined()
    }
    return encoded.flatMap { [$0, $0.replacingScalars("%20", with: "+")] }
  }

  private static func base64(_ secret: String) -> [String] {
    let padded = Data(secret.utf8).base64EncodedString()
    return [padded, String(padded.prefix { $0 != "=" })]
  }
}

extension String {
  /// Same as `replacing`, but by bytes; the searched text must be ASCII.
  fileprivate func replacingScalars(_ ascii: String, with text: String) -> String {
    let (parts, found) = (Array(utf8), Array(ascii.utf8))
    return String(decoding: parts.replacing(found, with: Array(text.utf8)), as: UTF8.self)
  }

  /// The text with a number in place of each non-ASCII scalar.
  fileprivate func numbered(_ write: (UInt32) -> String) -> String {
    unicodeScalars.map { $0.isASCII ? String($0) : write($0.value) }.joined()
  }

  /// The text with `\u` and four digits in place of each non-ASCII UTF-16 code unit.
  fileprivate func escapedUnits(uppercase: Bool) -> String {
    unicodeScalars.map { scalar in
      if scalar.isASCII { return String(scalar) }
      return String(scalar).utf16.map { unit in
        let digits = String(unit, radix: 16, uppercase: uppercase)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }.joined()
    }.joined()
  }
}

extension UInt8 {
  /// True for the unreserved characters of a URL (RFC 3986 §2.3).
  fileprivate var isUnreserved: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
