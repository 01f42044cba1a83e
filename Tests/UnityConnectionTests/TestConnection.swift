// The connections between a client and a sandbox: every transport in both formats.

import HTTPTransfers
import SandboxServer
import TestSupport
import Testing
import UnityConnection

/// A connection from a client to a sandbox; the results must be the same for each.
struct TestConnection: Sendable, CustomTestStringConvertible {
  enum Channel: String, Sendable, CaseIterable {
    case memory
    case socket
    case tls
    /// TLS with a certificate for another host name, trusted by its pin, which is common for appliances.
    case pinned
  }

  let channel: Channel
  let wire: WireFormat

  static let all = Channel.allCases.flatMap { channel in
    WireFormat.allCases.map { TestConnection(channel: channel, wire: $0) }
  }

  var testDescription: String { "\(wire.rawValue) by \(channel.rawValue)" }

  /// Runs a test with a client of the sandbox.
  func with(
    _ sandbox: Sandbox, password: String = "sandbox", options: TransferOptions = TransferOptions(),
    _ test: (ConnectionClient) async throws -> Void
  ) async throws {
    let credentials = Credentials(username: "admin", password: Secret(password))
    let clock = ManualClock().clock
    guard channel != .memory else {
      return try await test(
        ConnectionClient(
          server: "sandbox:", over: sandbox, credentials: credentials, wire: wire, clock: clock))
    }
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    var options = options
    var certificate: ServerCertificate?
    if channel == .tls {
      let made = try ServerCertificate.selfSigned(beside: folder.path("lab.db"))
      options.trust = .authorities(file: made.path)
      certificate = made
    } else if channel == .pinned {
      certificate = try ServerCertificate.selfSigned(names: ["cuc.example"])
    }
    let listener = try SandboxListener(sandbox, certificate: certificate)
    defer { listener.stop() }
    let origin = try Origin(parsing: listener.url)
    if channel == .pinned {
      var unverified = TransferOptions()
      unverified.trust = .unverified
      let facts = try await Handshake.certificate(of: origin, options: unverified)
      options.trust = .pinned(try #require(facts).pin)
    }
    let loop = TransferLoop(origin: origin, options: options)
    defer { loop.shutDown() }
    try await test(
      ConnectionClient(
        server: listener.url, over: loop, credentials: credentials, wire: wire, clock: clock))
  }
}
