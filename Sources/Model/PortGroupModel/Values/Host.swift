import Glibc

/// Host names and addresses: their syntax, and the form in which two of them are compared.
package enum Host {
  /// What the server stores for a created server without a host (API page).
  package static let loopback = "127.0.0.1"

  /// The kind of address that a field accepts in addition to host names.
  package enum Family: Sendable {
    case v4
    case v6
  }

  /// What is wrong with a text in a host field.
  package enum Fault: Sendable, Equatable {
    /// Only digits and dots, but not an IPv4 address.
    case notIPv4
    /// An IPv6 address in the field for IPv4.
    case isIPv6
    /// An IPv4 address in the field for IPv6.
    case isIPv4
    /// Has a colon, but is not an IPv6 address.
    case notIPv6
    /// An address in brackets, as in URLs.
    case bracketed
    case tooLong
    /// Where the label is that breaks RFC 1123 §2.1: empty, over 63 characters, or with other characters.
    case badLabel(Range<Int>)
  }

  /// Checks the text of a host field: an address of the family or a host name; `nil` if it is correct.
  package static func fault(in text: Span<UInt8>, for family: Family) -> Fault? {
    switch family {
    case .v4: if isIPv4(text) { return nil }
    case .v6: if isIPv6(text) { return nil }
    }
    guard let fault = nameFault(text) else { return nil }
    return addressFault(text) ?? fault
  }

  /// What is wrong with a text that is not an address of its field's family, if it looks like an address.
  private static func addressFault(_ text: Span<UInt8>) -> Fault? {
    if text.has("[") { return .bracketed }
    if isIPv6(text) { return .isIPv6 }
    if text.has(":") { return .notIPv6 }
    return isIPv4(text) ? .isIPv4 : nil
  }

  /// The form in which hosts are compared: lower case, no trailing dot, IPv6 as RFC 5952 writes it.
  package static func canonical(_ text: String) -> String {
    if isCanonical(text.utf8.span) { return text }
    var host = text.lowercased()
    if host.utf8.contains(UInt8(ascii: ":")) { return canonicalIPv6(host) ?? host }
    if host.utf8.count > 1, host.utf8.last == dot { host.unicodeScalars.removeLast() }
    return host
  }

  /// True for a name or an IPv4 address that is already canonical.
  private static func isCanonical(_ text: Span<UInt8>) -> Bool {
    for place in text.indices {
      let byte = text[place]
      let isCanonical =
        isDigit(byte) || byte == dot || byte == hyphen
        || (byte >= UInt8(ascii: "a") && isLetter(byte))
      guard isCanonical else { return false }
    }
    return text.isEmpty || text[text.count - 1] != dot
  }

  private static func canonicalIPv6(_ text: String) -> String? {
    guard var address = addressV6(text.utf8.span) else { return nil }
    return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) {
      buffer in
      guard
        let start = buffer.baseAddress,
        unsafe inet_ntop(AF_INET6, &address, start, socklen_t(INET6_ADDRSTRLEN)) != nil
      else { return nil }
      return unsafe String(cString: start)
    }
  }

  fileprivate static let dot = UInt8(ascii: ".")
  fileprivate static let hyphen = UInt8(ascii: "-")

  @inline(__always)
  fileprivate static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }

  @inline(__always)
  fileprivate static func isLetter(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- UInt8(ascii: "a") <= 25
  }
}

// MARK: - Addresses

extension Host {
  /// True for four decimal numbers of 0 to 255 without leading zeros.
  package static func isIPv4(_ text: String) -> Bool { isIPv4(text.utf8.span) }

  /// True for every text form of RFC 4291 §2.2, without a zone.
  package static func isIPv6(_ text: String) -> Bool { isIPv6(text.utf8.span) }

  static func isIPv4(_ text: Span<UInt8>) -> Bool {
    guard (7...15).contains(text.count) else { return false }
    var dots = 0
    var digits = 0
    var value = 0
    var index = 0
    while index < text.count {
      let byte = unsafe text[unchecked: index]
      index &+= 1
      let digit = byte &- UInt8(ascii: "0")
      if digit <= 9 {
        guard digits == 0 || value > 0 else { return false }
        digits &+= 1
        value = value &* 10 &+ Int(digit)
        guard value <= 255 else { return false }
      } else {
        guard byte == dot, digits > 0, dots < 3 else { return false }
        dots &+= 1
        digits = 0
        value = 0
      }
    }
    return dots == 3 && digits > 0
  }

  static func isIPv6(_ text: Span<UInt8>) -> Bool { addressV6(text) != nil }

  private static func addressV6(_ text: Span<UInt8>) -> in6_addr? {
    var copy = InlineArray<46, UInt8>(repeating: 0)
    guard text.count < copy.count else { return nil }
    for index in text.indices {
      // C would read a NUL as the end.
      guard text[index] != 0 else { return nil }
      copy[index] = text[index]
    }
    var address = in6_addr()
    let isRead = unsafe copy.span.withUnsafeBytes { copy in
      // A NUL follows the bytes.
      guard let start = unsafe copy.baseAddress?.assumingMemoryBound(to: CChar.self) else {
        return false
      }
      return unsafe inet_pton(AF_INET6, start, &address) == 1
    }
    return isRead ? address : nil
  }
}

// MARK: - Names

extension Host {
  /// RFC 1123 §2.1 and RFC 1035 §2.3.4: labels of 1 to 63 letters, digits and hyphens, 253 in all.
  private static func nameFault(_ text: Span<UInt8>) -> Fault? {
    let count = text.count > 0 && text[text.count - 1] == dot ? text.count - 1 : text.count
    guard count <= 253 else { return .tooLong }
    var start = 0
    var isNumber = true
    var index = 0
    while index < count {
      let byte = unsafe text[unchecked: index]
      if isLetter(byte) || byte == hyphen {
        isNumber = false
      } else if byte == dot {
        guard isLabel(text, start, index) else { return .badLabel(start..<index) }
        start = index &+ 1
        isNumber = true
      } else if !isDigit(byte) {
        return .badLabel(start..<endOfLabel(text, index, count))
      }
      index &+= 1
    }
    guard isLabel(text, start, count) else { return .badLabel(start..<count) }
    // A name whose last label has only digits would look like an invalid address.
    return isNumber ? .notIPv4 : nil
  }

  /// True if a label that has only letters, digits and hyphens is correct.
  private static func isLabel(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    (1...63).contains(end - start) && text[start] != hyphen && text[end - 1] != hyphen
  }

  private static func endOfLabel(_ text: Span<UInt8>, _ start: Int, _ count: Int) -> Int {
    var end = start
    while end < count, text[end] != dot { end += 1 }
    return end
  }
}
