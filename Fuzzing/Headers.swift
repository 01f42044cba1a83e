// The header of an answer: its lines are parsed into fields, and `Set-Cookie` fields into a cookie jar.

import Bytes
import HTTPMessages

@testable import HTTPTransfers
@testable import UnityConnection

/// A moment of November 2026, in seconds since 1970.
let now = 1_795_737_600

/// Uses the bytes as header lines, and again as a body.
func checkHeaders(_ bytes: [UInt8]) {
  // Half of libFuzzer's maximum input, so that both sides of the limit are tested.
  let limit = 2_048
  var collector = ResponseCollector(headerLimit: limit, bodyLimit: limit)
  var count = 0
  for line in headerLines(bytes) where !collector.isTooLarge {
    count += line.count
    require(
      collector.takeHeaderLine(line.span) == (count <= limit), "lines are accepted up to the limit")
    require(collector.isTooLarge == (count > limit), "a header that is too large is known")
  }
  checkFields(collector.response(status: 200))

  var second = ResponseCollector(headerLimit: limit, bodyLimit: limit)
  let isTaken = second.takeBody(bytes.span.bytes)
  require(isTaken == (bytes.count <= limit), "a body is accepted up to the limit")
  require(second.body == (isTaken ? bytes : []), "a body is unchanged")
}

/// Returns the lines with their line ends, as libcurl passes them.
private func headerLines(_ bytes: [UInt8]) -> [[UInt8]] {
  var lines: [[UInt8]] = [[]]
  for byte in bytes {
    lines[lines.count - 1].append(byte)
    if byte == 0x0A { lines.append([]) }
  }
  // libcurl passes no empty piece.
  return lines.filter { !$0.isEmpty }
}

private func checkFields(_ response: HTTPResponse) {
  let fields = response.headerFields
  // Each line is compared with all others; 16 are enough.
  for line in fields.lines.prefix(16) {
    require(!line.name.utf8.contains(UInt8(ascii: ":")), "a name ends before its colon")
    for text in [line.name, line.value] {
      require(!text.utf8.contains(0x0A), "no line end remains in \(line)")
      require(text == text.trimmed, "no blanks remain around a part of \(line)")
    }
    let name = line.name.utf8.map(asciiLowercased)
    let values = fields.lines.filter { $0.name.utf8.map(asciiLowercased).elementsEqual(name) }
      .map(\.value)
    require(fields.values(of: line.name) == values, "all lines of a name are found")
    require(fields[line.name] == values.first, "the first line of a name is found")
    var rest = fields
    rest[line.name] = nil
    require(rest.lines.count == fields.lines.count - values.count, "all lines of a name are removed")
  }
  require(!response.mediaType.utf8.contains(UInt8(ascii: ";")), "a media type has no parameters")
}

private func asciiLowercased(_ byte: UInt8) -> UInt8 {
  (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}

/// Uses each line as a `Set-Cookie` field of one answer.
func checkCookies(_ bytes: [UInt8]) {
  let fields = HeaderFields(
    bytes.split(separator: 0x0A).map {
      .init(name: "Set-Cookie", value: String(decoding: $0, as: UTF8.self))
    })
  var jar = CookieJar()
  let expired = jar.take(fields, now: now)
  require(
    jar.header.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "a Cookie field can be sent")
  require(jar.header.utf8.count <= CookieJar.limit, "a Cookie field has its limit")
  checkPairs(of: jar)

  let before = jar
  require(jar.take(fields, now: now) == expired, "the same cookies expire again")
  require(jar == before, "the same cookies change nothing")
  jar.take(
    HeaderFields(expired.map { .init(name: "Set-Cookie", value: "\($0)=; Max-Age=0") }), now: now)
  for name in expired { require(jar[name] == nil, "an expired cookie is removed: \(name)") }
}

/// Checks that each pair of the `Cookie` field is a cookie of the jar, with unique names.
private func checkPairs(of jar: CookieJar) {
  guard !jar.isEmpty else { return require(jar.header.isEmpty, "no cookie, no field") }
  var names: Set<String> = []
  for pair in jar.header.split(at: UInt8(ascii: ";")).map(\.trimmed) {
    guard let cookie = SetCookie(pair) else { fatalError("not so: \(pair) sets a cookie") }
    require(!cookie.name.isEmpty, "a cookie has a name")
    require(names.insert(cookie.name).inserted, "a cookie is sent once: \(cookie.name)")
    require(jar[cookie.name] == cookie.value, "a cookie is sent unchanged: \(pair)")
  }
}
