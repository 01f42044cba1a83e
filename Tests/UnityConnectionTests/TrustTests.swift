// Whom a client talks to, over TLS with a certificate that nobody signed.

import HTTPTransfers
import SandboxServer
import TestSupport
import Testing
import UnityConnection

@Suite struct TrustTests {
  private let folder: TemporaryFolder
  private let sandbox: Sandbox

  init() throws {
    folder = try TemporaryFolder()
    sandbox = try Sandbox(state: .memory)
  }

  /// Asks for the version over TLS.
  private func version(
    names: [String] = ServerCertificate.loopbackNames, trust: (ServerCertificate) -> ServerTrust
  ) async throws -> String {
    let certificate = try ServerCertificate.selfSigned(
      beside: folder.path("lab.db"), names: names)
    let listener = try SandboxListener(sandbox, certificate: certificate)
    defer { listener.stop() }
    var options = TransferOptions()
    options.trust = trust(certificate)
    let loop = TransferLoop(origin: try Origin(parsing: listener.url), options: options)
    defer { loop.shutDown() }
    let client = ConnectionClient(
      server: listener.url, over: loop,
      credentials: Credentials(username: "admin", password: Secret("sandbox")))
    return try await client.version()
  }

  @Test func `its own authority is trusted`() async throws {
    #expect(try await version { .authorities(file: $0.path) } == "14.0.1.0")
  }

  @Test func `who trusts anybody gets an answer`() async throws {
    #expect(try await version { _ in .unverified } == "14.0.1.0")
  }

  @Test func `an unknown authority is not trusted and gets no credentials`() async throws {
    let error = await #expect(throws: ServerError.self) { try await version { _ in .system } }
    #expect(error?.kind == .certificateUntrusted)
    #expect(sandbox.counts.requests == [:])
  }

  @Test func `a certificate for another name is not trusted`() async throws {
    let error = await #expect(throws: ServerError.self) {
      try await version(names: ["other.example"]) { .authorities(file: $0.path) }
    }
    #expect(error?.kind == .certificateUntrusted)
    #expect(sandbox.counts.requests == [:])
  }

  @Test func `another key than the pinned one gets no credentials`() async throws {
    let pin = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    let error = await #expect(throws: ServerError.self) {
      try await version { _ in .pinned(pin) }
    }
    #expect(error?.kind == .pinMismatch)
    #expect(sandbox.counts.requests == [:])
  }
}
