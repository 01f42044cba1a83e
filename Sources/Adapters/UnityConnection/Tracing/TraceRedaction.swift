import Bytes
import FoundationEssentials
package import HTTPMessages

/// Collects the secrets of exchanges, and replaces them with `‹secret›` in texts.
///
/// Passwords and cookies are collected from header fields, so that they are also hidden if a server echoes them.
/// Fields whose names suggest a secret are always emptied.
package struct TraceRedaction: Sendable {
  /// Parts of the names of fields that contain secrets, in lower case.
  private static let secretNames = [
    "password", "passwd", "pwd", "passphrase", "secret", "token", "cookie", "authorization",
    "credential", "jsessionid",
  ]
  /// The maximum number of cookies, of which the newest are kept: a long run gets new ones every minute.
  private static let cookieLimit = 64
  private var credentials: Set<String> = []
  private var cookies: [String] = []
  private var forms = SecretForms()

  package init() {}

  /// Collects the credentials and cookies of an exchange.
  package mutating func learn(_ request: HTTPRequest, _ response: HTTPResponse?) {
    let before = (credentials, cookies)
    for value in request.headerFields.values(of: "Authorization") { learn(authorization: value) }
    for value in request.headerFields.values(of: "Cookie") {
      for pair in value.split(at: UInt8(ascii: ";")) { learn(cookie: pair) }
    }
    for value in response?.headerFields.values(of: "Set-Cookie") ?? [] {
      if let pair = value.split(at: UInt8(ascii: ";")).first { learn(cookie: pair) }
    }
    guard (credentials, cookies) != before else { return }
    forms = SecretForms(credentials.union(cookies))
  }

  private mutating func learn(authorization value: String) {
    let token = String(decoding: value.utf8.drop { $0 != 0x20 }, as: UTF8.self).trimmed
    credentials.formUnion([value, token])
    guard let pair = Data(base64Encoded: token) else { return }
    let password = pair.drop { $0 != UInt8(ascii: ":") }.dropFirst()
    credentials.formUnion([pair, password].map { String(decoding: $0, as: UTF8.self) })
  }

  private mutating func learn(cookie text: String) {
    guard let value = text.pair.value, !cookies.contains(value) else { return }
    cookies.append(value)
    if cookies.count > Self.cookieLimit { cookies.removeFirst() }
  }

  /// The text without the collected secrets.
  package func hide(_ text: String) -> String { forms.hide(text) }

  /// The text without the collected secrets, and without the values of fields whose names suggest a secret.
  package func clean(_ text: String) -> String { Self.emptied(hide(text)) }

  /// Removes the values of fields whose names suggest a secret.
  ///
  /// A field is an element, an attribute, a member of an object, or a field of a form or header.
  private static func emptied(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var kept: [UInt8] = []
    var index = 0
    while index < bytes.count {
      guard bytes[index].isNamePart else {
        kept.append(bytes[index])
        index += 1
        continue
      }
      let end = bytes[index...].firstIndex { !$0.isNamePart } ?? bytes.count
      let before = index > 0 ? bytes[index - 1] : 0
      kept += bytes[index..<end]
      let name = String(decoding: bytes[index..<end], as: UTF8.self).lowercased()
      index = end
      guard secretNames.contains(where: name.contains),
        let value = SecretValue(after: end, precededBy: before, in: bytes)
      else { continue }
      kept += bytes[end..<value.range.lowerBound]
      if !value.range.isEmpty { kept += Array(SecretForms.mark.utf8) }
      index = value.range.upperBound
    }
    return String(decoding: kept, as: UTF8.self)
  }
}

/// The range of a field's value, for the syntax of XML, JSON, forms and header lines.
private struct SecretValue {
  let range: Range<Int>

  /// Finds the value of a name that ends at `end`; `before` is the byte before the name.
  init?(after end: Int, precededBy before: UInt8, in bytes: [UInt8]) {
    if before == UInt8(ascii: "/") { return nil }
    if before == UInt8(ascii: "<") {
      guard let close = bytes[end...].firstIndex(of: UInt8(ascii: ">")),
        bytes[close - 1] != UInt8(ascii: "/")
      else { return nil }
      let stop = bytes[(close + 1)...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
      range = close + 1..<stop
      return
    }
    let isQuotedName = before == UInt8(ascii: "\"") || before == UInt8(ascii: "'")
    var index = end
    if isQuotedName, index < bytes.count, bytes[index] == before { index += 1 }
    index = bytes[index...].firstIndex { $0 != 0x20 } ?? bytes.count
    guard index < bytes.count, ":=".utf8.contains(bytes[index]) else { return nil }
    index = bytes[(index + 1)...].firstIndex { $0 != 0x20 } ?? bytes.count
    guard index < bytes.count else { return nil }
    if bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "'") {
      range = index + 1..<Self.endOfQuoted(bytes, from: index + 1, by: bytes[index])
    } else {
      let stops = [UInt8](isQuotedName ? ",}\n<".utf8 : "&\r\n<".utf8)
      range = index..<(bytes[index...].firstIndex { stops.contains($0) } ?? bytes.count)
    }
  }

  private static func endOfQuoted(_ bytes: [UInt8], from start: Int, by quote: UInt8) -> Int {
    var index = start
    while index < bytes.count, bytes[index] != quote {
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(index, bytes.count)
  }
}

extension UInt8 {
  fileprivate var isNamePart: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }
}
