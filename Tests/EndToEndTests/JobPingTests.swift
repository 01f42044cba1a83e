import Foundation
import Synchronization
import TestSupport
import Testing

@testable import CommandLineTool

/// Pings of a job to servers that answer well, badly and not at all.
@Suite struct JobPingTests {
  private let folder: TemporaryFolder
  private let messages = Messages()

  /// Keeps what is printed on standard error.
  private final class Messages: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

    var console: Console {
      let stream = TextStream(abilities: .none) { new in
        self.bytes.withLock { $0 += new }
        return 0
      }
      return Console(output: stream, messages: stream)
    }
  }

  init() throws { folder = try TemporaryFolder() }

  /// The part of the URL that nobody may see.
  private static let secret = "0b3f-Planted-S3cret"

  private func ping(
    _ url: String, path: String = "/" + secret, timeout: Duration = .seconds(10)
  ) throws -> JobPing {
    JobPing(try PingURL(parsing: url + path), on: messages.console, timeout: timeout)
  }

  private func expect(warning: String) {
    #expect(
      messages.text == "cupibulk: warning: the ping to 127.0.0.1 failed: \(warning); "
        + "the exit code does not depend on it\n")
    #expect(!messages.text.contains(Self.secret))
  }

  @Test func `the beginning and the end are reported, with the exit code and a text`() async throws
  {
    let server = try RequestRecorder([RequestRecorder.answer("200 OK")])
    let ping = try ping(server.url, path: "/\(Self.secret)/?create=1")
    await ping.start()
    await ping.end(exitCode: 8, body: "prod: 12 servers in 3 groups\nchain sha256 ab\n")
    #expect(server.requests.count == 2)
    let (first, last) = (server.requests[0], server.requests[1])
    #expect(first.hasPrefix("POST /\(Self.secret)/start?create=1 HTTP/1.1\r\n"))
    #expect(first.hasSuffix("\r\n\r\n"))
    #expect(last.hasPrefix("POST /\(Self.secret)/8?create=1 HTTP/1.1\r\n"))
    #expect(last.contains("\r\nContent-Type: text/plain; charset=utf-8\r\n"))
    #expect(last.hasSuffix("\r\n\r\nprod: 12 servers in 3 groups\nchain sha256 ab\n"))
    #expect(messages.text.isEmpty)
  }

  @Test func `a long text is cut at the end of a character`() async throws {
    let server = try RequestRecorder([RequestRecorder.answer("200 OK")])
    try await ping(server.url).end(exitCode: 0, body: "x" + String(repeating: "ä", count: 9_000))
    #expect(server.requests[0].hasSuffix("\r\n\r\nx" + String(repeating: "ä", count: 4_999)))
  }

  @Test func `an account in the URL is sent as a header field`() async throws {
    let server = try RequestRecorder([RequestRecorder.answer("204 No Content")])
    let url = server.url.replacing("http://", with: "http://op:pw@")
    try await ping(url).start()
    #expect(server.requests[0].contains("\r\nAuthorization: Basic b3A6cHc=\r\n"))
    #expect(!server.requests[0].contains("op:pw"))
  }

  @Test func `a failing server is asked once more at the end`() async throws {
    let server = try RequestRecorder([
      RequestRecorder.answer("500 No"), RequestRecorder.answer("200 OK"),
    ])
    try await ping(server.url).end(exitCode: 0, body: "")
    #expect(server.requests.count == 2)
    #expect(messages.text.isEmpty)
  }

  @Test func `a failing server is asked once at the beginning, for which the backup waits`()
    async throws
  {
    let server = try RequestRecorder([
      RequestRecorder.answer("500 No"), RequestRecorder.answer("200 OK"),
    ])
    try await ping(server.url).start()
    #expect(server.requests.count == 1)
    expect(warning: "it answers with status 500")
  }

  @Test(arguments: [
    ("503 Busy", 2, "it answers with status 503"),
    ("404 Not Found", 1, "it answers with status 404"),
  ])
  func `a bad answer is a warning`(status: String, count: Int, warning: String) async throws {
    let server = try RequestRecorder([RequestRecorder.answer(status)])
    try await ping(server.url).end(exitCode: 0, body: "")
    #expect(server.requests.count == count)
    expect(warning: warning)
  }

  @Test func `a redirect is not followed`() async throws {
    let other = try RequestRecorder([RequestRecorder.answer("200 OK")])
    let server = try RequestRecorder([
      RequestRecorder.answer("302 Found", "Location: \(other.url)/\(Self.secret)")
    ])
    try await ping(server.url).start()
    #expect(server.requests.count == 1 && other.requests.isEmpty)
    expect(warning: "it answers with a redirect (status 302), which is not followed")
  }

  @Test func `a server that never answers is left after the timeout`() async throws {
    let server = try SilentServer()
    try await ping(server.url, timeout: .milliseconds(200)).start()
    expect(warning: "127.0.0.1 port \(server.port) did not answer in time")
  }

  @Test func `a cancelled job does not wait for its ping, and says nothing of it`() async throws {
    let server = try SilentServer()
    let ping = try ping(server.url, timeout: .seconds(3_600))
    let task = Task { await ping.start() }
    try await server.waitForCaller()
    task.cancel()
    await task.value
    await Task {
      unsafe withUnsafeCurrentTask { task in unsafe task?.cancel() }
      await ping.end(exitCode: 130, body: "")
    }.value
    #expect(messages.text.isEmpty)
  }

  @Test func `a server that is not trusted gets no ping`() async throws {
    let sandbox = try await SandboxProcess(["--tls", "--state", "lab.db"], in: folder)
    try await sandbox.emptyLog()
    try await ping(sandbox.url).start()
    #expect(messages.text.contains("is not trusted"))
    #expect(!messages.text.contains(Self.secret))
    #expect(try await sandbox.log().requests.isEmpty)
  }

  @Test func `the URL is read like a secret`() async throws {
    let server = try RequestRecorder([RequestRecorder.answer("200 OK")])
    try folder.writeSecret("\(server.url)/\(Self.secret)\nnotes\n", to: "ping")
    let file = folder.path("ping")
    let ping = JobPing(file: file, environment: [:], on: messages.console)
    await ping?.start()
    #expect(server.requests.count == 1)
    #expect(messages.text.isEmpty)

    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
    #expect(JobPing(file: file, environment: [:], on: messages.console) == nil)
    #expect(
      messages.text.replacing(folder.path, with: "FOLDER")
        == "cupibulk: warning: no ping is sent: The ping URL file FOLDER/ping is open to others (mode 640); "
        + "close it with: chmod 600 FOLDER/ping\n")
  }

  @Test func `a credential of systemd is trusted, and a URL that cannot be used is a warning`()
    throws
  {
    try folder.write("ftp://h.example/\(Self.secret)\n", to: PingURL.credential)
    let file = folder.path(PingURL.credential)
    let environment = ["CREDENTIALS_DIRECTORY": folder.path]
    #expect(JobPing(file: file, environment: environment, on: messages.console) == nil)
    #expect(
      messages.text.replacing(folder.path, with: "FOLDER")
        == "cupibulk: warning: no ping is sent: the URL in FOLDER/cupibulk-ping-url is not usable: "
        + "it does not begin with https://\n")
  }
}
