import Bytes
import FoundationEssentials
import Glibc

/// A certificate and its private key, both in PEM.
package struct ServerCertificate: Sendable {
  /// The path of the certificate, for messages and for clients that should trust it.
  package let path: String
  let certificate: String
  /// The private key; it must never be shown.
  let key: String

  /// The names of this machine's loopback.
  package static let loopbackNames = ["localhost", "127.0.0.1", "::1"]

  /// Reads a certificate (with its chain) and its key.
  ///
  /// - Throws: `SandboxError.certificate` if one of the files cannot be read.
  package init(certificateFile: String, keyFile: String) throws(SandboxError) {
    path = certificateFile
    certificate = try Self.read(certificateFile, for: certificateFile)
    key = try Self.read(keyFile, for: certificateFile)
  }

  /// The self-signed certificate that is stored next to a state file; generated if it does not exist.
  ///
  /// The file names are the state's name with `.crt` and `.key`; only their owner may read the key.
  ///
  /// - Parameters:
  ///   - statePath: The state file.
  ///   - names: The host names and addresses that a new certificate is valid for.
  /// - Returns: The existing or new certificate.
  /// - Throws: `SandboxError.certificate`.
  package static func selfSigned(
    beside statePath: String, names: [String] = loopbackNames
  ) throws(SandboxError) -> ServerCertificate {
    let path = statePath + ".crt"
    let keyPath = statePath + ".key"
    let files = FileManager.default
    if files.fileExists(atPath: path) && files.fileExists(atPath: keyPath) {
      return try ServerCertificate(certificateFile: path, keyFile: keyPath)
    }
    let made = try selfSigned(path: path, names: names)
    do {
      // After a crash, an old certificate must not be used with a new key: it is removed first and written last.
      try? files.removeItem(atPath: path)
      try? files.removeItem(atPath: keyPath)
      try writeKey(made.key, to: keyPath)
      try Data(made.certificate.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw .certificate(path: path, reason: "it cannot be written")
    }
    return made
  }

  /// Writes a key that only its owner may read; throws if the path exists by then, for example as a link.
  private static func writeKey(_ key: String, to path: String) throws {
    let opened = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw CocoaError(.fileWriteUnknown) }
    let code = Descriptor.write(Array(key.utf8), to: opened)
    guard close(opened) == 0, code == 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  /// A self-signed certificate that is not stored, for a sandbox in memory.
  ///
  /// - Throws: `SandboxError.certificate` if GnuTLS cannot generate it.
  package static func selfSigned(
    names: [String] = loopbackNames
  ) throws(SandboxError) -> ServerCertificate {
    try selfSigned(path: "memory", names: names)
  }

  private static func selfSigned(
    path: String, names: [String]
  ) throws(SandboxError) -> ServerCertificate {
    do {
      let made = try SelfSigned(names: names)
      return ServerCertificate(path: path, certificate: made.certificate, key: made.key)
    } catch {
      throw .certificate(path: path, reason: "GnuTLS cannot make it: \(error.message)")
    }
  }

  private init(path: String, certificate: String, key: String) {
    self.path = path
    self.certificate = certificate
    self.key = key
  }

  private static func read(_ path: String, for certificate: String) throws(SandboxError) -> String {
    do {
      return try String(contentsOf: URL(filePath: path), encoding: .utf8)
    } catch {
      throw .certificate(path: certificate, reason: "\(path) cannot be read")
    }
  }
}
