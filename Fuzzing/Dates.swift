// Dates of header fields, and the waits computed from them.

import Glibc
import HTTPMessages

@testable import UnityConnection

/// Uses up to three lines as dates, the first two also as a wait and the server's date, and the first eight
/// bytes as a moment.
func checkDates(_ bytes: [UInt8]) {
  let lines = bytes.split(separator: 0x0A, maxSplits: 2, omittingEmptySubsequences: false)
    .map { String(decoding: $0, as: UTF8.self) }
  for line in lines {
    guard let seconds = HTTPDate.seconds(line) else { continue }
    checkMoment(seconds, "\(line)")
    // A date that is misread is most likely off by a year.
    for days in [-366, -365, 365, 366] { checkNeighbor(seconds + days * 86_400) }
  }
  let number = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
  let moment = firstMoment + Int(number % UInt64(lastMoment - firstMoment + 1))
  checkMoment(moment, "a moment of four-digit years")
  checkWait(retryAfter: lines[0], date: lines.count > 1 ? lines[1] : nil)
}

/// The beginning of the year 100, because smaller years mean another century; the last moment is the end of 9999.
private let firstMoment = -59_011_459_200
private let lastMoment = 253_402_300_799

private func checkNeighbor(_ seconds: Int) {
  guard (firstMoment...lastMoment).contains(seconds) else { return }
  checkMoment(seconds, "a date of the year before or after")
}

/// Checks that the C library's date for a moment is read as that moment.
private func checkMoment(_ seconds: Int, _ origin: String) {
  // A leap second, or a 31st of a shorter month, may be in the next year.
  require((firstMoment...lastMoment + 1).contains(seconds), "\(origin) is in range: \(seconds)")
  guard seconds <= lastMoment else { return }
  var time = time_t(seconds)
  var parts = unsafe tm()
  unsafe require(gmtime_r(&time, &parts) != nil, "the C library knows \(seconds)")
  for format in ["%a, %d %b %Y %H:%M:%S GMT", "%a, %d-%b-%Y %H:%M:%S GMT"] {
    var text = [CChar](repeating: 0, count: 64)
    let count = unsafe strftime(&text, text.count, format, &parts)
    let date = String(decoding: text.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    require(HTTPDate.seconds(date) == seconds, "\(date) is read as \(seconds), as \(origin)")
  }
}

private func checkWait(retryAfter: String, date: String?) {
  var fields: HeaderFields = ["Retry-After": retryAfter]
  fields["Date"] = date
  let answer = ExchangeOutcome.classify(
    .success(HTTPResponse(status: 503, headerFields: fields)), now: now)
  guard case .notProcessed(let failure) = answer else { fatalError("not so: a 503 is busy") }
  if let wait = failure.retryAfter {
    require((0...HTTPResponse.longestWait).contains(wait), "a wait is at most a day: \(wait)")
  }
}
