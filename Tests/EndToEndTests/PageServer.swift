import Foundation
import Glibc
import Synchronization

/// A web server that answers each connection's first request with the same bytes, and closes it.
final class PageServer: Sendable {
  let url: String
  private let listener: Int32
  private let count: Counter

  private final class Counter: Sendable {
    let answers = Atomic(0)
  }

  /// Serves `answer`, a whole HTTP message, on a free port.
  init(_ answer: String) throws {
    let socket = try LoopbackListener()
    let listener = socket.descriptor
    let count = Counter()
    self.listener = listener
    self.count = count
    url = socket.url
    let bytes = Array(answer.utf8)
    Thread.detachNewThread { Self.serve(listener, bytes, count) }
  }

  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  /// The number of answered requests.
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
