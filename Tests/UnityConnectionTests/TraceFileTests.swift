// The content of a trace, and the secrets that it must not contain.

import Foundation
import HTTPMessages
import HTTPTransfers
import SandboxServer
import Synchronization
import TestSupport
import Testing
import UnityConnection

@Suite struct TraceFileTests {
  private static let password = "Geh<im&\"7/Q\\'"
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static func trace(
    _ request: HTTPRequest, _ result: Result<HTTPResponse, ExchangeError>
  ) -> ExchangeTrace {
    let received = (try? result.get())?.body.count ?? 0
    return ExchangeTrace(
      request: request, result: result, duration: .microseconds(12_034),
      firstByte: .microseconds(7_900), bodyBytesReceived: received)
  }

  private func lines() throws -> [String] {
    try folder.read("t.jsonl").split(separator: "\n").map(String.init)
  }

  private func file() throws -> TraceFile {
    try TraceFile(folder.path("t.jsonl"), now: { Date(timeIntervalSince1970: 1_767_225_600) })
  }

  @Test func `an exchange is one line of JSON`() throws {
    let file = try file()
    file.write(
      Self.trace(
        HTTPRequest(
          .post, "/vmrest/x?a=b", headerFields: ["Content-Type": "application/json"],
          body: [UInt8]("{\"Port\":\"1\"}".utf8)),
        .success(.body("<x>\n</x>", status: 400, type: "application/xml"))))
    file.write(
      Self.trace(
        HTTPRequest(.get, "/vmrest/y"),
        .failure(ExchangeError(.timedOut, mayHaveReached: true, detail: "no answer in time"))))
    #expect(
      try lines() == [
        #"{"time":"2025-12-31T23:59:59.987Z","number":1,"method":"POST","path":"/vmrest/x?a=b","#
          + #""status":400,"ms":12.034,"firstByteMs":7.900,"sent":12,"received":8,"#
          + #""requestType":"application/json","request":"{\"Port\":\"1\"}","#
          + #""responseType":"application/xml","response":"<x>\n</x>"}"#,
        #"{"time":"2025-12-31T23:59:59.987Z","number":2,"method":"GET","path":"/vmrest/y","#
          + #""error":"timed-out: no answer in time","mayHaveReached":true,"#
          + #""ms":12.034,"firstByteMs":7.900,"sent":0,"received":0}"#,
      ])
  }

  @Test func `only the owner may read a trace, also if the file already exists`() throws {
    let path = try folder.write("{\"time\":\"earlier\"}\n", to: "t.jsonl")
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    try file().write(Self.trace(HTTPRequest(.get, "/"), .success(HTTPResponse(status: 204))))
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
    #expect(mode as? Int == 0o600)
    #expect(try lines().count == 2)
    #expect(try lines().first == "{\"time\":\"earlier\"}")
  }

  @Test(arguments: ["PortGroup,Host\n", "SQLite format 3\0", "{\"time\":5}\n", "x"])
  func `a file that is not a trace is not changed`(content: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(content, to: "kept")
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    let error = #expect(throws: TraceFile.Failure.self) { try TraceFile(path) }
    #expect(error?.detail == "it holds something else than a trace, which would be spoilt")
    #expect(try folder.read("kept") == content)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
    #expect(mode as? Int == 0o644)
  }

  @Test func `a file that cannot be opened is an error`() {
    #expect(throws: TraceFile.Failure.self) { try TraceFile(folder.path("no/t.jsonl")) }
  }

  @Test(.enabled(if: geteuid() == 0))
  func `a file or a link of another user and a pipe without a reader are errors`()
    throws
  {
    func refusal(_ name: String) -> String? {
      #expect(throws: TraceFile.Failure.self) { try TraceFile(folder.path(name)) }?.detail
    }
    try folder.write("theirs", to: "file")
    _ = unsafe chmod(folder.path("file"), 0o666)
    _ = unsafe chown(folder.path("file"), 65_534, 65_534)
    _ = unsafe symlink("new", folder.path("link"))
    _ = unsafe lchown(folder.path("link"), 65_534, 65_534)
    _ = unsafe mkfifo(folder.path("pipe"), 0o600)
    #expect(refusal("file") == "it belongs to another user (uid 65534)")
    #expect(refusal("link") == "it is a link of another user (uid 65534)")
    #expect(refusal("pipe") == "No such device or address")
    #expect(try folder.read("file") == "theirs")
    #expect(try folder.names() == ["file", "link", "pipe"])
    _ = unsafe symlink("own", folder.path("ours"))
    _ = try TraceFile(folder.path("ours"))
    #expect(try folder.names().contains("own"))
  }

  @Test func `a full disk is reported once`() throws {
    let reported = Mutex<[String]>([])
    let file = try TraceFile(
      "/dev/full", onFailure: { reason in reported.withLock { $0.append(reason) } })
    let trace = Self.trace(HTTPRequest(.get, "/"), .success(HTTPResponse(status: 204)))
    file.write(trace)
    file.write(trace)
    #expect(reported.withLock(\.self) == ["No space left on device"])
  }

  /// The server echoes everything that it was sent, in every encoding.
  @Test func `a trace contains no password and no cookies, however a server echoes them`() throws {
    let file = try file()
    let token = Data("admin:\(Self.password)".utf8).base64EncodedString()
    let cookies = ["JSESSIONID=F00BA9F00BA9; Path=/", "REQUEST_TOKEN_KEY=-918273645; Path=/"]
    let percent = "Geh%3Cim%26%227%2FQ%5C%27"
    let xml = "Geh&lt;im&amp;&quot;7/Q\\'"
    let json = "Geh<im&\\\"7/Q\\\\'"
    let echoes = [
      Self.password, token, "Basic \(token)", percent, xml, xml.replacing("'", with: "&#39;"), json,
      json.replacing("/", with: "\\/"), Data(Self.password.utf8).base64EncodedString(),
      "F00BA9F00BA9", "-918273645",
    ]
    var login = HTTPResponse.body("<pre>\(echoes.joined(separator: " | "))</pre>")
    for cookie in cookies { login.headerFields.append(name: "Set-Cookie", value: cookie) }
    file.write(
      Self.trace(
        HTTPRequest(.get, "/v?x=\(percent)", headerFields: ["Authorization": "Basic \(token)"]),
        .success(login)))
    file.write(
      Self.trace(
        HTTPRequest(
          .get, "/v", headerFields: ["Cookie": "JSESSIONID=F00BA9F00BA9; X=0therS3cret"]),
        .success(.body("F00BA9F00BA9 0therS3cret \(echoes.joined(separator: " "))", status: 500))))
    file.write(
      Self.trace(
        HTTPRequest(.get, "/v"),
        .failure(ExchangeError(.other, mayHaveReached: false, detail: "got \(Self.password)"))))
    let text = try folder.read("t.jsonl")
    for secret in echoes + ["0therS3cret"] { #expect(!text.contains(secret), "\(secret)") }
    // Parts that the trace's own JSON would not escape.
    #expect(!text.contains("Geh<im"))
    #expect(!text.contains("Geh&lt;im"))
    #expect(text.contains("‹secret›"))
  }

  @Test(arguments: [
    (
      "<SipAuthenticateAsPassword>x1</SipAuthenticateAsPassword><Port>1</Port>",
      "<SipAuthenticateAsPassword>‹secret›</SipAuthenticateAsPassword><Port>1</Port>"
    ),
    ("<Password/><Port>1</Port>", "<Password/><Port>1</Port>"),
    ("<Password a=\"b\">x1</Password>", "<Password a=\"b\">‹secret›</Password>"),
    ("<a password=\"x1\" port='1'/>", "<a password=\"‹secret›\" port='1'/>"),
    ("{\"Password\":\"x\\\"1\",\"Port\":\"1\"}", "{\"Password\":\"‹secret›\",\"Port\":\"1\"}"),
    ("{\"Password\" : 77,\"Port\":\"1\"}", "{\"Password\" : ‹secret›,\"Port\":\"1\"}"),
    ("{\"Password\":\"\",\"Port\":\"1\"}", "{\"Password\":\"\",\"Port\":\"1\"}"),
    ("user=a&pwd=x1&b=c", "user=a&pwd=‹secret›&b=c"),
    ("Authorization: Basic x1\r\nHost: h", "Authorization: ‹secret›\r\nHost: h"),
    ("Cookie: JSESSIONID=x1; B=2\nHost: h", "Cookie: ‹secret›\nHost: h"),
    ("the password is wrong", "the password is wrong"),
    ("{\"Password\":\"x1", "{\"Password\":\"‹secret›"),
    ("<Password>x1", "<Password>‹secret›"),
    ("password=", "password="), ("<Password", "<Password"), ("", ""),
  ])
  func `the value of a field whose name suggests a secret is removed`(
    text: String, clean: String
  ) {
    #expect(TraceRedaction().clean(text) == clean)
  }

  @Test func `the password is hidden regardless of the number of cookies`() {
    var redaction = TraceRedaction()
    let token = Data("admin:\(Self.password)".utf8).base64EncodedString()
    redaction.learn(
      HTTPRequest(.get, "/", headerFields: ["Authorization": "Basic \(token)"]), nil)
    for number in 1...1_000 {
      redaction.learn(
        HTTPRequest(.get, "/", headerFields: ["Cookie": "JSESSIONID=session-\(number)."]), nil)
    }
    #expect(
      redaction.clean("\(Self.password) \(token) session-1000. session-990.")
        == "‹secret› ‹secret› ‹secret› ‹secret›")
  }

  @Test func `binary data is not shown, and a long text is truncated`() throws {
    let file = try file()
    let bytes = HTTPResponse(status: 200, body: [0x1F, 0x8B, 0, 1])
    file.write(Self.trace(HTTPRequest(.get, "/"), .success(bytes)))
    let wide = HTTPResponse(status: 200, body: [UInt8]("g\0e\0h\0".utf8))
    file.write(Self.trace(HTTPRequest(.get, "/"), .success(wide)))
    let long = String(repeating: "x", count: TraceFile.bodyLimit + 1)
    file.write(Self.trace(HTTPRequest(.get, "/"), .success(.body(long))))
    let lines = try lines()
    #expect(lines[0].contains(#""response":"(4 bytes that are no text)""#))
    #expect(lines[1].contains(#""response":"(6 bytes that are no text)""#))
    #expect(lines[2].contains("x… (cut)\"}"))
    #expect(lines[2].count < TraceFile.bodyLimit + 300)
  }

  @Test func `the trace of a session over a socket contains no secrets`() async throws {
    let file = try file()
    var options = TransferOptions()
    options.observer = { file.write($0) }
    let connection = TestConnection(channel: .tls, wire: .json)
    try await connection.with(try Sandbox(state: .memory), options: options) {
      (client) async throws in
      #expect(try await client.portGroups().count == 6)
    }
    let text = try folder.read("t.jsonl")
    #expect(try lines().count == 2)
    #expect(!text.contains(Data("admin:sandbox".utf8).base64EncodedString()))
    for word in ["Authorization", "Cookie", "JSESSIONID", "REQUEST_TOKEN"] {
      #expect(!text.contains(word), "\(word)")
    }
  }
}
