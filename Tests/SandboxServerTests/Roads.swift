// The ways to a sandbox: a call in memory, or a socket on the loopback address, plain and with TLS.

import HTTPMessages
import HTTPTransfers
import SandboxServer

/// Ways to reach a sandbox; what is asked of it must not depend on them.
enum Road: CaseIterable, Sendable {
  case memory
  case socket
  case tls
}

/// Runs a test against a sandbox.
func onRoad(
  _ road: Road, _ sandbox: Sandbox, _ test: (any HTTPExchanging) async throws -> Void
) async throws {
  switch road {
  case .memory: try await test(sandbox)
  case .socket, .tls:
    let certificate = road == .tls ? try ServerCertificate.selfSigned() : nil
    let listener = try SandboxListener(sandbox, certificate: certificate)
    defer { listener.stop() }
    try await onRoad(listener.url, test)
  }
}

/// Runs a test against whatever listens at a URL.
func onRoad(_ url: String, _ test: (any HTTPExchanging) async throws -> Void) async throws {
  var options = TransferOptions()
  options.trust = .unverified
  let loop = TransferLoop(origin: try Origin(parsing: url), options: options)
  defer { loop.shutDown() }
  try await test(loop)
}

extension HTTPResponse {
  var text: String { String(decoding: body, as: UTF8.self) }
}
