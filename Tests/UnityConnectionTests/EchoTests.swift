// Secrets are hidden if a server echoes them, in any encoding.

import Foundation
import HTTPMessages
import PortGroupModel
import Synchronization
import Testing

@testable import UnityConnection

@Suite struct EchoTests {
  /// Passwords with a combining mark at both ends, and with characters that the formats escape.
  private static let passwords = [
    "geheim-77", "\u{301}acc\u{301}", "a <b>&\"'\\/%+ c", "zwei  Räume", "ä\u{1F511}z", "tab\tin",
  ]

  /// The password in each encoding in which a server could echo it.
  private static func echoes(of password: String) -> [String] {
    let pair = Data("admin:\(password)".utf8).base64EncodedString()
    let all = CharacterSet(charactersIn: "-._~").union(.alphanumerics)
      .intersection(CharacterSet(charactersIn: "\u{0}"..."\u{7F}"))
    let percent = password.addingPercentEncoding(withAllowedCharacters: all) ?? ""
    return [
      password, pair, "Basic \(pair)", Data(password.utf8).base64EncodedString(), percent,
      percent.replacing("%20", with: "+"), percent.replacing(/%../) { $0.0.lowercased() },
      password.precomposedStringWithCanonicalMapping, password.decomposedStringWithCanonicalMapping,
    ]
  }

  private static func xml(_ text: String) -> String {
    text.unicodeScalars.map { "&#x\(String($0.value, radix: 16));" }.joined()
  }

  private static func json(_ text: String) -> String {
    text.utf16.map { unit in
      let digits = String(unit, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }.joined()
  }

  /// Error bodies that contain the text, in each format.
  private static func bodies(_ text: String) -> [HTTPResponse] {
    let html = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    return [
      .body(
        "<ErrorDetails><errors><code>C</code><message>\(xml(text))|</message></errors></ErrorDetails>",
        status: 400),
      .body("{\"errors\":{\"code\":\"C\",\"message\":\"\(json(text))|\"}}", status: 400),
      .body("\(text)|", status: 400, type: "text/plain"),
      .body("<html><title>\(html)|</title></html>", status: 500),
      .body("<html><pre>\(html)|</pre></html>", status: 503),
    ]
  }

  private func client(_ password: String, _ script: @escaping Script) -> ConnectionClient {
    ConnectionClient(
      server: ConnectionClient.address, over: ScriptedServer(script),
      credentials: Credentials(username: "admin", password: Secret(password)),
      clock: ManualClock().clock)
  }

  @Test(arguments: passwords)
  func `no error message contains the password in any encoding`(password: String) async throws {
    let next = Mutex(HTTPResponse(status: 200))
    let client = client(password) { _ in .success(next.withLock(\.self)) }
    for echo in Self.echoes(of: password) {
      for body in Self.bodies(echo) {
        next.withLock { $0 = body }
        let outcome = try await client.create([.service: "102"], in: ExampleID.group)
        let error = await #expect(throws: ServerError.self) { try await client.portGroups() }
        for text in ["\(outcome)", error?.description ?? ""] {
          #expect(Self.hides(echo, in: text), "\(echo): \(text)")
        }
      }
    }
  }

  /// True if the text contains the mark, and does not contain the bytes of the secret.
  private static func hides(_ secret: String, in text: String) -> Bool {
    text.contains("‹secret›") && Array(text.utf8).ranges(of: Array(secret.utf8)).isEmpty
  }

  @Test func `a secret is hidden before the message is truncated`() async throws {
    for length in 280...300 {
      let client = client("geheim-77") { _ in
        .success(
          .body(
            String(repeating: "x", count: length) + "geheim-77", status: 400, type: "text/plain"))
      }
      let error = await #expect(throws: ServerError.self) { try await client.portGroups() }
      #expect(error?.detail.contains("geh") == false, "\(length)")
    }
  }

  @Test func `overlapping secrets are hidden completely`() {
    let forms = SecretForms(["abcd", "cdef", "x"])
    #expect(forms.hide("-abcdef-abcdabcd-xx-") == "-‹secret›-‹secret›‹secret›-‹secret›‹secret›-")
    #expect(SecretForms([""]).hide("abc") == "abc")
    #expect(SecretForms().hide("abc") == "abc")
  }

  @Test func `old and new cookies are hidden too`() async throws {
    let calls = ScriptedServer { _ in
      var response = HTTPResponse.body(
        "sso1 id1 -101 n3w-c00kie", status: 400, type: "text/plain")
      response.headerFields["Set-Cookie"] = "JSESSIONID=n3w-c00kie; Path=/"
      return .success(response)
    }
    let client = ConnectionClient(calls)
    for _ in 1...2 {
      let error = await #expect(throws: ServerError.self) { try await client.portGroups() }
      #expect(error?.detail == "status 400: ‹secret› ‹secret› ‹secret› ‹secret›")
    }
  }

  @Test
  func `secrets in names of fields, versions, machine names and invalid responses are hidden too`()
    async throws
  {
    let secret = "geheim-77"
    let bodies = [
      "portgroupservers":
        "<L total='1'><PortGroupServer><ObjectId>\(ExampleID.server)</ObjectId><\(secret)/></PortGroupServer></L>",
      "version": "{\"version\":\"14 \(secret)\"}",
      "vmsservers": "{\"@total\":\"1\",\"VmsServer\":{\"ServerName\":\"cuc \(secret)\"}}",
      "portgroups?": "<\(secret)/>",
    ]
    let client = client(secret) { request in
      let body = bodies.first { request.target.contains($0.key) }?.value ?? ""
      return .success(.body(body))
    }
    #expect(try await client.servers(of: ExampleID.group).unknownFields == ["‹secret›"])
    #expect(try await client.version() == "14 ‹secret›")
    #expect(try await client.vmsServers().map(\.name) == ["cuc ‹secret›"])
    let error = await #expect(throws: ServerError.self) { try await client.portGroups() }
    #expect(error?.detail == "<‹secret›> came in place of a list with its total")
  }

  @Test func `secrets in the error of an exchange are hidden too`() async throws {
    let client = client("geheim-77") { _ in
      .failure(ExchangeError(.answerBroken, mayHaveReached: true, detail: "bad: geheim-77"))
    }
    let outcome = try await client.create([.service: "102"], in: ExampleID.group)
    #expect(outcome == .unknown(TransientFailure(.noAnswer, reason: "bad: ‹secret›")))
  }

  @Test func `a trace hides a password next to combining marks, and a cookie after one`() {
    var redaction = TraceRedaction()
    let token = Data("admin:\u{301}pass".utf8).base64EncodedString()
    redaction.learn(
      HTTPRequest(.get, "/", headerFields: ["Authorization": "Basic \(token)"]), nil)
    #expect(redaction.clean("a\u{301}pass\u{302}") == "a‹secret›\u{302}")
    redaction.learn(
      HTTPRequest(.get, "/", headerFields: ["Cookie": "A=one;\u{301}B=two"]), nil)
    #expect(redaction.clean("one two") == "‹secret› ‹secret›")
  }
}
