// A web server that gives everybody the same page.

import Foundation
import Glibc
import Synchronization

/// Answers each connection's first request with the same bytes, and hangs up.
final class PageServer: Sendable {
  let url: String
  private let listener: Int32
  private let count: Counter

  private final class Counter: Sendable {
    let answers = Atomic(0)
  }

  /// Why no port could be had.
  struct Failure: Error {
    var code: Int32
  }

  /// Serves `answer`, a whole HTTP message, on a port of its own.
  init(_ answer: String) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe bind(listener, address, size) == 0 && listen(listener, 64) == 0
          && getsockname(listener, address, &size) == 0
      }
    }
    guard status else { throw Failure(code: errno) }
    let count = Counter()
    self.listener = listener
    self.count = count
    url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
    let bytes = Array(answer.utf8)
    Thread.detachNewThread { Self.serve(listener, bytes, count) }
  }

  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  /// How many requests were answered.
  var answered: Int { count.answers.load(ordering: .relaxed) }

  private static func serve(_ listener: Int32, _ answer: [UInt8], _ count: Counter) {
    while true {
      let connection = accept(listener, nil, nil)
      if connection < 0 { break }
      var request: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 4096)
      while !String(decoding: request, as: UTF8.self).contains("\r\n\r\n") {
        let got = unsafe buffer.withUnsafeMutableBytes {
          unsafe recv(connection, $0.baseAddress, $0.count, 0)
        }
        if got <= 0 { break }
        request += buffer.prefix(got)
      }
      count.answers.add(1, ordering: .relaxed)
      _ = unsafe answer.withUnsafeBytes {
        unsafe send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      shutdown(connection, Int32(SHUT_WR))
      // The client closes first, so that its answer is not cut off by a reset.
      while unsafe buffer.withUnsafeMutableBytes({
        unsafe recv(connection, $0.baseAddress, $0.count, 0)
      }) > 0 {}
      close(connection)
    }
    close(listener)
  }
}
