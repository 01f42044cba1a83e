// Conversion of header lines to header fields.

import HTTPMessages
import Testing

@testable import HTTPTransfers

@Suite struct ResponseCollectorTests {
  private func fields(_ lines: [String]) -> HeaderFields {
    var collector = ResponseCollector(headerLimit: 4096, bodyLimit: 0)
    for line in ["HTTP/1.1 200 OK"] + lines + [""] {
      let bytes = Array("\(line)\r\n".utf8)
      let isAccepted = collector.takeHeaderLine(bytes.span)
      #expect(isAccepted)
    }
    #expect(collector.headersEnded)
    return collector.response(status: 200).headerFields
  }

  @Test(
    arguments: [
      (["A: b", " c"], "b c"), (["A: b", " ", "\t"], "b"), (["A:", " b"], "b"),
      (["A: b", "  ", "\tc "], "b c"), (["A:", " "], ""), (["A: \t", "\t", " "], ""),
    ])
  func `a folded value has no white space around it`(lines: [String], value: String) {
    #expect(fields(lines) == ["A": value])
  }
}
