// Which servers a client trusts, over TLS with a self-signed certificate.

import Foundation
import HTTPMessages
import HTTPTransfers
import SandboxServer
import TestSupport
import Testing
import UnityConnection

@Suite struct ServerTrustTests {
  private let folder: TemporaryFolder
  private let sandbox: Sandbox

  init() throws {
    folder = try TemporaryFolder()
    sandbox = try Sandbox(state: .memory)
  }

  /// Requests the version over TLS.
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

  @Test func `a certificate is trusted as its own authority`() async throws {
    #expect(try await version { .authorities(file: $0.path) } == "14.0.1.0")
  }

  @Test func `without verification every server is trusted`() async throws {
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

  @Test func `a server with another key than the pinned one gets no credentials`() async throws {
    let pin = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    let error = await #expect(throws: ServerError.self) {
      try await version { _ in .pinned(pin) }
    }
    #expect(error?.kind == .pinMismatch)
    #expect(sandbox.counts.requests == [:])
  }

  /// Performs a TLS handshake with a sandbox, without a request.
  private func certificate(
    trust: (ServerCertificate) -> ServerTrust
  ) async throws -> ServerCertificateFacts? {
    let certificate = try ServerCertificate.selfSigned(beside: folder.path("lab.db"))
    let listener = try SandboxListener(sandbox, certificate: certificate)
    defer { listener.stop() }
    var options = TransferOptions()
    options.trust = trust(certificate)
    return try await Handshake.certificate(
      of: try Origin(parsing: listener.url), options: options)
  }

  @Test func `a handshake returns the certificate, whose pin can be used to trust the server`()
    async throws
  {
    let facts = try #require(try await certificate { _ in .unverified })
    #expect(facts.subject == "CN=cupibulk sandbox")
    #expect(facts.issuer == facts.subject)
    #expect(facts.end.timeIntervalSince(facts.begin) == 3651 * 86_400)
    #expect(sandbox.counts.requests == [:])
    #expect(try await version { _ in .pinned(facts.pin) } == "14.0.1.0")
    let pinned = try await certificate { _ in .pinned(facts.pin) }
    #expect(pinned == facts)
  }

  @Test func `a handshake fails like a request`() async throws {
    let unknown = await #expect(throws: ExchangeError.self) {
      try await certificate { _ in .system }
    }
    #expect(unknown?.cause == .certificateUntrusted)
    let other = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    let mismatch = await #expect(throws: ExchangeError.self) {
      try await certificate { _ in .pinned(other) }
    }
    #expect(mismatch?.cause == .pinMismatch)
    #expect(sandbox.counts.requests == [:])
  }

  @Test func `without TLS there is no certificate`() async throws {
    let listener = try SandboxListener(sandbox)
    defer { listener.stop() }
    let origin = try Origin(parsing: listener.url)
    #expect(try await Handshake.certificate(of: origin, options: TransferOptions()) == nil)
    #expect(sandbox.counts.requests == [:])
  }
}
