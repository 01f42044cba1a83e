// A server with unusual responses, written in Python: Tests/OddServer/odd_server.py.

import Foundation
import HTTPMessages
import HTTPTransfers
import TestSupport
import UnityConnection

/// A process that serves each unusual case on a separate port, and counts the events of each.
final class OddServer: Sendable {
  /// The counts of a case.
  struct Counts: Decodable {
    var connections, logins, reads, writes, applied, closed: Int
  }

  /// Why the server could not be started.
  struct Failure: Error {
    var messages: String
  }

  private static let started = Task { try await OddServer() }

  /// The server that the table of cases shares; started at the first use, it ends with this process.
  static var shared: OddServer { get async throws { try await started.value } }

  private let program: RunningProgram
  private let folder: TemporaryFolder
  private let ports: [String: UInt16]
  private let control: TransferLoop

  /// Starts a separate server, which ends when the object is released.
  init() async throws {
    folder = try TemporaryFolder()
    program = try RunningProgram(
      ["-B", Package.root + "/Tests/OddServer/odd_server.py"], program: "/usr/bin/python3",
      in: folder.path)
    guard await program.waits(for: "}\n") else {
      throw Failure(messages: await program.finish().messages)
    }
    ports = try JSONDecoder().decode([String: UInt16].self, from: Data(program.outputSoFar.utf8))
    // A test must not fail because the machine is busy.
    var options = TransferOptions()
    options.connectTimeout = .seconds(600)
    options.transferTimeout = .seconds(600)
    options.stallTimeout = .seconds(600)
    control = TransferLoop(
      origin: try Origin(parsing: "http://127.0.0.1:\(ports["control"] ?? 0)"), options: options)
  }

  /// The names of all cases.
  var cases: Set<String> { Set(ports.keys).subtracting(["control"]) }

  func origin(of name: String) throws -> Origin {
    try Origin(parsing: "http://127.0.0.1:\(ports[name] ?? 0)")
  }

  func counts(of name: String) async throws -> Counts {
    let response = try await control.send(HTTPRequest(.get, "/\(name)"))
    return try JSONDecoder().decode(Counts.self, from: Data(response.body))
  }

  /// The number of followed redirects.
  func redirected() async throws -> Int? {
    let response = try await control.send(HTTPRequest(.get, "/count"))
    return try JSONDecoder().decode([String: Int].self, from: Data(response.body))["redirected"]
  }

  /// Waits until the server has closed this number of connections of a case.
  func waitUntilClosed(_ count: Int, of name: String) async throws {
    while try await counts(of: name).closed < count {
      try await Task.sleep(for: .milliseconds(5))
    }
  }
}
