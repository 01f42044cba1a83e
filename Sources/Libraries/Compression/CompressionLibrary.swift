internal import CZlib

/// The library that compresses, as it is loaded.
package enum CompressionLibrary {
  /// The version of zlib (`zlibVersion`).
  package static var version: String? {
    unsafe zlibVersion().map { unsafe String(cString: $0) }
  }
}
