import Threads
import Dispatch
import Glibc
import Synchronization

/// A thread that accepts connections up to a limit and passes them on; `stop` must be called once after `start`.
///
/// Without it, libmicrohttpd would also accept connections beyond its limit, and close them at once.
final class Acceptor: Sendable {
  /// The result of accepting the next connection.
  enum AcceptResult {
    case opened
    /// The connection was closed at once.
    case closed
    /// No connection was accepted; the code is `errno`.
    case failed(Int32)
  }

  private let socket: Int32
  /// Counts the connections that may still be opened.
  private let freeConnections = DispatchSemaphore(value: 0)
  private let isStopping = Atomic(false)
  private let hasEnded = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - socket: The listening socket; `stop` closes it.
  ///   - limit: The maximum number of simultaneous connections.
  init(_ socket: ListeningSocket, limit: UInt32) {
    self.socket = socket.descriptor
    // Counted up from 0, because a semaphore must not be released below its initial value.
    for _ in 0..<limit { freeConnections.signal() }
  }

  /// Starts to accept connections on a separate thread.
  ///
  /// - Parameter accept: Waits for the next connection on a socket, and processes it.
  /// - Returns: False if no thread can be started; `stop` must then not be called.
  func start(_ accept: @escaping @Sendable (Int32) -> AcceptResult) -> Bool {
    DetachedThread.start {
      while self.acceptNext(accept) {}
      self.hasEnded.signal()
    } == 0
  }

  /// Allows another connection after one has ended.
  func connectionEnded() { freeConnections.signal() }

  /// Stops accepting, and closes the listening socket.
  func stop() {
    isStopping.store(true, ordering: .releasing)
    // Interrupts the call that waits for a connection.
    shutdown(socket, Int32(SHUT_RDWR))
    freeConnections.signal()
    hasEnded.wait()
    close(socket)
  }

  /// Waits until another connection is allowed, then accepts one; returns false once stopping.
  private func acceptNext(_ accept: (Int32) -> AcceptResult) -> Bool {
    freeConnections.wait()
    while !isStopping.load(ordering: .acquiring) {
      switch accept(socket) {
      case .opened: return true
      case .closed:
        freeConnections.signal()
        return true
      // If descriptors or memory have run out, the next call would also fail at once.
      case .failed(let code):
        if ![EINTR, ECONNABORTED, EPROTO].contains(code) { usleep(20_000) }
      }
    }
    return false
  }
}
