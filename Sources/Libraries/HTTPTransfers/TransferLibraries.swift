internal import CCurl

/// The versions of the libraries that carry requests, as they are loaded.
package enum TransferLibraries {
  /// The version of libcurl (`curl_version_info`).
  package static var curl: String? {
    guard let facts = unsafe cupibulk_curl_version() else { return nil }
    return unsafe facts.pointee.version.map { unsafe String(cString: $0) }
  }

  /// The TLS library of libcurl with its version, such as `OpenSSL/3.0.17`; `nil` if it has none.
  package static var tls: String? {
    guard let facts = unsafe cupibulk_curl_version() else { return nil }
    return unsafe facts.pointee.ssl_version.map { unsafe String(cString: $0) }
  }
}
