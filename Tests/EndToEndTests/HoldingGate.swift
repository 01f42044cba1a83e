// A door between the program and a server that stops the requests a test wants to see in flight.

import Foundation
import Glibc
import Synchronization

/// Passes connections on to a server on loopback; a request that begins as given is held until `open`, or answered.
///
/// What is held or answered here has left the program and has not reached the server.
final class HoldingGate: Sendable {
  let url: String
  private let listener: Int32
  private let door: Door

  /// Whether requests pass, and how many stand before it.
  private final class Door: Sendable {
    enum Position { case shut, open, gone }

    let start: [UInt8]
    /// What comes in place of the server's answer; nil where requests are held.
    let answer: [UInt8]?
    let port: UInt16
    private let state = Mutex((position: Position.shut, held: 0))

    init(_ start: String, answering answer: String?, port: UInt16) {
      self.start = Array(start.utf8)
      self.answer = answer.map { Array($0.utf8) }
      self.port = port
    }

    var held: Int { state.withLock(\.held) }

    func move(to position: Position) { state.withLock { $0.position = position } }

    /// What becomes of a piece; returns when it may pass.
    func judge(_ piece: ArraySlice<UInt8>) -> Fate {
      guard piece.starts(with: start) else { return .pass }
      state.withLock { $0.held += 1 }
      if let answer, state.withLock(\.position) == .shut { return .answer(answer) }
      while true {
        switch state.withLock(\.position) {
        case .open: return .pass
        case .gone: return .end
        case .shut: usleep(2_000)
        }
      }
    }
  }

  /// What becomes of a piece of a connection.
  private enum Fate {
    case pass
    /// These bytes go back in its place.
    case answer([UInt8])
    case end
  }

  /// Why there is no gate.
  struct Failure: Error {
    var code: Int32
  }

  /// Opens a port that leads to `url`, shut for requests that begin with `start`, such as `POST `.
  ///
  /// With `answer`, a whole HTTP message, they are not held: it comes in place of the server's answer.
  init(before url: String, holding start: String, answering answer: String? = nil) throws {
    guard let text = url.split(separator: ":").last, let port = UInt16(text) else {
      throw Failure(code: EINVAL)
    }
    let socket = try LoopbackListener()
    let listener = socket.descriptor
    let door = Door(start, answering: answer, port: port)
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
        copy(from: near, to: far) { door.judge($0) }
        shutdown(far, Int32(SHUT_RDWR))
      }
      Thread.detachNewThread {
        copy(from: far, to: near) { _ in .pass }
        shutdown(near, Int32(SHUT_RDWR))
      }
    }
    close(listener)
  }

  /// Copies until one side ends; the sockets are left to the process, which does not live long.
  private static func copy(
    from source: Int32, to goal: Int32, judging: (ArraySlice<UInt8>) -> Fate
  ) {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe recv(source, $0.baseAddress, $0.count, 0)
      }
      guard count > 0 else { return }
      switch judging(buffer.prefix(count)) {
      case .pass: if !write(buffer.prefix(count), to: goal) { return }
      case .answer(let answer): if !write(answer[...], to: source) { return }
      case .end: return
      }
    }
  }

  /// Sends all of it; false where the other side has ended.
  private static func write(_ bytes: ArraySlice<UInt8>, to socket: Int32) -> Bool {
    var left = bytes
    while !left.isEmpty {
      let more = unsafe left.withUnsafeBytes { bytes in
        unsafe send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      }
      guard more > 0 else { return false }
      left = left.dropFirst(more)
    }
    return true
  }
}
