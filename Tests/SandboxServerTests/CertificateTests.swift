// TLS: a certificate is generated on first use, stored, and trusted by a client that is configured to trust it.

import Foundation
import HTTPMessages
import HTTPTransfers
import SandboxServer
import TestSupport
import Testing

@Suite struct CertificateTests {
  let folder: TemporaryFolder
  let sandbox: Sandbox

  init() throws {
    folder = try TemporaryFolder()
    sandbox = try Sandbox(state: .memory)
  }

  private func status(_ url: String, _ trust: ServerTrust) async throws -> Int {
    var options = TransferOptions()
    options.trust = trust
    let loop = TransferLoop(origin: try Origin(parsing: url), options: options)
    defer { loop.shutDown() }
    return try await loop.send(HTTPRequest(.get, "/vmrest/version", headerFields: fields())).status
  }

  @Test(arguments: ["127.0.0.1", "::1", "localhost"])
  func `a client that has the certificate as its authority trusts the sandbox`(address: String)
    async throws
  {
    let certificate = try ServerCertificate.selfSigned(beside: folder.path("lab.db"))
    let listener = try SandboxListener(sandbox, address: address, certificate: certificate)
    defer { listener.stop() }
    #expect(listener.url.hasPrefix("https://"))
    #expect(try await status(listener.url, .authorities(file: certificate.path)) == 200)
    await #expect(throws: ExchangeError.self) { try await status(listener.url, .system) }
  }

  @Test func `the certificate is generated once, and only the owner may read the key`() async throws
  {
    let state = folder.path("lab.db")
    let first = try ServerCertificate.selfSigned(beside: state)
    #expect(first.path == state + ".crt")
    #expect(try folder.names() == ["lab.db.crt", "lab.db.key"])
    let mode = try FileManager.default.attributesOfItem(atPath: state + ".key")[.posixPermissions]
    #expect(mode as? Int == 0o600)
    let text = try folder.read("lab.db.crt")
    _ = try ServerCertificate.selfSigned(beside: state)
    #expect(try folder.read("lab.db.crt") == text)
    try FileManager.default.removeItem(atPath: state + ".key")
    _ = try ServerCertificate.selfSigned(beside: state)
    #expect(try folder.read("lab.db.crt") != text)
  }

  @Test func `a certificate in memory can be used`() async throws {
    let listener = try SandboxListener(sandbox, certificate: .selfSigned())
    defer { listener.stop() }
    #expect(try await status(listener.url, .unverified) == 200)
  }

  @Test func `an invalid certificate is refused`() throws {
    let path = try folder.write("no certificate", to: "lab.pem")
    let certificate = try ServerCertificate(certificateFile: path, keyFile: path)
    #expect(
      throws: SandboxError.certificate(path: path, reason: "TLS does not take it and its key")
    ) {
      _ = try SandboxListener(sandbox, certificate: certificate)
    }
    let missing = folder.path("missing.key")
    #expect(
      throws: SandboxError.certificate(path: path, reason: "\(missing) cannot be read")
    ) {
      _ = try ServerCertificate(certificateFile: path, keyFile: missing)
    }
  }
}
