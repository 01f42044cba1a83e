internal import CUnistring

/// The library of Unicode's normalization forms, as it is loaded.
package enum UnicodeLibrary {
  /// The version of libunistring, such as `1.0` (`_libunistring_version`).
  package static var version: String? { version(ofNumber: Int(cupibulk_unistring_version())) }

  /// The version that libunistring keeps as one number: `0x010000`, or `0x000910` with a third part.
  static func version(ofNumber number: Int) -> String? {
    guard number > 0 else { return nil }
    let patch = number & 0xFF
    return "\(number >> 16).\(number >> 8 & 0xFF)" + (patch == 0 ? "" : ".\(patch)")
  }
}
