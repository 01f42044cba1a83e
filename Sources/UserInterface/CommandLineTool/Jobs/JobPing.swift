import BatchEngine
import HTTPMessages
import HTTPTransfers

/// Reports the beginning and the end of a job to a dead man's switch, which raises an alarm if the report stays away.
///
/// Source: https://healthchecks.io/docs/http_api/ (`/start` and `/EXIT-STATUS` after the URL, a body of at most 100 kB).
/// A ping that fails is a warning and never changes the exit code, since the switch raises the alarm by itself.
struct JobPing: Sendable {
  private let url: PingURL
  private let console: Console
  private let timeout: Duration

  /// The longest body, in bytes.
  private static let bodyLimit = 10_000

  init(_ url: PingURL, on console: Console, timeout: Duration = .seconds(10)) {
    self.url = url
    self.console = console
    self.timeout = timeout
  }

  /// Reads the URL from the first line of a file; a file that cannot be used is a warning, because the backup is worth
  /// more than its report, and the missing report raises the alarm.
  ///
  /// - Parameters:
  ///   - file: The file; no access for group or others, except for a credential that systemd has made.
  ///   - environment: The environment of the program.
  ///   - console: Receives the warnings.
  init?(file: String, environment: [String: String], on console: Console) {
    let credential = environment["CREDENTIALS_DIRECTORY"].map { $0 + "/" + PingURL.credential }
    do {
      let line = try SecretFile.firstLine(file, isTrusted: file == credential)
      self.init(try PingURL(parsing: line), on: console)
    } catch let fault as SecretFile.Fault {
      let sentence = fault.sentence(for: "ping URL").withoutFullStop
      console.warn("no ping is sent: \(sentence.escapedForDisplay)")
      return nil
    } catch {
      let clause = (error as? PingURL.Fault)?.clause ?? "it cannot be used"
      console.warn("no ping is sent: the URL in \(file.escapedForDisplay) is not usable: \(clause)")
      return nil
    }
  }

  /// Reports that the job begins, with one attempt of at most 5 seconds: the backup waits for it.
  func start() async {
    await ping("start", body: "", attempts: 1, timeout: min(timeout, .seconds(5)))
  }

  /// Reports that the job has ended.
  ///
  /// - Parameters:
  ///   - exitCode: The exit code, 0 to 255.
  ///   - body: What to show with it, as plain text; a long text is cut.
  func end(exitCode: Int32, body: String) async {
    await ping(String(exitCode), body: body, attempts: 2, timeout: timeout)
  }

  private func ping(_ ending: String, body: String, attempts: Int, timeout: Duration) async {
    let complaint = await send(ending, body: body, attempts: attempts, timeout: timeout)
    guard let complaint, !Task.isCancelled else { return }
    console.warn(
      "the ping to \(url.origin.host) failed: \(complaint); the exit code does not depend on it")
  }

  /// Sends the ping, and again if attempts are left and that may help.
  ///
  /// - Returns: Why it failed, as a clause without the URL; `nil` if it arrived.
  private func send(
    _ ending: String, body: String, attempts: Int, timeout: Duration
  ) async -> String? {
    var options = TransferOptions()
    options.connectTimeout = timeout
    options.transferTimeout = timeout
    options.stallTimeout = timeout
    options.responseLimit = 1 << 20
    let loop = TransferLoop(origin: url.origin, options: options)
    defer { loop.shutDown() }
    var request = HTTPRequest(
      .post, url.target(ending),
      headerFields: [
        "Content-Type": "text/plain; charset=utf-8", "User-Agent": "cupibulk/\(Tool.version)",
      ], body: Self.cut(body))
    if let authorization = url.authorization {
      request.headerFields["Authorization"] = authorization
    }
    var complaint: String?
    for _ in 0..<attempts {
      do throws(ExchangeError) {
        let status = try await loop.send(request).status
        if (200...299).contains(status) { return nil }
        if (300...399).contains(status) {
          return "it answers with a redirect (status \(status)), which is not followed"
        }
        complaint = "it answers with status \(status)"
        // The server would refuse it again.
        if status < 500, status != 429 { break }
      } catch {
        complaint = error.detail
      }
      if Task.isCancelled { break }
    }
    return complaint
  }

  /// The bytes of the text, at most those that are sent, without a part of a character at the end.
  private static func cut(_ text: String) -> [UInt8] {
    var bytes = text.utf8.prefix(bodyLimit)
    while String(bytes) == nil, !bytes.isEmpty { bytes.removeLast() }
    return Array(bytes)
  }
}
