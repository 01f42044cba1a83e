import CGnuTLS
import Glibc

/// A new key and a self-signed certificate, both in PEM, generated with GnuTLS.
struct SelfSigned {
  /// An error of GnuTLS.
  struct Failure: Error {
    /// The message of GnuTLS.
    var message: String
  }

  let certificate: String
  let key: String

  /// Generates a P-256 key, and a certificate for host names and addresses that is valid for ten years.
  init(names: [String]) throws(Failure) {
    var newKey: gnutls_x509_privkey_t?
    try unsafe Self.check(gnutls_x509_privkey_init(&newKey))
    defer { unsafe gnutls_x509_privkey_deinit(newKey) }
    try unsafe Self.check(cupibulk_gnutls_generate_key(newKey))

    var made: gnutls_x509_crt_t?
    try unsafe Self.check(gnutls_x509_crt_init(&made))
    defer { unsafe gnutls_x509_crt_deinit(made) }
    try unsafe Self.check(gnutls_x509_crt_set_version(made, 3))
    // A positive number of 16 bytes (RFC 5280 §4.1.2.2).
    let serial = (0..<16).map { _ in UInt8.random(in: 1...0x7F) }
    try unsafe Self.check(gnutls_x509_crt_set_serial(made, serial, serial.count))
    let now = time(nil)
    // The clocks of two machines may differ by up to a day.
    try unsafe Self.check(gnutls_x509_crt_set_activation_time(made, now - 86_400))
    try unsafe Self.check(gnutls_x509_crt_set_expiration_time(made, now + 3650 * 86_400))
    try unsafe Self.check(gnutls_x509_crt_set_dn(made, "CN=cupibulk sandbox", nil))
    try unsafe Self.check(gnutls_x509_crt_set_key(made, newKey))
    try unsafe Self.check(gnutls_x509_crt_set_basic_constraints(made, 1, 0))
    for name in names { try unsafe Self.add(name, to: made) }
    try unsafe Self.check(gnutls_x509_crt_sign2(made, made, newKey, GNUTLS_DIG_SHA256, 0))

    key = unsafe try Self.text {
      unsafe gnutls_x509_privkey_export2(newKey, GNUTLS_X509_FMT_PEM, $0)
    }
    certificate = unsafe try Self.text {
      unsafe gnutls_x509_crt_export2(made, GNUTLS_X509_FMT_PEM, $0)
    }
  }

  /// Adds a host name or an address as a subject alternative name.
  private static func add(_ name: String, to certificate: gnutls_x509_crt_t?) throws(Failure) {
    var kind = GNUTLS_SAN_IPADDRESS
    // An IPv4 address uses the first 4 of these bytes, an IPv6 address all 16 (`inet_pton`).
    var bytes = [UInt8](repeating: 0, count: 16)
    if unsafe inet_pton(AF_INET, name, &bytes) == 1 {
      bytes.removeLast(12)
    } else if unsafe inet_pton(AF_INET6, name, &bytes) != 1 {
      kind = GNUTLS_SAN_DNSNAME
      bytes = Array(name.utf8)
    }
    try unsafe check(
      gnutls_x509_crt_set_subject_alt_name(
        certificate, kind, bytes, UInt32(bytes.count), UInt32(GNUTLS_FSAN_APPEND)))
  }

  /// Calls an export function, and copies and frees the text that it allocates.
  private static func text(
    _ export: (UnsafeMutablePointer<gnutls_datum_t>) -> Int32
  ) throws(Failure) -> String {
    var datum = unsafe gnutls_datum_t()
    try unsafe check(export(&datum))
    defer { unsafe cupibulk_gnutls_free(datum.data) }
    let bytes = unsafe UnsafeBufferPointer(start: datum.data, count: Int(datum.size))
    return unsafe String(decoding: bytes, as: UTF8.self)
  }

  /// Throws an error for a negative status (`gnutls_strerror`).
  private static func check(_ status: Int32) throws(Failure) {
    guard status < 0 else { return }
    throw Failure(message: unsafe String(cString: gnutls_strerror(status)))
  }
}
