// Accepts connections: so many at one time; the others wait where the system keeps them.

import Threads
import Dispatch
import Glibc
import Synchronization

/// A thread that accepts connections and hands them over; `stop` must be called once after `start`.
///
/// libmicrohttpd by itself accepts those beyond its limit too, and closes them at once.
final class Acceptor: Sendable {
  /// What became of the next connection.
  enum Taken {
    case opened
    /// It was closed at once.
    case closed
    /// There is none; the code is `errno`.
    case failed(Int32)
  }

  private let socket: Int32
  /// One for each connection that may still be opened.
  private let places = DispatchSemaphore(value: 0)
  private let isStopping = Atomic(false)
  private let hasEnded = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - socket: it listens; `stop` closes it.
  ///   - limit: connections at one time.
  init(_ socket: ListeningSocket, limit: UInt32) {
    self.socket = socket.descriptor
    // From 0 up: a semaphore must not end below the number that it began with.
    for _ in 0..<limit { places.signal() }
  }

  /// Begins to accept, on a thread of its own.
  ///
  /// - Parameter take: waits for the next connection of a socket, and sees to it.
  /// - Returns: False if the system has no thread left; it is not to be stopped then.
  func start(_ take: @escaping @Sendable (Int32) -> Taken) -> Bool {
    DetachedThread.start {
      while self.acceptNext(take) {}
      self.hasEnded.signal()
    } == 0
  }

  /// A connection has ended: another one may come.
  func connectionEnded() { places.signal() }

  /// Accepts no more, and closes the listening socket.
  func stop() {
    isStopping.store(true, ordering: .releasing)
    // Ends the call that waits for a connection.
    shutdown(socket, Int32(SHUT_RDWR))
    places.signal()
    hasEnded.wait()
    close(socket)
  }

  /// Waits for a place and a connection; false once it is stopping.
  private func acceptNext(_ take: (Int32) -> Taken) -> Bool {
    places.wait()
    while !isStopping.load(ordering: .acquiring) {
      switch take(socket) {
      case .opened: return true
      case .closed:
        places.signal()
        return true
      // Without descriptors or memory the next call would fail at once, too.
      case .failed(let code):
        if ![EINTR, ECONNABORTED, EPROTO].contains(code) { usleep(20_000) }
      }
    }
    return false
  }
}
