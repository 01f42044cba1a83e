// The ways to a sandbox: a call in memory, or a socket on the loopback address.

import HTTPMessages
import HTTPTransfers
import SandboxServer

/// Ways to reach a sandbox; what is asked of it must not depend on them.
enum Road: CaseIterable, Sendable {
  case memory
  case socket
}

/// Runs a test against a sandbox.
func onRoad(
  _ road: Road, _ sandbox: Sandbox, _ test: (any HTTPExchanging) async throws -> Void
) async throws {
  switch road {
  case .memory: try await test(sandbox)
  case .socket:
    let listener = try SandboxListener(sandbox)
    defer { listener.stop() }
    let loop = TransferLoop(origin: try Origin(parsing: listener.url))
    defer { loop.shutDown() }
    try await test(loop)
  }
}

extension HTTPResponse {
  var text: String { String(decoding: body, as: UTF8.self) }
}
