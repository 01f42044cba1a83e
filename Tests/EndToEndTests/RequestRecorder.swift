import Foundation
import Glibc
import Synchronization

/// A web server that keeps each request, and answers it with the next of its answers, the last one repeatedly.
final class RequestRecorder: Sendable {
  let url: String
  private let listener: Int32
  private let log: Log

  private final class Log: Sendable {
    let requests = Mutex<[String]>([])
  }

  /// Serves whole HTTP messages on a free port, each on a connection of its own.
  init(_ answers: [String]) throws {
    let socket = try LoopbackListener()
    let (listener, log) = (socket.descriptor, Log())
    self.listener = listener
    self.log = log
    url = socket.url
    Thread.detachNewThread { Self.serve(listener, answers, log) }
  }

  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  /// The requests so far, each with its head and body.
  var requests: [String] { log.requests.withLock(\.self) }

  /// An answer without a body.
  static func answer(_ status: String, _ field: String = "X-Nothing: here") -> String {
    "HTTP/1.1 \(status)\r\nConnection: close\r\nContent-Length: 0\r\n\(field)\r\n\r\n"
  }

  private static func serve(_ listener: Int32, _ answers: [String], _ log: Log) {
    var rest = answers[...]
    while true {
      let connection = accept(listener, nil, nil)
      if connection < 0 { break }
      var request = ""
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 4096)
      while !isWhole(request) {
        let got = unsafe buffer.withUnsafeMutableBytes {
          unsafe recv(connection, $0.baseAddress, $0.count, 0)
        }
        if got <= 0 { break }
        bytes += buffer.prefix(got)
        request = String(decoding: bytes, as: UTF8.self)
      }
      log.requests.withLock { [request] in $0.append(request) }
      let answer = Array((rest.count > 1 ? rest.removeFirst() : rest.first ?? "").utf8)
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

  private static func isWhole(_ request: String) -> Bool {
    guard let end = request.range(of: "\r\n\r\n") else { return false }
    let length = request[..<end.lowerBound].firstMatch(of: /Content-Length: (\d+)/)
    return request[end.upperBound...].utf8.count >= (length.flatMap { Int($0.1) } ?? 0)
  }
}
