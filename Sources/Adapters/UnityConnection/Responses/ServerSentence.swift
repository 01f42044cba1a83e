import Bytes
import FoundationEssentials
import Glibc
import HTTPMessages
import JSONStreams
import XMLStreams

extension HTTPResponse {
  /// The status and the server's message, such as `status 400: INVALID_PARAMETER: Port is out of range`.
  ///
  /// Secrets in the message are hidden.
  func statusSentence(hiding hide: @escaping (String) -> String) -> String {
    let words = ServerSentence(hide: hide).find(in: self) ?? ServerSentence.reason(status)
    return words.isEmpty ? "status \(status)" : "status \(status): \(words)"
  }

  /// True if the body is an HTML page.
  var isHTML: Bool {
    guard firstVisibleByte == UInt8(ascii: "<") else { return false }
    let start = body.span.extracting(first: 1_024)
    return start.indices.contains { place in
      start[place] == UInt8(ascii: "<")
        && (start.spells("html", at: place + 1) || start.spells("!doctype html", at: place + 1))
    }
  }

  /// The maximum of `retryAfter(now:)` in seconds: one day.
  static let longestWait = 86_400

  /// The seconds to wait according to `Retry-After`, in seconds or as a date (RFC 9110 §10.2.3).
  ///
  /// - Returns: 0 to `longestWait`, or `nil` if the field is missing or malformed.
  func retryAfter(now: Int) -> Int? {
    guard let text = headerFields["Retry-After"]?.trimmed else { return nil }
    if let seconds = Int(text) { return min(max(seconds, 0), Self.longestWait) }
    if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      return Self.longestWait
    }
    guard let date = HTTPDate.seconds(text) else { return nil }
    let serverNow = headerFields["Date"].flatMap { HTTPDate.seconds($0) }
    return min(max(date - (serverNow ?? now), 0), Self.longestWait)
  }
}

extension Span<UInt8> {
  /// True if the ASCII text, given in lower case, is at this index in any case.
  fileprivate func spells(_ text: StaticString, at place: Int) -> Bool {
    guard place + text.utf8CodeUnitCount <= count else { return false }
    return (0..<text.utf8CodeUnitCount).allSatisfy { offset in
      let byte = self[place + offset]
      let isCapital = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
      // The offset is within the text.
      return unsafe (isCapital ? byte | 0x20 : byte) == text.utf8Start[offset]
    }
  }
}

/// Finds the server's message in a response.
struct ServerSentence {
  /// Hides secrets in a text of the server; used before the text is truncated, which could cut a secret in half.
  let hide: (String) -> String

  /// The maximum length of a message in Unicode scalars; longer messages are truncated.
  static let limit = 300
  /// The number of bytes of a body that are searched.
  private static let bodyLimit = 64 << 10

  /// Searches for `ErrorDetails` in XML and JSON, and for the `<pre>` or title of a page; or uses plain text.
  func find(in response: HTTPResponse) -> String? {
    let body = Array(response.body.prefix(Self.bodyLimit))
    let found: String? =
      switch response.firstVisibleByte {
      case nil: nil
      case UInt8(ascii: "<") where response.isHTML: page(String(decoding: body, as: UTF8.self))
      case UInt8(ascii: "<"): xml(body)
      case UInt8(ascii: "{"): json(body)
      default: response.mediaType == "text/plain" ? String(decoding: body, as: UTF8.self) : nil
      }
    guard let sentence = found.map(tidy), !sentence.isEmpty else { return nil }
    return sentence
  }

  /// The meaning of a status, for a response without a message.
  static func reason(_ status: Int) -> String {
    switch status {
    case 301, 302, 303, 307, 308: "a redirect to another address, which is not followed"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 406: "Not Acceptable"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 410: "Gone"
    case 413: "Content Too Large"
    case 415: "Unsupported Media Type"
    case 429: "Too Many Requests"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    default: ""
    }
  }

  /// The message in `<ErrorDetails>` with `<errors>` of `<code>` and `<message>`, or else the document's `message`.
  private func xml(_ body: [UInt8]) -> String? {
    guard let root = try? XMLWire.parse(body) else { return nil }
    let errors = root.all("errors")
    return sentence(
      (errors.isEmpty ? [root] : errors).map { error in
        (error.all("code").first?.text, error.all("message").first?.text)
      })
  }

  /// The message in `{"errors":{"code":…,"message":…}}`; `errors` may also be a list, or contain one as `error`.
  private func json(_ body: [UInt8]) -> String? {
    guard let root = try? JSONWire.parse(body) else { return nil }
    let details = root["ErrorDetails"] ?? root
    let errors = details["errors"]?["error"] ?? details["errors"] ?? details
    let list: [JSONValue] = if case .array(let elements) = errors { elements } else { [errors] }
    return sentence(list.map { ($0["code"]?.text, $0["message"]?.text) })
  }

  private func sentence(_ errors: [(code: String?, message: String?)]) -> String? {
    let parts = errors.map { error in
      [error.code, error.message].compactMap { $0.map(tidy) }.filter { !$0.isEmpty }
        .joined(separator: ": ")
    }
    let known = parts.filter { !$0.isEmpty }
    return known.isEmpty ? nil : known.joined(separator: "; ")
  }

  /// The message in a web server's page: the first line of its `<pre>`, or else its title.
  private func page(_ html: String) -> String? {
    let first = content(of: "pre", in: html).flatMap { text in
      hide(text).split(whereSeparator: \.isNewline).map { tidy(String($0)) }.first { !$0.isEmpty }
    }
    let title = content(of: "title", in: html) ?? content(of: "h1", in: html)
    // The status is shown separately.
    return first ?? title?.trimmingPrefix(/HTTP Status [0-9]+[ –-]*/).description
  }

  /// The text of the first element with the name, without the tags in it.
  private func content(of name: String, in html: String) -> String? {
    guard let start = html.firstIndex(of: "<\(name)", from: html.startIndex),
      let open = html.utf8[start...].firstIndex(of: UInt8(ascii: ">")),
      let end = html.firstIndex(of: "</\(name)", from: open)
    else { return nil }
    var scalars = String.UnicodeScalarView()
    var isInTag = false
    let inner = html.unicodeScalars[open..<end].dropFirst()
    for scalar in inner {
      switch scalar {
      case "<": isInTag = true
      case ">" where isInTag: isInTag = false
      default: if !isInTag { scalars.append(scalar) }
      }
    }
    var text = String(scalars)
    for (entity, plain) in [
      ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "),
      ("&amp;", "&"),
    ] {
      text = text.replacing(entity, with: plain)
    }
    return tidy(text).isEmpty ? nil : text
  }

  /// The text on one line, without secrets and control characters, and truncated to `limit`.
  private func tidy(_ text: String) -> String {
    let words = hide(text).unicodeScalars.split { scalar in
      scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
    }
    let line = words.map { String($0) }.joined(separator: " ").unicodeScalars
    return line.count > Self.limit ? String(line.prefix(Self.limit)) + "…" : String(line)
  }
}

extension String {
  /// The first index, from `start` on, of an ASCII word that is given in lower case; the case is ignored.
  fileprivate func firstIndex(of word: String, from start: Index) -> Index? {
    var start = start
    let word = Array(word.utf8)
    while start < endIndex {
      let isHere = utf8[start...].prefix(word.count).elementsEqual(word) { byte, letter in
        byte == letter || (0x41...0x5A).contains(byte) && byte | 0x20 == letter
      }
      if isHere { return start }
      utf8.formIndex(after: &start)
    }
    return nil
  }
}
