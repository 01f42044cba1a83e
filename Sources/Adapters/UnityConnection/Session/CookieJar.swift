import Bytes
import HTTPMessages

/// The session cookies of one server; all of them are sent with every request under `/vmrest/`.
///
/// Source: the parts of RFC 6265 §5.2 that one server with one application requires; reference CUPI.md §3.2.
struct CookieJar: Sendable, Equatable {
  /// The maximum size of a `Cookie` field in bytes; Tomcat accepts 8 KiB for the whole header of a request.
  static let limit = 6 << 10
  private var cookies: [(name: String, value: String)] = []

  init() {}

  var isEmpty: Bool { cookies.isEmpty }

  /// The value of a `Cookie` field.
  var header: String { cookies.map { "\($0.name)=\($0.value)" }.joined(separator: "; ") }

  subscript(name: String) -> String? { cookies.first { $0.name == name }?.value }

  /// Stores the cookies that a response sets, and removes those that it expires and those that cannot be sent.
  ///
  /// - Returns: The names of expired cookies. The same response may also set them again, before or after.
  @discardableResult
  mutating func take(_ fields: HeaderFields, now: Int) -> [String] {
    let given = fields.values(of: "Set-Cookie").compactMap(SetCookie.init)
    let expired = given.filter { $0.hasExpired(now: now) }.map(\.name)
    cookies.removeAll { expired.contains($0.name) }
    for cookie in given where !cookie.hasExpired(now: now) {
      cookies.removeAll { $0.name == cookie.name }
      cookies.append((cookie.name, cookie.value))
      if !cookie.isSendable || header.utf8.count > Self.limit { cookies.removeLast() }
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
    let parts = field.split(at: UInt8(ascii: ";")).map(\.trimmed).filter { !$0.isEmpty }
    guard let pair = parts.first?.pair, let value = pair.value, !pair.key.isEmpty else {
      return nil
    }
    name = pair.key
    self.value = value
    for attribute in parts.dropFirst().map(\.pair) {
      let key = attribute.key.lowercased()
      if key == "max-age" { maxAge = attribute.value.flatMap { Int($0) } }
      if key == "expires" { expires = attribute.value.flatMap(HTTPDate.seconds) }
    }
  }

  /// True if the pair can be sent in a request's header: printable ASCII, the most that RFC 6265 §4.1.1 allows.
  var isSendable: Bool { (name + value).utf8.allSatisfy { (0x20...0x7E).contains($0) } }

  /// True if the cookie has expired; `Max-Age` takes precedence over `Expires` (RFC 6265 §4.1.2.2).
  func hasExpired(now: Int) -> Bool {
    if let maxAge { return maxAge <= 0 }
    return expires.map { $0 <= now } ?? false
  }
}
