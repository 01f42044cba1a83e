// A sandbox in its own process, as users start it, and the log of its requests.

import Foundation
import HTTPMessages
import HTTPTransfers
import TestSupport

/// `cupibulk sandbox` on a free port; it is stopped when this value is released.
final class SandboxProcess: Sendable {
  /// Its address, from its first line of output.
  let url: String
  /// True if it speaks https.
  var isSecure: Bool { url.hasPrefix("https") }
  private let program: RunningProgram
  private let loop: TransferLoop

  /// The answer to `GET /sandbox/log`.
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

  /// The answer of `/sandbox/faults`.
  struct Faults: Decodable {
    var faults: String
    var seed: Int
    var writes: Int
    var held: Int
  }

  /// The error when a sandbox cannot be used.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// Starts a sandbox and waits until it listens.
  ///
  /// Logins are not limited without an option, because tests start more programs in a second than people do.
  ///
  /// - Parameters:
  ///   - options: options of `sandbox` other than the port.
  ///   - folder: the working folder.
  ///   - port: the port of an earlier sandbox to replace; by default any free port.
  /// - Throws: `Failure` if it ended instead.
  init(
    _ options: [String] = [], in folder: TemporaryFolder, port: String = "0"
  ) async throws {
    let limit = options.contains("--login-limit") ? [] : ["--login-limit", "0"]
    let arguments = ["sandbox", "--port", port] + limit + options
    var program = try RunningProgram(arguments, in: folder.path)
    var isListening = await program.waits(for: "Ctrl-C ends it.\n")
    // The system may have given the port to a client's connection for a short time.
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

  /// Resets the counts.
  func emptyLog() async throws {
    _ = try await loop.send(HTTPRequest(.delete, "/sandbox/log"))
  }

  /// Replaces the faults, and returns the current state; `nil` only reads it.
  @discardableResult
  func faults(_ text: String? = nil) async throws -> Faults {
    let request = HTTPRequest(
      text == nil ? .get : .put, "/sandbox/faults", body: Array((text ?? "").utf8))
    let answer = try await loop.send(request)
    return try JSONDecoder().decode(Faults.self, from: Data(answer.body))
  }

  /// Waits until the given number of writes are held.
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
  func anotherClient(
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

  /// Waits until the requests of clients that have ended are handled.
  ///
  /// Such a request is in a connection that the client has closed and the sandbox has not.
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

  /// The port on which it listens.
  var port: String { url.split(separator: ":").last.map(String.init) ?? "" }

  /// Kills it like a crash, and waits until it has ended.
  func kill() async {
    program.send(signal: SIGKILL)
    _ = await program.finish()
  }

  /// Sends a signal, such as SIGSTOP to block requests.
  func send(signal: Int32) { program.send(signal: signal) }

  /// Stops it like Ctrl-C, and waits until it has ended.
  func stop() async -> ProgramRun {
    program.send(signal: SIGINT)
    return await program.finish()
  }
}
