// A door between the program and a server that stops the requests a test wants to see in flight.

import Foundation
import Glibc
import Synchronization

/// Passes connections on to a server on loopback; a request that begins as told is held until `open`.
///
/// What is held has left the program and has not reached the server.
final class HoldingGate: Sendable {
  let url: String
  private let listener: Int32
  private let door: Door

  /// Whether requests pass, and how many stand before it.
  private final class Door: Sendable {
    enum Position { case shut, open, gone }

    let start: [UInt8]
    let port: UInt16
    private let state = Mutex((position: Position.shut, held: 0))

    init(_ start: String, port: UInt16) {
      self.start = Array(start.utf8)
      self.port = port
    }

    var held: Int { state.withLock(\.held) }

    func move(to position: Position) { state.withLock { $0.position = position } }

    /// Returns when the piece may pass; false if it never may.
    func admits(_ piece: ArraySlice<UInt8>) -> Bool {
      guard piece.starts(with: start) else { return true }
      state.withLock { $0.held += 1 }
      while true {
        switch state.withLock(\.position) {
        case .open: return true
        case .gone: return false
        case .shut: usleep(2_000)
        }
      }
    }
  }

  /// Why there is no gate.
  struct Failure: Error {
    var code: Int32
  }

  /// Opens a port that leads to `url`, shut for requests that begin with `start`, such as `POST `.
  init(before url: String, holding start: String) throws {
    guard let text = url.split(separator: ":").last, let port = UInt16(text) else {
      throw Failure(code: EINVAL)
    }
    let socket = try LoopbackListener()
    let listener = socket.descriptor
    let door = Door(start, port: port)
    self.listener = listener
    self.door = door
    self.url = socket.url
    Thread.detachNewThread { Self.serve(listener, door) }
  }

  deinit {
    door.move(to: .gone)
    // Ends the wait for connections; the thread closes the socket.
    shutdown(listener, Int32(SHUT_RDWR))
  }

  /// Waits until a request is held.
  func waitForRequest() async throws {
    while door.held == 0 { try await Task.sleep(for: .milliseconds(5)) }
  }

  /// Lets through what is held, and all that comes.
  func open() { door.move(to: .open) }

  private static func serve(_ listener: Int32, _ door: Door) {
    while true {
      let near = accept(listener, nil, nil)
      if near < 0 { break }
      let far = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = loopback(door.port)
      let status = unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
          unsafe connect(far, address, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      guard status == 0 else {
        close(near)
        close(far)
        continue
      }
      Thread.detachNewThread {
        copy(from: near, to: far) { door.admits($0) }
        shutdown(far, Int32(SHUT_RDWR))
      }
      Thread.detachNewThread {
        copy(from: far, to: near) { _ in true }
        shutdown(near, Int32(SHUT_RDWR))
      }
    }
    close(listener)
  }

  /// Copies until one side ends; the sockets are left to the process, which does not live long.
  private static func copy(
    from source: Int32, to goal: Int32, passing: (ArraySlice<UInt8>) -> Bool
  ) {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe recv(source, $0.baseAddress, $0.count, 0)
      }
      guard count > 0, passing(buffer.prefix(count)) else { return }
      var sent = 0
      while sent < count {
        let more = unsafe buffer.withUnsafeBytes { bytes in
          unsafe send(
            goal, bytes.baseAddress.map { unsafe $0 + sent }, count - sent,
            Int32(MSG_NOSIGNAL))
        }
        guard more > 0 else { return }
        sent += more
      }
    }
  }
}
