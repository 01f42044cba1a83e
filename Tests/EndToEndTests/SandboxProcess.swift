// A sandbox in a process of its own, as users start it, and what it says it was asked.

import Foundation
import HTTPMessages
import HTTPTransfers
import TestSupport

/// `cupibulk sandbox` on a free port; it is ended when the value goes.
final class SandboxProcess: Sendable {
  /// Where it listens, as its first line of output tells.
  let url: String
  private let program: RunningProgram
  private let loop: TransferLoop

  /// What `GET /sandbox/log` tells.
  struct Log: Decodable {
    var requests: [String: Int]
    var writes: Int
    var logins: Int
    var mostInFlight: Int
  }

  /// Why a sandbox could not be used.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// Starts a sandbox and waits until it listens.
  ///
  /// - Parameters:
  ///   - options: Options of `sandbox` beside the port.
  ///   - folder: Where it runs.
  /// - Throws: `Failure` where it ended instead.
  init(_ options: [String] = [], in folder: TemporaryFolder) async throws {
    program = try RunningProgram(["sandbox", "--port", "0"] + options, in: folder.path)
    guard await program.waits(for: "Ctrl-C ends it.\n"),
      let found = program.outputSoFar.firstMatch(of: /https?:\/\/[^ ]+/)
    else {
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

  /// Sends it a signal, such as SIGSTOP to let requests hang.
  func send(signal: Int32) { program.send(signal: signal) }

  /// Ends it as Ctrl-C does, and waits until it is gone.
  func stop() async -> ProgramRun {
    program.send(signal: SIGINT)
    return await program.finish()
  }
}
