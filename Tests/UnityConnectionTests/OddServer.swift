// The server of odd answers, which is written in another language: Tests/OddServer/odd_server.py.

import Foundation
import HTTPMessages
import HTTPTransfers
import TestSupport
import UnityConnection

/// A process that serves each odd case on a port of its own, and counts for each what it has seen.
final class OddServer: Sendable {
  /// What a case has seen.
  struct Counts: Decodable {
    var connections, logins, reads, writes, applied, closed: Int
  }

  /// Why it could not be started.
  struct Failure: Error {
    var messages: String
  }

  private static let started = Task { try await OddServer() }

  /// The server of the table, which is started at the first call and ends with this process.
  static var shared: OddServer { get async throws { try await started.value } }

  private let program: RunningProgram
  private let folder: TemporaryFolder
  private let ports: [String: UInt16]
  private let control: TransferLoop

  /// Starts a server of one's own; it ends when the value goes.
  init() async throws {
    folder = try TemporaryFolder()
    program = try RunningProgram(
      ["-B", Package.root + "/Tests/OddServer/odd_server.py"], program: "/usr/bin/python3",
      in: folder.path)
    guard await program.waits(for: "}\n") else {
      throw Failure(messages: await program.finish().messages)
    }
    ports = try JSONDecoder().decode([String: UInt16].self, from: Data(program.outputSoFar.utf8))
    // However busy the machine is, a test must not fail for it.
    var patient = TransferOptions()
    patient.connectTimeout = .seconds(600)
    patient.transferTimeout = .seconds(600)
    patient.stallTimeout = .seconds(600)
    control = TransferLoop(
      origin: try Origin(parsing: "http://127.0.0.1:\(ports["control"] ?? 0)"), options: patient)
  }

  /// The names of all cases.
  var cases: Set<String> { Set(ports.keys).subtracting(["control"]) }

  func origin(of name: String) throws -> Origin {
    try Origin(parsing: "http://127.0.0.1:\(ports[name] ?? 0)")
  }

  func counts(of name: String) async throws -> Counts {
    let answer = try await control.send(HTTPRequest(.get, "/\(name)"))
    return try JSONDecoder().decode(Counts.self, from: Data(answer.body))
  }

  /// How often somebody followed a redirect.
  func redirected() async throws -> Int? {
    let answer = try await control.send(HTTPRequest(.get, "/count"))
    return try JSONDecoder().decode([String: Int].self, from: Data(answer.body))["redirected"]
  }

  /// Waits until the server has closed so many connections of a case.
  func waitUntilClosed(_ count: Int, of name: String) async throws {
    while try await counts(of: name).closed < count {
      try await Task.sleep(for: .milliseconds(5))
    }
  }
}
