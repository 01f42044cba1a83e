// URLs of dead man's switches, which are secrets.

import HTTPTransfers
import Testing

@testable import CommandLineTool

@Suite struct PingURLTests {
  @Test(arguments: [
    ("https://hc-ping.com/0b3f", "https://hc-ping.com", "/0b3f/start"),
    ("https://hc-ping.com/0b3f/", "https://hc-ping.com", "/0b3f/start"),
    ("https://hc-ping.com/0b3f//", "https://hc-ping.com", "/0b3f/start"),
    ("  https://hc-ping.com/k/job?create=1\t", "https://hc-ping.com", "/k/job/start?create=1"),
    ("https://hc-ping.com/k/?a=/b?c", "https://hc-ping.com", "/k/start?a=/b?c"),
    ("HTTPS://Health.Example:8443", "https://health.example:8443", "/start"),
    ("https://[::1]:99?x", "https://[::1]:99", "/start?x"),
    ("http://127.0.0.1:8000/p%20q", "http://127.0.0.1:8000", "/p%20q/start"),
  ])
  func `the ending goes to the end of the path`(text: String, origin: String, target: String) throws
  {
    let url = try PingURL(parsing: text)
    #expect(url.origin.description == origin)
    #expect(url.target("start") == target)
    #expect(url.authorization == nil)
  }

  @Test(arguments: [
    ("https://op:s%3Ac%40@h.example/x", "Basic b3A6czpjQA=="),
    ("https://op@h.example", "Basic b3A="),
    ("https://a:b@c@h.example/x", "Basic YTpiQGM="),
  ])
  func `user name and password become a header field`(text: String, field: String) throws {
    let url = try PingURL(parsing: text)
    #expect(url.authorization == field)
    #expect(url.origin.host == "h.example")
  }

  @Test(arguments: [
    ("", "it does not begin with https://"),
    ("hc-ping.com/0b3f", "it does not begin with https://"),
    ("ftp://h.example/0b3f", "it does not begin with https://"),
    ("https://h.example/a b", "it has characters that a URL cannot have; encode them as %XX"),
    ("https://h.example/ä", "it has characters that a URL cannot have; encode them as %XX"),
    (
      "https://h.example/a\r\nHost: x",
      "it has characters that a URL cannot have; encode them as %XX"
    ),
    ("https://h.example/0b3f#x", "it has a fragment (#), which is never sent"),
    ("https://a%2:b@h.example/x", "its user name or password is not encoded as a URL needs it"),
    ("https://a%+1:b@h.example/x", "its user name or password is not encoded as a URL needs it"),
    ("https:///0b3f", "it has no valid host"), ("https://h!/0b3f", "it has no valid host"),
    ("https://h.example:0/0b3f", "its port is not a number from 1 to 65535"),
    ("https://h.example:99999/0b3f", "its port is not a number from 1 to 65535"),
    (
      "http://h.example/0b3f",
      "http:// would show it to everyone on the network; use https:// (http:// is for this machine only)"
    ),
  ])
  func `a URL that cannot be used is refused without showing it`(text: String, clause: String) {
    #expect(throws: PingURL.Fault(clause: clause)) { try PingURL(parsing: text) }
    #expect(!clause.contains("0b3f"))
  }

  @Test func `it prints as a secret`() throws {
    let url = try PingURL(parsing: "https://op:pw@h.example/0b3f?create=1")
    var dumped = ""
    dump(url, to: &dumped)
    for text in ["\(url)", String(reflecting: url), dumped] {
      #expect(text.contains("‹secret›"))
      for part in ["0b3f", "create", "pw", "b3A6"] { #expect(!text.contains(part)) }
    }
  }
}
