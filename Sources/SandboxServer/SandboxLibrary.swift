internal import CMicroHTTPD

/// The library of the sandbox's HTTP server, as it is loaded.
package enum SandboxLibrary {
  /// The version of libmicrohttpd (`MHD_get_version`).
  package static var version: String? {
    unsafe MHD_get_version().map { unsafe String(cString: $0) }
  }
}
