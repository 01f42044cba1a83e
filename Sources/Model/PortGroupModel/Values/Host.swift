import Glibc

/// Host names and addresses: their syntax, and the form in which two of them compare.
package enum Host {
  /// What the server stores where a created server was given no host at all (API page).
  package static let loopback = "127.0.0.1"

  /// What is wrong with a text in the field for an IPv4 address or host name.
  package enum Fault: Error, Sendable, Equatable {
    /// Digits and dots only, yet no IPv4 address.
    case notIPv4
    /// An IPv6 address, which has a field of its own.
    case isIPv6
    /// An IPv4 address in the field for IPv6.
    case isIPv4
    /// Has a colon, yet is no IPv6 address.
    case notIPv6
    /// An address in brackets, as URLs have it.
    case bracketed
    case tooLong
    /// The label that breaks RFC 1123 §2.1: empty, over 63 characters, or with other characters.
    case badLabel(String)
  }

  /// Checks the text of `HostOrIPAddress`: an IPv4 address or a host name.
  package static func check(_ text: String) throws(Fault) {
    if isIPv4(text) { return }
    if text.utf8.contains(UInt8(ascii: "[")) { throw .bracketed }
    if isIPv6(text) { throw .isIPv6 }
    if text.utf8.contains(UInt8(ascii: ":")) { throw .notIPv6 }
    try checkName(text)
  }

  /// Checks the text of `HostOrIPAddressV6`: an IPv6 address or a host name.
  package static func checkV6(_ text: String) throws(Fault) {
    if text.utf8.contains(UInt8(ascii: "[")) { throw .bracketed }
    if isIPv6(text) { return }
    if text.utf8.contains(UInt8(ascii: ":")) { throw .notIPv6 }
    if isIPv4(text) { throw .isIPv4 }
    try checkName(text)
  }

  /// The form in which hosts compare: lower case, no trailing dot, IPv6 as RFC 5952 writes it.
  package static func canonical(_ text: String) -> String {
    if isPlain(text.utf8.span) { return text }
    var host = text.lowercased()
    if host.utf8.contains(UInt8(ascii: ":")) { return canonicalIPv6(host) ?? host }
    if host.utf8.count > 1, host.utf8.last == dot { host.unicodeScalars.removeLast() }
    return host
  }

  /// True for four decimal numbers of 0 to 255 without leading zeros.
  package static func isIPv4(_ text: String) -> Bool { isIPv4(text.utf8.span) }

  /// True for every text form of RFC 4291 §2.2, without a zone.
  package static func isIPv6(_ text: String) -> Bool { addressV6(text) != nil }

  private static func addressV6(_ text: String) -> in6_addr? {
    // Every form has a colon. C would stop reading at a NUL, and take what stands before it for the whole.
    guard text.utf8.contains(UInt8(ascii: ":")), !text.utf8.contains(0) else { return nil }
    var address = in6_addr()
    return unsafe inet_pton(AF_INET6, text, &address) == 1 ? address : nil
  }

  private static func canonicalIPv6(_ text: String) -> String? {
    guard var address = addressV6(text) else { return nil }
    return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) {
      buffer in
      guard
        let start = buffer.baseAddress,
        unsafe inet_ntop(AF_INET6, &address, start, socklen_t(INET6_ADDRSTRLEN)) != nil
      else { return nil }
      return unsafe String(cString: start)
    }
  }

  /// RFC 1123 §2.1 and RFC 1035 §2.3.4: labels of 1 to 63 letters, digits and hyphens, 253 in all.
  private static func checkName(_ text: String) throws(Fault) {
    // Not by Character: a dot and a mark that combines with it are one.
    let name = text.utf8.last == dot ? text.utf8.dropLast() : Substring(text).utf8
    guard name.count <= 253 else { throw .tooLong }
    let labels = name.split(separator: dot, omittingEmptySubsequences: false)
    for bytes in labels {
      guard
        (1...63).contains(bytes.count),
        bytes.allSatisfy({ isLetter($0) || isDigit($0) || $0 == hyphen }),
        bytes.first != hyphen, bytes.last != hyphen
      else { throw .badLabel(String(Substring(bytes))) }
    }
    // A last label of digits alone would make the name read as a broken address.
    if labels.last?.allSatisfy(isDigit) ?? true { throw .notIPv4 }
  }

  /// True for a name or an IPv4 address that is canonical as it stands.
  private static func isPlain(_ text: Span<UInt8>) -> Bool {
    for place in text.indices {
      let byte = text[place]
      let isPlain =
        isDigit(byte) || byte == dot || byte == hyphen
        || (byte >= UInt8(ascii: "a") && isLetter(byte))
      guard isPlain else { return false }
    }
    return text.isEmpty || text[text.count - 1] != dot
  }

  private static let dot = UInt8(ascii: ".")
  private static let hyphen = UInt8(ascii: "-")

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}
