// The sandbox on a socket: a thin shell of libmicrohttpd around it.

import Synchronization

/// Serves a sandbox on a TCP port, plain or with TLS, until it is stopped.
///
/// Each connection has a thread of its own and is kept alive between requests.
package final class SandboxListener: Sendable {
  /// The address as it was given.
  package let address: String
  /// The port, also where any free one was asked for.
  package let port: UInt16
  private let isSecure: Bool
  private let daemon: Mutex<Daemon?>

  /// Begins to listen.
  ///
  /// - Parameters:
  ///   - sandbox: what answers.
  ///   - address: an IPv4 or IPv6 address of this machine; only this machine can reach the default.
  ///   - port: 0 takes any free one.
  ///   - certificate: speaks TLS with it.
  ///   - connectionLimit: connections at one time; more wait until one of them ends.
  ///   - idleSeconds: seconds after which an idle connection is closed, by default as Tomcat does.
  /// - Throws: `SandboxError.addressUnknown`, `.cannotListen`, or `.certificate` where TLS refuses it.
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

  /// Where the sandbox is, such as `http://127.0.0.1:8443`.
  package var url: String {
    let host = address.contains(":") ? "[\(address)]" : address
    return "\(isSecure ? "https" : "http")://\(host):\(port)"
  }

  /// Takes no more connections, lets answers that are under way go out (5 s at most), and closes all.
  ///
  /// Requests that wait for their turn or to be released are not done. A second call does nothing.
  package func stop() {
    let running = daemon.withLock { daemon in
      defer { daemon = nil }
      return daemon
    }
    running?.stop()
  }
}
