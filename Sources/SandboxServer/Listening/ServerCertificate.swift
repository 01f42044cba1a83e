// The certificate that a sandbox shows, and its key.

/// A certificate and its private key, both in PEM.
package struct ServerCertificate: Sendable {
  /// Where the certificate stands, for messages.
  package let path: String
  let certificate: String
  /// The private key: never shown.
  let key: String
}
