// Cookies as a session of one server needs them.

import HTTPMessages

/// The session cookies of one server, all of which go with every request under `/vmrest/`.
///
/// Source: RFC 6265 §5.2 as far as one server of one application needs it; reference CUPI.md §3.2.
struct CookieJar: Sendable, Equatable {
  private var cookies: [(name: String, value: String)] = []

  init() {}

  var isEmpty: Bool { cookies.isEmpty }

  /// The value of a `Cookie` field.
  var header: String { cookies.map { "\($0.name)=\($0.value)" }.joined(separator: "; ") }

  subscript(name: String) -> String? { cookies.first { $0.name == name }?.value }

  /// Takes over what an answer sets, and drops what it lets expire.
  ///
  /// - Returns: The names that it let expire. One may be set anew in the same answer, in either
  ///   order.
  @discardableResult
  mutating func take(_ fields: HeaderFields, now: Int) -> [String] {
    let given = fields.values(of: "Set-Cookie").compactMap(SetCookie.init)
    let expired = given.filter { $0.hasExpired(now: now) }.map(\.name)
    cookies.removeAll { expired.contains($0.name) }
    for cookie in given where !cookie.hasExpired(now: now) {
      cookies.removeAll { $0.name == cookie.name }
      cookies.append((cookie.name, cookie.value))
    }
    return expired
  }

  static func == (left: CookieJar, right: CookieJar) -> Bool { left.header == right.header }
}

/// One `Set-Cookie` field.
struct SetCookie {
  let name: String
  let value: String
  private var maxAge: Int?
  private var expires: Int?

  init?(_ field: String) {
    let parts = field.split(separator: ";").map(\.trimmed)
    guard let pair = parts.first, let equals = pair.firstIndex(of: "="), equals > pair.startIndex
    else { return nil }
    name = pair[..<equals].trimmed
    value = pair[pair.index(after: equals)...].trimmed
    for attribute in parts.dropFirst() {
      let key = attribute.prefix { $0 != "=" }.trimmed.lowercased()
      let text = attribute.dropFirst(key.count + 1).trimmed
      if key == "max-age" { maxAge = Int(text) }
      if key == "expires" { expires = HTTPDate.seconds(text) }
    }
  }

  /// Max-Age has precedence over Expires (RFC 6265 §4.1.2.2).
  func hasExpired(now: Int) -> Bool {
    if let maxAge { return maxAge <= 0 }
    return expires.map { $0 <= now } ?? false
  }
}

extension StringProtocol {
  /// The text without blanks around it.
  var trimmed: String {
    let isBlank = { (character: Character) in character == " " || character == "\t" }
    let start = drop(while: isBlank)
    guard let end = start.lastIndex(where: { !isBlank($0) }) else { return "" }
    return String(start[...end])
  }
}
