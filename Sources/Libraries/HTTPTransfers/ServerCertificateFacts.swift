import CGnuTLS
package import FoundationEssentials
import Glibc

/// The contents of an X.509 certificate, and the pin of its key.
package struct ServerCertificateFacts: Sendable, Equatable {
  /// The subject in the format of RFC 4514, such as `CN=cuc.example.com,O=Example`.
  package var subject: String
  /// The issuer in the same format.
  package var issuer: String
  /// The start of its validity.
  package var begin: Date
  /// The end of its validity.
  package var end: Date
  /// The SHA-256 hash of its public key (SubjectPublicKeyInfo) in the format of libcurl: `sha256//…`.
  package var pin: String

  package init(subject: String, issuer: String, begin: Date, end: Date, pin: String) {
    self.subject = subject
    self.issuer = issuer
    self.begin = begin
    self.end = end
    self.pin = pin
  }

  /// Parses the first certificate in a PEM text; `nil` if GnuTLS cannot.
  package init?(pem: String) {
    var made: gnutls_x509_crt_t?
    guard unsafe gnutls_x509_crt_init(&made) >= 0 else { return nil }
    defer { unsafe gnutls_x509_crt_deinit(made) }
    var bytes = Array(pem.utf8)
    let count = UInt32(clamping: bytes.count)
    let status = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
      var datum = unsafe gnutls_datum_t(data: buffer.baseAddress, size: count)
      return unsafe gnutls_x509_crt_import(made, &datum, GNUTLS_X509_FMT_PEM)
    }
    guard status >= 0,
      let subject = unsafe Self.text({ unsafe gnutls_x509_crt_get_dn2(made, $0) }),
      let issuer = unsafe Self.text({ unsafe gnutls_x509_crt_get_issuer_dn2(made, $0) })
    else { return nil }
    var key = [UInt8](repeating: 0, count: 32)
    var size = key.count
    let flags = UInt32(GNUTLS_KEYID_USE_SHA256.rawValue)
    guard unsafe gnutls_x509_crt_get_key_id(made, flags, &key, &size) >= 0, size == key.count
    else { return nil }
    self.subject = subject
    self.issuer = issuer
    begin = Date(timeIntervalSince1970: Double(unsafe gnutls_x509_crt_get_activation_time(made)))
    end = Date(timeIntervalSince1970: Double(unsafe gnutls_x509_crt_get_expiration_time(made)))
    pin = "sha256//" + Data(key).base64EncodedString()
  }

  /// Calls a function that allocates a text, and copies and frees the text; `nil` if the function fails.
  private static func text(_ read: (UnsafeMutablePointer<gnutls_datum_t>) -> Int32) -> String? {
    var datum = unsafe gnutls_datum_t()
    guard unsafe read(&datum) >= 0 else { return nil }
    defer { unsafe cupibulk_gnutls_free(datum.data) }
    let bytes = unsafe UnsafeBufferPointer(start: datum.data, count: Int(datum.size))
    return unsafe String(decoding: bytes, as: UTF8.self)
  }
}
