// The path and query of a request, taken apart and decoded.

/// Where a request goes: decoded path segments and query parameters.
struct RequestTarget: Equatable {
  /// Without empty segments, so that a trailing slash makes no difference.
  var segments: [String]
  /// Parameters by name in lower case; the last of a name counts.
  var parameters: [String: String]

  /// Takes a request's target apart; `nil` if an escape is broken or decodes to broken UTF-8.
  ///
  /// In the query a space may come as `%20` or `+` (both occur in clients); in the path `+` is itself.
  init?(_ target: String) {
    let parts = target.utf8.split(
      separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
    segments = []
    parameters = [:]
    for raw in parts[0].split(separator: UInt8(ascii: "/")) {
      guard let segment = Self.decoded(raw, plusIsSpace: false) else { return nil }
      segments.append(segment)
    }
    guard parts.count == 2 else { return }
    for pair in parts[1].split(separator: UInt8(ascii: "&")) {
      let sides = pair.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decoded(sides[0], plusIsSpace: true),
        let value = Self.decoded(sides.count == 2 ? sides[1] : ""[...].utf8, plusIsSpace: true)
      else { return nil }
      parameters[name.lowercased()] = value
    }
  }

  /// Resolves percent escapes (RFC 3986 §2.1).
  private static func decoded(_ raw: Substring.UTF8View, plusIsSpace: Bool) -> String? {
    var bytes: [UInt8] = []
    var rest = raw
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst().flatMap(hexValue),
          let low = rest.popFirst().flatMap(hexValue)
        else { return nil }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func hexValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
