// A socket that listens on a free loopback port, for the test servers.

import Glibc

/// An open listening socket; its creator closes it.
struct LoopbackListener {
  let descriptor: Int32
  let port: UInt16

  var url: String { "http://127.0.0.1:\(port)" }

  /// The error when no port can be opened.
  struct Failure: Error {
    var code: Int32
  }

  /// Opens the socket, with optional flags such as `SOCK_NONBLOCK`.
  init(flags: Int32 = 0) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | flags, 0)
    var address = loopback(0)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = descriptor
    let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe bind(listener, address, size) == 0 && listen(listener, 64) == 0
          && getsockname(listener, address, &size) == 0
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    guard status else { throw Failure(code: errno) }
  }
}

/// Returns the loopback address of a port; 0 is any free port.
func loopback(_ port: UInt16) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
  address.sin_port = port.bigEndian
  return address
}
