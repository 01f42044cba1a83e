/// The address of a server: scheme, host and port.
///
/// Plain HTTP is allowed only for loopback addresses, because each session sends credentials.
package struct Origin: Sendable, Hashable {
  package enum Scheme: String, Sendable, Hashable {
    case http
    case https

    /// The port of a URL without an explicit port (RFC 9110 §4.2).
    package var defaultPort: UInt16 { self == .http ? 80 : 443 }
  }

  package let scheme: Scheme
  /// The host name or address in lower case; an IPv6 address has no brackets.
  package let host: String
  /// The port; Cisco Unity Connection listens on 443 and 8443.
  package let port: UInt16

  /// Parses a URL such as `https://cuc.example.com:8443`; a path other than `/` is refused.
  ///
  /// - Throws: `OriginError`.
  package init(parsing text: String) throws(OriginError) {
    let shown = text.withoutUserInfo
    guard let schemeEnd = text.firstRange(of: "://") else {
      throw OriginError(.noScheme, in: shown)
    }
    guard let scheme = Scheme(rawValue: text[..<schemeEnd.lowerBound].lowercased()) else {
      throw OriginError(.otherScheme, in: shown)
    }
    let rest = text[schemeEnd.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard !authority.utf8.contains(UInt8(ascii: "@")) else {
      throw OriginError(.credentials, in: shown)
    }
    guard ["", "/"].contains(rest[authority.endIndex...]) else {
      throw OriginError(.path, in: shown)
    }
    guard let (host, portText) = Self.split(authority) else {
      throw OriginError(.badHost, in: shown)
    }
    guard let port = Self.port(portText, scheme: scheme) else {
      throw OriginError(.badPort, in: shown)
    }
    guard scheme == .https || Self.isLoopback(host) else {
      throw OriginError(.plainHTTP, in: shown)
    }
    self.scheme = scheme
    self.host = host
    self.port = port
  }

  /// True for 127.0.0.0/8, ::1 and `localhost`.
  package var isLoopback: Bool { Self.isLoopback(host) }

  /// Host and port for users, such as `127.0.0.1 port 8443`.
  package var hostAndPort: String { "\(host) port \(port)" }
}

extension Origin: CustomStringConvertible {
  /// The URL in its shortest form, without a slash at the end.
  package var description: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return "\(scheme.rawValue)://\(name)" + (port == scheme.defaultPort ? "" : ":\(port)")
  }
}

extension Origin {
  /// Splits `host:port`, `[v6]:port` or `host`; the port is the text after the colon, or `nil`.
  private static func split(_ authority: Substring) -> (host: String, port: Substring?)? {
    if authority.first == "[" {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      let host = authority[authority.index(after: authority.startIndex)..<end].lowercased()
      let rest = authority[authority.index(after: end)...]
      guard IPAddress.isVersion6(host), rest.isEmpty || rest.first == ":" else { return nil }
      return (host, rest.isEmpty ? nil : rest.dropFirst())
    }
    let host = authority.prefix { $0 != ":" }.lowercased()
    let rest = authority[authority.index(authority.startIndex, offsetBy: host.count)...]
    let allowed = host.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-._".utf8.contains(byte)
    }
    guard !host.isEmpty, host.utf8.count <= 253, allowed else { return nil }
    return (host, rest.isEmpty ? nil : rest.dropFirst())
  }

  private static func port(_ text: Substring?, scheme: Scheme) -> UInt16? {
    guard let text, !text.isEmpty else { return scheme.defaultPort }
    guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let port = UInt16(text), port > 0
    else { return nil }
    return port
  }

  private static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || IPAddress.isLoopback(host)
  }
}

extension String {
  /// The text without everything that could be a user name and a password.
  ///
  /// Processes bytes, because an `@` followed by a combining mark is another character.
  fileprivate var withoutUserInfo: String {
    guard let at = utf8.lastIndex(of: UInt8(ascii: "@")) else { return self }
    let tail = String(decoding: utf8[at...], as: UTF8.self)
    let start = utf8.firstRange(of: "://".utf8)?.upperBound ?? startIndex
    guard start <= at else { return "…" + tail }
    return String(decoding: utf8[..<start], as: UTF8.self) + "…" + tail
  }
}
