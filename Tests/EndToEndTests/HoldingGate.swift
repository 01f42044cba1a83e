import Foundation
import Glibc
import Synchronization
import TestSupport

/// A proxy in front of a server on loopback that holds requests until `open`, or answers them itself.
///
/// A request that is held or answered here has left the program and has not reached the server.
final class HoldingGate: Sendable {
  /// The messages to hold.
  enum Hold: Sendable {
    /// Every request that begins with a text such as `POST `.
    case requests(String)
    /// The request with this number, from 1.
    case request(Int)
    /// The answer to the request with this number, which the server has handled.
    case answer(Int)
  }

  let url: String
  private let listener: Int32
  private let gateSwitch: Switch

  /// The state of the gate, and the number of held messages.
  private final class Switch: Sendable {
    enum Position { case closed, open, ended }

    private struct State {
      var position = Position.closed
      var held = 0
      var requests = 0
      /// The connection whose next answer is held.
      var connection: Int32?
    }

    let hold: Hold
    /// The answer sent instead of the server's; `nil` if requests are held.
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

    /// Returns what to do with a part of a request; waits while it is held.
    func action(forRequest piece: ArraySlice<UInt8>, on connection: Int32) -> PieceAction {
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

    /// Returns what to do with a part of an answer; waits while it is held.
    func action(forAnswerOn connection: Int32) -> PieceAction {
      state.withLock { $0.connection == connection } ? wait() : .pass
    }

    private func wait() -> PieceAction {
      state.withLock { $0.held += 1 }
      if let answer, state.withLock(\.position) == .closed { return .answer(answer) }
      while true {
        switch state.withLock(\.position) {
        case .open: return .pass
        case .ended: return .end
        case .closed: usleep(2_000)
        }
      }
    }

    private static let methods = ["GET ", "POST ", "PUT ", "DELETE "]
  }

  /// What to do with a part of a message.
  private enum PieceAction {
    case pass
    /// Send these bytes back instead.
    case answer([UInt8])
    case end
  }

  /// The error when the gate cannot be opened.
  struct Failure: Error {
    var code: Int32
  }

  /// Opens a port that forwards to `url` and holds requests that begin with `start`, such as `POST `.
  ///
  /// With `answer`, a whole HTTP message, they are not held, but get this answer instead of the server's.
  convenience init(
    before url: String, holding start: String, answering answer: String? = nil
  ) throws {
    try self.init(before: url, .requests(start), answering: answer)
  }

  /// Opens a port that forwards to `url` and holds the given messages.
  init(before url: String, _ hold: Hold, answering answer: String? = nil) throws {
    guard let text = url.split(separator: ":").last, let port = UInt16(text) else {
      throw Failure(code: EINVAL)
    }
    let socket = try LoopbackListener()
    let listener = socket.descriptor
    let gateSwitch = Switch(hold, answering: answer, port: port)
    self.listener = listener
    self.gateSwitch = gateSwitch
    self.url = socket.url
    Thread.detachNewThread { Self.serve(listener, gateSwitch) }
  }

  deinit {
    gateSwitch.move(to: .ended)
    // Ends the wait for connections; the thread closes the socket.
    shutdown(listener, Int32(SHUT_RDWR))
  }

  /// Waits until a request is held.
  func waitForRequest() async throws {
    while gateSwitch.held == 0 { try await Task.sleep(for: .milliseconds(5)) }
  }

  /// Waits until a message is held; returns false if the program ends before that.
  func holds(_ program: RunningProgram) async throws -> Bool {
    while gateSwitch.held == 0, program.isRunning { try await Task.sleep(for: .milliseconds(5)) }
    return gateSwitch.held > 0
  }

  /// Closes the held connections; later messages pass.
  func close() { gateSwitch.move(to: .ended) }

  /// Forwards the held messages and all later ones.
  func open() { gateSwitch.move(to: .open) }

  private static func serve(_ listener: Int32, _ gateSwitch: Switch) {
    while true {
      let near = accept(listener, nil, nil)
      if near < 0 { break }
      let far = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = loopback(gateSwitch.port)
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
        copy(from: near, to: far) { gateSwitch.action(forRequest: $0, on: near) }
        shutdown(far, Int32(SHUT_RDWR))
      }
      Thread.detachNewThread {
        copy(from: far, to: near) { _ in gateSwitch.action(forAnswerOn: near) }
        shutdown(near, Int32(SHUT_RDWR))
      }
    }
    Glibc.close(listener)
  }

  /// Copies until one side ends; the sockets are closed when the process ends.
  private static func copy(
    from source: Int32, to goal: Int32, judging: (ArraySlice<UInt8>) -> PieceAction
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

  /// Sends all bytes; returns false if the other side has ended.
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
