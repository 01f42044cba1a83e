import CLibXML

/// The library that reads and writes XML, as it is loaded.
package enum XMLLibrary {
  /// The version of libxml2, such as `2.9.14` (`xmlParserVersion`); `nil` if it is not understood.
  package static var version: String? {
    guard let pointer = unsafe cupibulk_libxml_version() else { return nil }
    return version(ofNumber: unsafe String(cString: pointer))
  }

  /// The version that libxml2 writes as one number: `20914`, or `20914-GITv2.9.14`.
  static func version(ofNumber text: String) -> String? {
    let digits = text.utf8.prefix { (0x30...0x39).contains($0) }
    guard let number = Int(String(decoding: digits, as: UTF8.self)), number >= 10_000 else {
      return nil
    }
    return "\(number / 10_000).\(number / 100 % 100).\(number % 100)"
  }
}
