internal import CSQLite

/// The library that keeps databases, as it is loaded.
package enum SQLLibrary {
  /// The version of SQLite (`sqlite3_libversion`).
  package static var version: String? {
    unsafe sqlite3_libversion().map { unsafe String(cString: $0) }
  }
}
