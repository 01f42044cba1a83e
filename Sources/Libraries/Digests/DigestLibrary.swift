internal import CGnuTLS

/// The library of digests, keys and certificates, as it is loaded.
package enum DigestLibrary {
  /// The version of GnuTLS (`gnutls_check_version`).
  package static var version: String? {
    unsafe gnutls_check_version(nil).map { unsafe String(cString: $0) }
  }
}
