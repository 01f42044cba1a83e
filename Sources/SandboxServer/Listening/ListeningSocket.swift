// The compiler assigns the socket types to CMicroHTTPD or to Glibc, whichever was built first.
import CMicroHTTPD
import Glibc
import Bytes

/// A listening socket; the user of its descriptor must close it.
struct ListeningSocket {
  let descriptor: Int32
  /// The actual port, also if port 0 was requested.
  let port: UInt16

  /// Listens on an IPv4 or IPv6 address or `localhost`; port 0 selects any free port.
  ///
  /// - Throws: `SandboxError.addressUnknown` or `.cannotListen`.
  init(address: String, port: UInt16) throws(SandboxError) {
    let text = address == "localhost" ? "127.0.0.1" : address
    var hints = unsafe addrinfo()
    unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(text, String(port), &hints, &found) == 0, let first = unsafe found
    else { throw .addressUnknown(address) }
    defer { unsafe freeaddrinfo(first) }
    let info = unsafe first.pointee

    let made = unsafe socket(info.ai_family, info.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard made >= 0 else { throw Self.failure(address, port) }
    var yes: Int32 = 1
    unsafe setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    guard unsafe bind(made, info.ai_addr, info.ai_addrlen) == 0, listen(made, 128) == 0 else {
      let error = Self.failure(address, port)
      close(made)
      throw error
    }
    descriptor = made
    self.port = Self.port(of: made)
  }

  /// The port that a socket is bound to (`getsockname`); IPv4 and IPv6 store it at the same offset.
  private static func port(of descriptor: Int32) -> UInt16 {
    var bound = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    unsafe withUnsafeMutablePointer(to: &bound) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        _ = unsafe getsockname(descriptor, address, &length)
      }
    }
    return UInt16(bigEndian: bound.sin6_port)
  }

  /// The error for the current value of `errno`.
  private static func failure(_ address: String, _ port: UInt16) -> SandboxError {
    let code = errno
    let reason: SandboxError.ListenReason =
      switch code {
      case EADDRINUSE: .inUse
      case EACCES, EPERM: .notAllowed
      case EADDRNOTAVAIL: .addressNotHere
      default: .other(SystemReason.text(code))
      }
    return .cannotListen(address: address, port: port, reason: reason)
  }
}
