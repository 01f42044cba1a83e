// A server on a loopback socket that sends scripted bytes, well-formed or not, as the reply to each request.

import Foundation
import Glibc
import HTTPTransfers
import Synchronization
import Testing

struct FixtureRequest: Sendable, Equatable {
  /// The number of its connection, from 1.
  var connection: Int
  /// Its number on the connection, from 1.
  var number: Int
  /// The request line and the header lines.
  var head: String
  var body: String
}

enum FixtureReply: Sendable {
  /// Sends these bytes and reads the next request.
  case send(String)
  /// Sends these bytes and closes.
  case sendAndClose(String)
  /// Resets the connection.
  case reset
  /// Sends nothing until the peer closes the connection.
  case silence
}

extension FixtureReply: CustomTestStringConvertible {
  var testDescription: String { String(String(describing: self).prefix(80)) }
}

final class FixtureServer: Sendable {
  let port: UInt16
  /// Yields each request when it has been read, before the reply is sent.
  let arrivals: AsyncStream<FixtureRequest>
  private let continuation: AsyncStream<FixtureRequest>.Continuation
  private let listener: Int32
  private let script: @Sendable (FixtureRequest) -> FixtureReply
  private let received = Mutex<[FixtureRequest]>([])

  /// The bytes that are sent on each new connection, before a request is read.
  private let greeting: String

  init(
    greeting: String = "", _ script: @escaping @Sendable (FixtureRequest) -> FixtureReply
  ) throws {
    self.greeting = greeting
    self.script = script
    (arrivals, continuation) = AsyncStream.makeStream()
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe bind(listener, address, size) == 0 && listen(listener, 256) == 0
          && getsockname(listener, address, &size) == 0
      }
    }
    port = UInt16(bigEndian: address.sin_port)
    try #require(status)
    Thread.detachNewThread { [self] in acceptAll() }
  }

  var origin: Origin {
    get throws { try Origin(parsing: "http://127.0.0.1:\(port)") }
  }

  var requests: [FixtureRequest] { received.withLock { $0 } }

  func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  private func acceptAll() {
    var connections = 0
    while case let peer = accept(listener, nil, nil), peer >= 0 {
      connections += 1
      let number = connections
      Thread.detachNewThread { [self] in serve(peer, connection: number) }
    }
    close(listener)
  }

  private func serve(_ peer: Int32, connection: Int) {
    var reader = FixtureReader(peer: peer)
    var number = 0
    defer { close(peer) }
    write(greeting, to: peer)
    while let (head, body) = reader.next() {
      number += 1
      let request = FixtureRequest(
        connection: connection, number: number, head: head, body: body)
      received.withLock { $0.append(request) }
      continuation.yield(request)
      switch script(request) {
      case .send(let text): write(text, to: peer)
      case .sendAndClose(let text): return write(text, to: peer)
      case .reset:
        var lingering = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(
          peer, SOL_SOCKET, SO_LINGER, &lingering, socklen_t(MemoryLayout<linger>.size))
        return
      case .silence:
        _ = reader.next()
        return
      }
    }
  }

  private func write(_ text: String, to peer: Int32) {
    let bytes = [UInt8](text.utf8)
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe send(
          peer, buffer.baseAddress?.advanced(by: sent), bytes.count - sent,
          Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
    }
  }
}

/// Reads requests from a socket.
struct FixtureReader {
  let peer: Int32
  private var unread: [UInt8] = []

  init(peer: Int32) { self.peer = peer }

  /// The head and body of the next request, or `nil` once the peer has closed the connection.
  mutating func next() -> (head: String, body: String)? {
    let end = [UInt8]("\r\n\r\n".utf8)
    while true {
      if let range = unread.firstRange(of: end) {
        let head = String(decoding: unread[..<range.lowerBound], as: UTF8.self)
        let length = head.split(separator: "\r\n")
          .first { $0.lowercased().hasPrefix("content-length:") }
          .flatMap { Int($0.dropFirst(15).filter { $0 != " " }) }
        let bodyEnd = range.upperBound + (length ?? 0)
        if unread.count >= bodyEnd {
          let body = String(decoding: unread[range.upperBound..<bodyEnd], as: UTF8.self)
          unread.removeSubrange(..<bodyEnd)
          return (head, body)
        }
      }
      guard readMore() else { return nil }
    }
  }

  private mutating func readMore() -> Bool {
    var part = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe part.withUnsafeMutableBytes { unsafe read(peer, $0.baseAddress, $0.count) }
    guard count > 0 else { return false }
    unread += part[..<count]
    return true
  }
}

extension FixtureServer {
  /// A loop to this server that keeps its connections open, however slow the test's machine is.
  func loopKeepingConnections() throws -> TransferLoop {
    var options = TransferOptions()
    options.idleTimeout = .seconds(3600)
    return TransferLoop(origin: try origin, options: options)
  }
}
