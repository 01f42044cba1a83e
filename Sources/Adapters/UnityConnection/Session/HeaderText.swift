// The values of header fields, taken apart byte by byte.
//
// Never by characters: a semicolon and a combining mark behind it are one character, and no semicolon.

import Bytes

extension StringProtocol {
  /// The parts between the separators, which are ASCII; empty ones too.
  func split(at separator: UInt8) -> [String] {
    utf8.split(separator: separator, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  /// What stands before the first `=` and behind it, without blanks; no value where there is no `=`.
  var pair: (key: String, value: String?) {
    guard let equals = utf8.firstIndex(of: UInt8(ascii: "=")) else { return (trimmed, nil) }
    let key = String(decoding: utf8[..<equals], as: UTF8.self)
    let value = String(decoding: utf8[utf8.index(after: equals)...], as: UTF8.self)
    return (key.trimmed, value.trimmed)
  }
}
