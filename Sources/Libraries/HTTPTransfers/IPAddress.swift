import Glibc

/// Functions for IP addresses in text form.
enum IPAddress {
  /// True for 127.0.0.0/8 in four-part form, and for ::1 in any notation.
  static func isLoopback(_ text: String) -> Bool {
    if let bytes = bytes(text, family: AF_INET, count: 4) { return bytes.first == 127 }
    return bytes(text, family: AF_INET6, count: 16) == [UInt8](repeating: 0, count: 15) + [1]
  }

  /// True for an IPv6 address without a zone.
  static func isVersion6(_ text: String) -> Bool {
    bytes(text, family: AF_INET6, count: 16) != nil
  }

  /// The address in network byte order, or `nil` if the text is not an address (`inet_pton`).
  private static func bytes(_ text: String, family: Int32, count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    let status = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe inet_pton(family, text, buffer.baseAddress)
    }
    return status == 1 ? bytes : nil
  }
}
