/// The target of a request: decoded path segments and query parameters.
struct RequestTarget: Equatable {
  /// The path segments without empty ones, so that a trailing slash is ignored.
  var segments: [String] = []
  /// The query parameters; keys are names in lower case.
  var parameters: [String: String] = [:]

  /// Parses a request's target.
  ///
  /// In the query, a space is `%20` or `+` (clients use both); in the path, `+` is a plus sign.
  ///
  /// - Throws: A refusal with status 400 for a target that is not a path, contains a byte that must be escaped
  ///   (RFC 3986 §2, as Tomcat requires), an invalid escape, an escaped control character or invalid UTF-8, or
  ///   repeats a parameter.
  init(_ target: String) throws(RequestRefusal) {
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

  private mutating func add(_ pair: Substring.UTF8View) throws(RequestRefusal) {
    let sides = pair.split(
      separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
    let name = try Self.decoded(sides[0], plusIsSpace: true).lowercased()
    let value = try sides.count == 2 ? Self.decoded(sides[1], plusIsSpace: true) : ""
    guard parameters.updateValue(value, forKey: name) == nil else {
      throw RequestRefusal(
        400, .invalidParameter, "\(printable(name)) is given more than once; give it once")
    }
  }

  /// Resolves percent escapes (RFC 3986 §2.1).
  private static func decoded(
    _ raw: Substring.UTF8View, plusIsSpace: Bool
  ) throws(RequestRefusal) -> String {
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

  /// True for the characters of a path or query (RFC 3986 §3.3, §3.4), and for `%`, which begins an escape.
  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: "-._~!$&'()*+,;=:@/?%".utf8.contains(byte)
    }
  }

  private static func refusal(_ fault: String) -> RequestRefusal {
    RequestRefusal(400, .badRequest, "The request's target \(fault)")
  }
}
