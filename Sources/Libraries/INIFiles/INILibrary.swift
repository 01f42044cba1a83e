/// The library that reads INI files, as it is loaded.
package enum INILibrary {
  /// Always `nil`: inih has neither a function nor a macro with its version.
  package static var version: String? { nil }
}
