// A door between the program and a server that stops the requests a test wants to see in flight.

import Foundation
import Glibc
import Synchronization
import TestSupport

/// Passes connections on to a server on loopback; what the test wants to see in flight is held until `open`, or answered.
///
/// A request that is held or answered here has left the program and has not reached the server.
final class HoldingGate: Sendable {
  /// What is held.
  enum Hold: Sendable {
    /// Every request that begins so, such as with `POST `.
    case requests(String)
    /// The request of this number, from 1, whatever it is.
    case request(Int)
    /// The answer to the request of this number: the server has done it.
    case answer(Int)
  }

  let url: String
  private let listener: Int32
  private let door: Door

  /// Whether requests pass, and how many stand before it.
  private final class Door: Sendable {
    enum Position { case shut, open, gone }

    private struct State {
      var position = Position.shut
      var held = 0
      var requests = 0
      /// The connection whose next answer is held.
      var connection: Int32?
    }

    let hold: Hold
    /// What comes in place of the server's answer; nil where requests are held.
    let answer: [UInt8]?
    let port: UInt16
    private let state = Mutex(State())

    init(_ hold: Hold, answering answer: String?, port: UInt16) {
      self.hold = hold
      self.answer = answer.map { Array($0.utf8) }
      self.port = port
    }

    var held: Int { state.withLock(\.held) }

    func move(to position: Position) { state.withLock { $0.position = position } }

    /// What becomes of a piece of a request; returns when it may pass.
    func judge(request piece: ArraySlice<UInt8>, on connection: Int32) -> Fate {
      let isStart = Self.methods.contains { piece.starts(with: $0.utf8) }
      let isHeld = state.withLock { state in
        if isStart { state.requests += 1 }
        switch hold {
        case .requests(let start): return piece.starts(with: start.utf8)
        case .request(let number): return isStart && state.requests == number
        case .answer(let number):
          if state.requests == number, state.connection == nil { state.connection = connection }
          return false
        }
      }
      return isHeld ? wait() : .pass
    }

    /// What becomes of a piece of an answer; returns when it may pass.
    func judge(answerOn connection: Int32) -> Fate {
      state.withLock { $0.connection == connection } ? wait() : .pass
    }

    private func wait() -> Fate {
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

    private static let methods = ["GET ", "POST ", "PUT ", "DELETE "]
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
  convenience init(
    before url: String, holding start: String, answering answer: String? = nil
  ) throws {
    try self.init(before: url, .requests(start), answering: answer)
  }

  /// Opens a port that leads to `url`, shut for what is to be held.
  init(before url: String, _ hold: Hold, answering answer: String? = nil) throws {
    guard let text = url.split(separator: ":").last, let port = UInt16(text) else {
      throw Failure(code: EINVAL)
    }
    let socket = try LoopbackListener()
    let listener = socket.descriptor
    let door = Door(hold, answering: answer, port: port)
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

  /// Waits until something is held, or the program has ended without it; then it is false.
  func holds(_ program: RunningProgram) async throws -> Bool {
    while door.held == 0, program.isRunning { try await Task.sleep(for: .milliseconds(5)) }
    return door.held > 0
  }

  /// Cuts off what is held, which never passes; what comes later does.
  func close() { door.move(to: .gone) }

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
        Glibc.close(near)
        Glibc.close(far)
        continue
      }
      Thread.detachNewThread {
        copy(from: near, to: far) { door.judge(request: $0, on: near) }
        shutdown(far, Int32(SHUT_RDWR))
      }
      Thread.detachNewThread {
        copy(from: far, to: near) { _ in door.judge(answerOn: near) }
        shutdown(near, Int32(SHUT_RDWR))
      }
    }
    Glibc.close(listener)
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
