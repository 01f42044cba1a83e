// A sandbox in a process of its own, as users start it, and what it says it was asked.

import Foundation
import HTTPMessages
import HTTPTransfers
import TestSupport

/// `cupibulk sandbox` on a free port; it is ended when the value goes.
final class SandboxProcess: Sendable {
  /// Where it listens, as its first line of output tells.
  let url: String
  /// True if it speaks https.
  var isSecure: Bool { url.hasPrefix("https") }
  private let program: RunningProgram
  private let loop: TransferLoop

  /// What `GET /sandbox/log` tells.
  struct Log: Decodable {
    var requests: [String: Int]
    var calls: [String: Int]
    var writes: Int
    var logins: Int
    var mostLoginsInOneSecond: Int
    var turnedAway: Int
    var inFlight: Int
    var mostInFlight: Int
    var mostQueued: Int
    var faults: [String: Int]
  }

  /// What `/sandbox/faults` tells.
  struct Faults: Decodable {
    var faults: String
    var seed: Int
    var writes: Int
    var held: Int
  }

  /// Why a sandbox could not be used.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// Starts a sandbox and waits until it listens.
  ///
  /// Logins are not limited unless an option says so: tests start more programs a second than people do.
  ///
  /// - Parameters:
  ///   - options: Options of `sandbox` beside the port.
  ///   - folder: Where it runs.
  ///   - port: That of an earlier sandbox, to take its place; any free one unless told.
  /// - Throws: `Failure` where it ended instead.
  init(
    _ options: [String] = [], in folder: TemporaryFolder, port: String = "0"
  ) async throws {
    let limit = options.contains("--login-limit") ? [] : ["--login-limit", "0"]
    let arguments = ["sandbox", "--port", port] + limit + options
    var program = try RunningProgram(arguments, in: folder.path)
    var isListening = await program.waits(for: "Ctrl-C ends it.\n")
    // Somebody's connection may have been given the port for a moment.
    while !isListening, port != "0", program.messagesSoFar.contains("in use") {
      program = try RunningProgram(arguments, in: folder.path)
      isListening = await program.waits(for: "Ctrl-C ends it.\n")
    }
    self.program = program
    guard isListening, let found = program.outputSoFar.firstMatch(of: /https?:\/\/[^ ]+/) else {
      let run = await program.finish()
      throw Failure(description: "the sandbox ended with \(run.status): \(run.messages)")
    }
    url = String(found.output)
    var options = TransferOptions()
    options.trust = .unverified
    loop = TransferLoop(origin: try Origin(parsing: url), options: options)
  }

  deinit { loop.shutDown() }

  /// The counts since it was started.
  func log() async throws -> Log {
    let answer = try await loop.send(HTTPRequest(.get, "/sandbox/log"))
    return try JSONDecoder().decode(Log.self, from: Data(answer.body))
  }

  /// Begins to count anew.
  func emptyLog() async throws {
    _ = try await loop.send(HTTPRequest(.delete, "/sandbox/log"))
  }

  /// Orders faults in the place of earlier ones, and tells how it stands; `nil` only asks.
  @discardableResult
  func faults(_ text: String? = nil) async throws -> Faults {
    let request = HTTPRequest(
      text == nil ? .get : .put, "/sandbox/faults", body: Array((text ?? "").utf8))
    let answer = try await loop.send(request)
    return try JSONDecoder().decode(Faults.self, from: Data(answer.body))
  }

  /// Waits until so many writes are held.
  func waitUntilHeld(_ count: Int = 1) async throws {
    while try await faults().held < count { try await Task.sleep(for: .milliseconds(5)) }
  }

  /// Releases held writes: all of them, or the first `count`.
  func release(_ count: Int? = nil) async throws {
    let query = count.map { "?count=\($0)" } ?? ""
    _ = try await loop.send(HTTPRequest(.post, "/sandbox/release" + query))
  }

  /// Sends a request as another client of the same account would, with a body in JSON.
  ///
  /// - Returns: the status of the answer.
  @discardableResult
  func somebody(
    _ method: HTTPMethod, _ path: String, _ fields: [String: String] = [:]
  ) async throws -> Int {
    let account = Data("admin:sandbox".utf8).base64EncodedString()
    let request = HTTPRequest(
      method, "/vmrest/" + path,
      headerFields: [
        "Authorization": "Basic \(account)", "Content-Type": "application/json",
        "Accept": "application/json",
      ],
      body: fields.isEmpty ? [] : Array(try JSONEncoder().encode(fields)))
    return try await loop.send(request).status
  }

  /// Waits until it is done with all that a client which has ended had asked.
  ///
  /// What such a client has sent stands in a connection that it has closed and the sandbox has not.
  func waitForOrphans() async throws {
    let local = ":" + String(format: "%04X", Int(port) ?? 0)
    while true {
      let sockets = try String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)
      let isLeft = sockets.split(separator: "\n").contains { line in
        let words = line.split(separator: " ")
        // 08 is CLOSE_WAIT.
        return words.count > 3 && words[1].hasSuffix(local) && words[3] == "08"
      }
      if !isLeft { return }
      try await Task.sleep(for: .milliseconds(2))
    }
  }

  /// The port that it listens on.
  var port: String { url.split(separator: ":").last.map(String.init) ?? "" }

  /// Ends it as a crash does, and waits until it is gone.
  func kill() async {
    program.send(signal: SIGKILL)
    _ = await program.finish()
  }

  /// Sends it a signal, such as SIGSTOP to let requests hang.
  func send(signal: Int32) { program.send(signal: signal) }

  /// Ends it as Ctrl-C does, and waits until it is gone.
  func stop() async -> ProgramRun {
    program.send(signal: SIGINT)
    return await program.finish()
  }
}
