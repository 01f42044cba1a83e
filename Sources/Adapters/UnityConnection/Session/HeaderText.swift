// Splits the values of header fields. Processes bytes, because a semicolon and a combining mark after it are one
// character, which is not equal to a semicolon.

import Bytes

extension StringProtocol {
  /// The parts between the ASCII separators, including empty parts.
  func split(at separator: UInt8) -> [String] {
    utf8.split(separator: separator, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  /// The texts before and after the first `=`, without white space around them; without `=`, the value is `nil`.
  var pair: (key: String, value: String?) {
    guard let equals = utf8.firstIndex(of: UInt8(ascii: "=")) else { return (trimmed, nil) }
    let key = String(decoding: utf8[..<equals], as: UTF8.self)
    let value = String(decoding: utf8[utf8.index(after: equals)...], as: UTF8.self)
    return (key.trimmed, value.trimmed)
  }
}
