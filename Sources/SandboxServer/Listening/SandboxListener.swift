import Synchronization

/// Serves a sandbox on a TCP port with libmicrohttpd, with or without TLS, until it is stopped.
///
/// Each connection has its own thread and is kept alive between requests.
package final class SandboxListener: Sendable {
  /// The address as passed to `init`.
  package let address: String
  /// The actual port, also if port 0 was requested.
  package let port: UInt16
  private let isSecure: Bool
  private let daemon: Mutex<Daemon?>

  /// Starts to listen.
  ///
  /// - Parameters:
  ///   - sandbox: Processes the requests.
  ///   - address: An IPv4 or IPv6 address of this machine; only this machine can reach the default.
  ///   - port: The port; 0 selects any free port.
  ///   - certificate: The certificate for TLS; `nil` for plain HTTP.
  ///   - connectionLimit: The maximum number of simultaneous connections; more wait until one ends.
  ///   - idleSeconds: The seconds after which an idle connection is closed; the default is that of Tomcat.
  /// - Throws: `SandboxError.addressUnknown`, `.cannotListen`, or `.certificate` if TLS rejects the certificate.
  package init(
    _ sandbox: Sandbox, address: String = "127.0.0.1", port: UInt16 = 0,
    certificate: ServerCertificate? = nil, connectionLimit: UInt32 = 512, idleSeconds: UInt32 = 20
  ) throws(SandboxError) {
    let socket = try ListeningSocket(address: address, port: port)
    let core = ListenerCore(
      sandbox: sandbox, certificate: certificate, hosts: HostNames(listeningOn: address),
      idleSeconds: idleSeconds)
    guard
      let started = Daemon(
        on: socket, core: core, connectionLimit: connectionLimit, idleSeconds: idleSeconds)
    else {
      if let certificate {
        throw .certificate(path: certificate.path, reason: "TLS does not take it and its key")
      }
      throw .cannotListen(
        address: address, port: socket.port, reason: .other("libmicrohttpd does not start"))
    }
    self.address = address
    self.port = socket.port
    isSecure = certificate != nil
    daemon = Mutex(started)
  }

  deinit { stop() }

  /// True for an address that only this machine can reach.
  package static func isLoopback(_ address: String) -> Bool { HostNames.isLoopback(address) }

  /// The URL of the sandbox, such as `http://127.0.0.1:8443`.
  package var url: String {
    let host = address.contains(":") ? "[\(address)]" : address
    return "\(isSecure ? "https" : "http")://\(host):\(port)"
  }

  /// Accepts no more connections, waits up to 5 s for pending responses, and closes all connections.
  ///
  /// Requests that wait for a slot or for their release are not processed. A second call does nothing.
  package func stop() {
    let running = daemon.withLock { daemon in
      defer { daemon = nil }
      return daemon
    }
    running?.stop()
  }
}
