// Requests of hostile or faulty clients: each is refused in the API's format, and none is processed.

import HTTPMessages
import SandboxServer
import Testing

@Suite struct StrictRequestTests {
  private let sandbox: Sandbox
  private let listener: SandboxListener

  init() throws {
    sandbox = try Sandbox(state: .memory)
    listener = try SandboxListener(sandbox)
  }

  private static let login = "Authorization: Basic YWRtaW46c2FuZGJveA=="

  /// Sends the lines of a head, and returns all bytes that the server sends before it closes the connection.
  private func response(_ lines: String...) -> String {
    response(lines)
  }

  private func response(_ lines: [String], body: String = "") -> String {
    let connection = RawConnection(port: listener.port)
    connection.send((lines + ["Connection: close", "", ""]).joined(separator: "\r\n") + body)
    return connection.read()
  }

  /// Checks the status and the `ErrorDetails` of a response.
  private func expect(
    _ response: String, _ status: Int, _ code: String, _ message: String,
    at place: SourceLocation = #_sourceLocation
  ) {
    #expect(response.hasPrefix("HTTP/1.1 \(status) "), sourceLocation: place)
    #expect(
      response.hasSuffix(
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <ErrorDetails>
          <errors>
            <code>\(code)</code>
            <message>\(message)</message>
          </errors>
        </ErrorDetails>

        """), "\(response)", sourceLocation: place)
    #expect(sandbox.counts.writes == 0, sourceLocation: place)
  }

  @Test(arguments: ["http://evil.example", "null", "http://127.0.0.1:8443", ""])
  func `a web page's request is refused, also for the control pages`(origin: String) {
    for target in ["/vmrest/version", "/sandbox/faults", "/sandbox/release"] {
      expect(
        response("POST \(target) HTTP/1.1", "Host: localhost", "Origin: \(origin)", Self.login),
        403,
        "FORBIDDEN", "Requests of web pages are refused; send the request without Origin")
    }
  }

  @Test(arguments: [
    "evil.example", "evil.example:8443", "localhost.evil.example", "127.0.0.1.evil.example",
    "10.0.0.1", "[::2]", "localhost:65536", "localhost:x", "[::1", "::1", "[127.0.0.1]",
    "a@localhost", "",
  ])
  func `a request to another host is refused`(host: String) {
    expect(
      response("GET /vmrest/version HTTP/1.1", "Host: \(host)", Self.login), 400, "BAD_REQUEST",
      "Host \(host) is not this server; send localhost or 127.0.0.1")
  }

  @Test(arguments: [
    "localhost", "LOCALHOST:1", "localhost.:8443", "127.0.0.1:8443", "127.1.2.3", "[::1]:8443",
    "localhost:",
  ])
  func `a request to this machine's loopback address is accepted`(host: String) {
    #expect(
      response("GET /vmrest/version HTTP/1.1", "Host: \(host)", Self.login)
        .hasPrefix("HTTP/1.1 200 "))
  }

  static let heads: [(lines: [String], message: String)] = [
    (["GET /vmrest/version HTTP/1.1"], "Host is missing; send the name or address of this server"),
    (
      ["GET /vmrest/version HTTP/1.1", "Host: localhost", "Host: localhost"],
      "Host is sent more than once; send it once"
    ),
    (
      ["GET /vmrest/version HTTP/1.1", "Host: localhost", "Authorization: Basic eDp5"],
      "Authorization is sent more than once; send it once"
    ),
    (
      ["POST /vmrest/portgroups HTTP/1.1", "Host: localhost", "Transfer-Encoding: gzip"],
      "Transfer-Encoding gzip is not read; send chunked or none"
    ),
    (
      [
        "POST /vmrest/portgroups HTTP/1.1", "Host: localhost", "Content-Length: 5",
        "Transfer-Encoding: chunked",
      ],
      "Content-Length and Transfer-Encoding are both sent; send one of them"
    ),
    (
      [
        "POST /vmrest/portgroups HTTP/1.1", "Host: localhost", "Content-Length: 1",
        "Content-Length: 1",
      ],
      "Content-Length is sent more than once; send it once"
    ),
    (
      ["G(T /vmrest/version HTTP/1.1", "Host: localhost"],
      "The request's method is not a word of HTTP"
    ),
    (
      ["GET http://localhost/vmrest/version HTTP/1.1", "Host: localhost"],
      "The request's target must begin with a slash"
    ),
    (
      ["OPTIONS * HTTP/1.1", "Host: localhost"], "The request's target must begin with a slash"
    ),
  ]

  @Test(arguments: heads)
  func `a head that two parsers could interpret differently is refused`(
    lines: [String], message: String
  ) {
    expect(response(lines + [Self.login]), 400, "BAD_REQUEST", message)
  }

  @Test(arguments: ["-1", "abc", "0x10", "1 2", "99999999999999999999", "+5"])
  func `a length that is not a number is a bad request`(length: String) {
    let seen = response(
      "POST /vmrest/portgroups HTTP/1.1", "Host: localhost", "Content-Length: \(length)",
      Self.login)
    #expect(seen.hasPrefix("HTTP/1.1 400 ") || seen.hasPrefix("HTTP/1.1 413 "), "\(seen)")
    #expect(sandbox.counts.writes == 0)
  }

  static let targets: [(target: String, message: String)] = [
    ("vmrest", "The request's target must begin with a slash"),
    (
      "/vmrest/<x>",
      "The request's target holds a character that must be written as % and two hexadecimal digits"
    ),
    (
      "/vmrest/portgroups?query=(DisplayName%20is%20é)",
      "The request's target holds a character that must be written as % and two hexadecimal digits"
    ),
    (
      "/vmrest/%zz",
      "The request's target holds a broken escape; write % and two hexadecimal digits"
    ),
    (
      "/vmrest/portgroups?query=%",
      "The request's target holds a broken escape; write % and two hexadecimal digits"
    ),
    ("/vmrest/%00", "The request's target holds an escaped control character"),
    ("/vmrest/portgroups?sort=%0D%0A", "The request's target holds an escaped control character"),
    ("/vmrest/%e4", "The request's target holds escapes that are not UTF-8"),
    ("/vmrest/%ED%A0%80", "The request's target holds escapes that are not UTF-8"),
  ]

  @Test(arguments: targets)
  func `a target that is not a valid path is refused`(target: String, message: String) {
    let request = HTTPRequest(.get, target, headerFields: jsonFields)
    let seen = sandbox.respond(to: request)
    #expect(seen.status == 400)
    #expect(seen.text == #"{"errors":{"code":"BAD_REQUEST","message":"\#(message)"}}"#)
    let head = sandbox.respond(to: HTTPRequest(.head, target, headerFields: jsonFields))
    #expect(head.body.isEmpty)
  }

  @Test(arguments: [
    ("?rowsPerPage=1&rowsperpage=2", "rowsperpage is given more than once; give it once"),
    ("?pageNumber=", "pageNumber is ''; it must be a whole number from 0"),
    ("?pageNumber=%2B1", "pageNumber is '+1'; it must be a whole number from 0"),
    ("?pageNumber=-0", "pageNumber is '-0'; it must be a whole number from 0"),
    ("?pageNumber=%D9%A1", "pageNumber is '١'; it must be a whole number from 0"),
    (
      "?rowsPerPage=9223372036854775808",
      "rowsPerPage is '9223372036854775808'; it must be a whole number from 0"
    ),
  ])
  func `a repeated parameter, or one that is not a number, is refused`(
    query: String, message: String
  ) {
    for path in ["/vmrest/portgroups", "/vmrest/cluster", "/vmrest/users"] {
      let seen = sandbox.respond(to: HTTPRequest(.get, path + query, headerFields: jsonFields))
      #expect(seen.status == 400)
      #expect(seen.text == #"{"errors":{"code":"INVALID_PARAMETER","message":"\#(message)"}}"#)
    }
  }

  @Test(arguments: ["/vmrest/portgroups", "/vmrest/cluster", "/vmrest/ports"])
  func `the largest page numbers result in an empty page`(path: String) {
    let most = "\(Int.max)"
    for query in ["?pageNumber=\(most)&rowsPerPage=\(most)", "?pageNumber=\(most)&rowsPerPage=1"] {
      let seen = sandbox.respond(to: HTTPRequest(.get, path + query, headerFields: jsonFields))
      #expect(seen.status == 200)
      #expect(seen.text.hasPrefix(#"{"@total":""#) && !seen.text.contains("ObjectId"))
    }
  }

  @Test func `a combining mark after a separator does not hide the separator`() {
    let query = "?query=(DisplayName%20is%20%CC%81x%26EnableMWI%20is%201)%CC%81"
    let seen = sandbox.respond(
      to: HTTPRequest(.get, "/vmrest/portgroups" + query, headerFields: jsonFields))
    #expect(seen.status == 400)
    #expect(
      sandbox.respond(
        to: HTTPRequest(
          .get, "/vmrest/portgroups?query=(DisplayName%20is%20x%CC%81)", headerFields: jsonFields)
      ).text == #"{"@total":"0"}"#)
  }

  @Test func `unknown methods are counted under one name`() {
    for number in 0..<100 {
      let method = HTTPMethod(rawValue: "M\(number)")
      let seen = sandbox.respond(to: HTTPRequest(method, "/vmrest/version", headerFields: fields()))
      #expect(seen.status == 405)
    }
    #expect(sandbox.counts.requests == ["other": 100])
    #expect(sandbox.counts.calls == ["other /vmrest/version": 100])
  }

  @Test func `a JSON body with more fields than the API has is refused`() {
    let members = (0...1000).map { #""f\#($0)":"""# }.joined(separator: ",")
    let seen = sandbox.respond(
      to: HTTPRequest(
        .post, servers(LabGroup.sip), headerFields: jsonFields, body: Array("{\(members)}".utf8)))
    #expect(seen.status == 400)
    #expect(
      seen.text
        == #"{"errors":{"code":"BAD_REQUEST","message":"The body has more than 1000 fields"}}"#)
  }

  @Test func `connections beyond the limit wait until one ends`() throws {
    let narrow = try SandboxListener(sandbox, connectionLimit: 2)
    defer { narrow.stop() }
    let head = "GET /vmrest/version HTTP/1.1\r\nHost: localhost\r\n\(Self.login)\r\n"
    let open = [RawConnection(port: narrow.port), RawConnection(port: narrow.port)]
    for connection in open {
      connection.send(head + "\r\n")
      #expect(connection.read(upTo: "</VersionInformation>\n").hasPrefix("HTTP/1.1 200 "))
    }
    let waiting = RawConnection(port: narrow.port)
    waiting.send(head + "Connection: close\r\n\r\n")
    // A request on an open connection is processed before the connection that waits.
    open[1].send(head + "\r\n")
    #expect(open[1].read(upTo: "</VersionInformation>\n").hasPrefix("HTTP/1.1 200 "))
    #expect(!waiting.hasResponse)
    #expect(!waiting.isClosedByServer)
    open[0].end()
    #expect(waiting.read().hasPrefix("HTTP/1.1 200 "))
  }
}
