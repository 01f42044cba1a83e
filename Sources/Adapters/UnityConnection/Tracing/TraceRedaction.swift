// Takes secrets out of what a trace shows; does no I/O.

import Bytes
import FoundationEssentials
package import HTTPMessages

/// Knows the secrets of the exchanges that it has seen, and puts `‹secret›` in their place.
///
/// Passwords and cookies come from the header fields that carry them, so that a server that echoes
/// them gives nothing away. Fields whose names speak of a secret are emptied whoever filled them.
package struct TraceRedaction: Sendable {
  private static let speaking = [
    "password", "passwd", "pwd", "passphrase", "secret", "token", "cookie", "authorization",
    "credential", "jsessionid",
  ]
  /// So many cookies are remembered, the newest: a long run gets new ones every minute.
  private static let cookieLimit = 64
  private var credentials: Set<String> = []
  private var cookies: [String] = []
  private var forms = SecretForms()

  package init() {}

  /// Remembers the credentials and cookies of an exchange.
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

  /// The text without the secrets that were learned.
  package func hide(_ text: String) -> String { forms.hide(text) }

  /// The text without secrets, and without what stands under a name that speaks of one.
  package func clean(_ text: String) -> String { Self.emptied(hide(text)) }

  /// Empties what stands under a name that speaks of a secret: an element, an attribute, a member
  /// of an object, a field of a form or a header.
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
      guard speaking.contains(where: name.contains),
        let value = SecretValue(behind: end, named: before, in: bytes)
      else { continue }
      kept += bytes[end..<value.range.lowerBound]
      if !value.range.isEmpty { kept += Array(SecretForms.mark.utf8) }
      index = value.range.upperBound
    }
    return String(decoding: kept, as: UTF8.self)
  }
}

/// Where the value of a name stands, as far as XML, JSON, forms and header lines agree.
private struct SecretValue {
  let range: Range<Int>

  /// Looks behind a name that ends at `end`; `before` is the byte in front of it.
  init?(behind end: Int, named before: UInt8, in bytes: [UInt8]) {
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
