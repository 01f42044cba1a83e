// The transports to a sandbox: calls in memory, or a socket on the loopback address, with or without TLS.

import HTTPMessages
import HTTPTransfers
import SandboxServer

/// A transport to a sandbox; the sandbox must behave the same over each of them.
enum Transport: CaseIterable, Sendable {
  case memory
  case socket
  case tls
}

/// Runs a test against a sandbox.
func withServer(
  _ transport: Transport, _ sandbox: Sandbox, _ test: (any HTTPExchanging) async throws -> Void
) async throws {
  switch transport {
  case .memory: try await test(sandbox)
  case .socket, .tls:
    let certificate = transport == .tls ? try ServerCertificate.selfSigned() : nil
    let listener = try SandboxListener(sandbox, certificate: certificate)
    defer { listener.stop() }
    try await withServer(listener.url, test)
  }
}

/// Runs a test against the server at a URL.
func withServer(_ url: String, _ test: (any HTTPExchanging) async throws -> Void) async throws {
  var options = TransferOptions()
  options.trust = .unverified
  let loop = TransferLoop(origin: try Origin(parsing: url), options: options)
  defer { loop.shutDown() }
  try await test(loop)
}

extension HTTPResponse {
  var text: String { String(decoding: body, as: UTF8.self) }
}
