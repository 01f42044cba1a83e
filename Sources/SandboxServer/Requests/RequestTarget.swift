// The path and query of a request, taken apart and decoded.

/// Where a request goes: decoded path segments and query parameters.
struct RequestTarget: Equatable {
  /// Without empty segments, so that a trailing slash makes no difference.
  var segments: [String] = []
  /// Parameters by name in lower case.
  var parameters: [String: String] = [:]

  /// Takes a request's target apart.
  ///
  /// In the query a space may come as `%20` or `+` (both occur in clients); in the path `+` is itself.
  ///
  /// - Throws: 400 for a target that is no path, holds a byte that must be escaped (RFC 3986 §2, as Tomcat demands
  ///   it), a broken escape, an escaped control character, or broken UTF-8, or names a parameter twice.
  init(_ target: String) throws(Refusal) {
    guard target.utf8.first == UInt8(ascii: "/") else {
      throw Self.refusal("must begin with a slash")
    }
    guard target.utf8.allSatisfy(Self.isAllowed) else {
      throw Self.refusal("holds a character that must be written as % and two hexadecimal digits")
    }
    let parts = target.utf8.split(
      separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
    for raw in parts[0].split(separator: UInt8(ascii: "/")) {
      segments.append(try Self.decoded(raw, plusIsSpace: false))
    }
    guard parts.count == 2 else { return }
    for pair in parts[1].split(separator: UInt8(ascii: "&")) { try add(pair) }
  }

  private mutating func add(_ pair: Substring.UTF8View) throws(Refusal) {
    let sides = pair.split(
      separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
    let name = try Self.decoded(sides[0], plusIsSpace: true).lowercased()
    let value = try sides.count == 2 ? Self.decoded(sides[1], plusIsSpace: true) : ""
    guard parameters.updateValue(value, forKey: name) == nil else {
      throw Refusal(
        400, .invalidParameter, "\(printable(name)) is given more than once; give it once")
    }
  }

  /// Resolves percent escapes (RFC 3986 §2.1).
  private static func decoded(
    _ raw: Substring.UTF8View, plusIsSpace: Bool
  ) throws(Refusal) -> String {
    var bytes: [UInt8] = []
    var rest = raw
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst().flatMap(hexValue),
          let low = rest.popFirst().flatMap(hexValue)
        else { throw refusal("holds a broken escape; write % and two hexadecimal digits") }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
      default: bytes.append(byte)
      }
    }
    guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw refusal("holds an escaped control character")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw refusal("holds escapes that are not UTF-8")
    }
    return text
  }

  private static func hexValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// True for the characters of a path and a query (RFC 3986 §3.3, §3.4), and the `%` of an escape.
  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: "-._~!$&'()*+,;=:@/?%".utf8.contains(byte)
    }
  }

  private static func refusal(_ fault: String) -> Refusal {
    Refusal(400, .badRequest, "The request's target \(fault)")
  }
}
