// The ways to talk to a sandbox.

import HTTPTransfers
import SandboxServer
import TestSupport
import Testing
import UnityConnection

/// A way to talk to a sandbox; what is said must not depend on it.
struct Talk: Sendable, CustomTestStringConvertible {
  enum Road: String, Sendable, CaseIterable {
    case memory
    case socket
    case tls
    /// TLS with a certificate for another name, trusted by its pin, as appliances have them.
    case pinned
  }

  let road: Road
  let wire: WireFormat

  static let all = Road.allCases.flatMap { road in
    WireFormat.allCases.map { Talk(road: road, wire: $0) }
  }

  var testDescription: String { "\(wire.rawValue) by \(road.rawValue)" }

  /// Runs a test with a client of this sandbox.
  func with(
    _ sandbox: Sandbox, password: String = "sandbox", options: TransferOptions = TransferOptions(),
    _ test: (ConnectionClient) async throws -> Void
  ) async throws {
    let credentials = Credentials(username: "admin", password: Secret(password))
    let clock = HandClock().clock
    guard road != .memory else {
      return try await test(
        ConnectionClient(
          server: "sandbox:", over: sandbox, credentials: credentials, wire: wire, clock: clock))
    }
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    var options = options
    var certificate: ServerCertificate?
    if road == .tls {
      let made = try ServerCertificate.selfSigned(beside: folder.path("lab.db"))
      options.trust = .authorities(file: made.path)
      certificate = made
    } else if road == .pinned {
      certificate = try ServerCertificate.selfSigned(names: ["cuc.example"])
    }
    let listener = try SandboxListener(sandbox, certificate: certificate)
    defer { listener.stop() }
    let origin = try Origin(parsing: listener.url)
    if road == .pinned {
      var looking = TransferOptions()
      looking.trust = .unverified
      let facts = try await Handshake.certificate(of: origin, options: looking)
      options.trust = .pinned(try #require(facts).pin)
    }
    let loop = TransferLoop(origin: origin, options: options)
    defer { loop.shutDown() }
    try await test(
      ConnectionClient(
        server: listener.url, over: loop, credentials: credentials, wire: wire, clock: clock))
  }
}
