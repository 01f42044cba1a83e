internal import CGnuTLS

/// A SHA-256 digest (FIPS 180-4) to which bytes are added; with GnuTLS.
@safe package struct SHA256: ~Copyable {
  /// The length of a digest in bytes.
  package static let length = 32

  private let handle: gnutls_hash_hd_t?

  /// Begins a digest (`gnutls_hash_init`).
  package init() {
    var made: gnutls_hash_hd_t?
    let status = unsafe gnutls_hash_init(&made, GNUTLS_DIG_SHA256)
    precondition(status >= 0, "GnuTLS has no memory left")
    unsafe handle = made
  }

  deinit { unsafe gnutls_hash_deinit(handle, nil) }

  /// Adds bytes (`gnutls_hash`).
  package mutating func update(_ bytes: Span<UInt8>) {
    guard !bytes.isEmpty else { return }
    let status = unsafe bytes.withUnsafeBytes {
      unsafe gnutls_hash(handle, $0.baseAddress, $0.count)
    }
    precondition(status >= 0, "GnuTLS cannot add to a digest")
  }

  /// Returns the digest of the bytes added so far (`gnutls_hash_output`), and begins the next one.
  package mutating func finish() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Self.length)
    unsafe digest.withUnsafeMutableBytes { unsafe gnutls_hash_output(handle, $0.baseAddress) }
    return digest
  }

  /// The digest of bytes.
  package static func digest(of bytes: [UInt8]) -> [UInt8] {
    var digest = SHA256()
    digest.update(bytes.span)
    return digest.finish()
  }
}

extension Sequence<UInt8> {
  /// Two lower-case hexadecimal digits for each byte.
  package var hexadecimal: String {
    var text: [UInt8] = []
    for byte in self {
      for digit in [byte >> 4, byte & 15] { text.append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
