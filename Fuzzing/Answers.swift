// Error answers: each gives a message of one line without secrets.

import Foundation
import HTTPMessages
import UnityConnection

private let password = "hunter2"

/// A redaction that knows the password, as during a conversation with a server.
private let redaction: TraceRedaction = {
  var redaction = TraceRedaction()
  let token = Data("admin:\(password)".utf8).base64EncodedString()
  redaction.learn(
    HTTPRequest(.get, "/vmrest", headerFields: ["Authorization": "Basic \(token)"]), nil)
  return redaction
}()

/// Uses the first line as `STATUS MEDIA-TYPE`, and the rest as a body.
func checkErrors(_ bytes: [UInt8]) {
  let parts = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
  let first = String(decoding: parts[0], as: UTF8.self).split(separator: " ", maxSplits: 1)
  let status = first.first.flatMap { Int($0) }.map { min(max($0, 100), 599) } ?? 400
  var response = HTTPResponse(status: status, body: parts.count > 1 ? Array(parts[1]) : [])
  if first.count > 1 { response.headerFields["Content-Type"] = String(first[1]) }

  let answer = ExchangeOutcome.classify(.success(response), now: now, hiding: redaction.hide)
  require(
    ExchangeOutcome.classify(.success(response), now: now, hiding: redaction.hide) == answer,
    "the same answer means the same")
  if let sentence = answer.sentence { checkSentence(sentence, status: status) }
}

extension ExchangeOutcome {
  /// The message for people; `nil` for an answer that is not an error.
  fileprivate var sentence: String? {
    switch self {
    case .done: nil
    case .refused(let refusal), .unauthorized(let refusal): refusal.sentence
    case .notProcessed(let failure), .unknown(let failure): failure.reason
    case .blocked(_, let detail): detail
    }
  }
}

private func checkSentence(_ sentence: String, status: Int) {
  let start = "status \(status)"
  require(sentence.utf8.starts(with: start.utf8), "it begins with the status: \(sentence)")
  // 300 characters, the ellipsis, and the colon and space before them.
  require(sentence.unicodeScalars.count <= start.utf8.count + 303, "it is short: \(sentence)")
  require(
    sentence.unicodeScalars.allSatisfy {
      $0 == " " || !$0.properties.isWhitespace && $0.properties.generalCategory != .control
    }, "it is one line: \(sentence)")
  require(Data(sentence.utf8).range(of: Data(password.utf8)) == nil, "it hides the password")
}
