import Dispatch
import Foundation
import Synchronization

/// Watches for SIGINT and SIGTERM while it lives: the first asks to stop, the next to cut.
///
/// The handlers run on a thread of the dispatch queue, never inside a signal handler, and must not
/// block.
package final class SignalWatcher: Sendable {
  private let sources: Mutex<[any DispatchSourceSignal]>
  private let signals: [Int32]

  /// Begins to watch.
  ///
  /// - Parameters:
  ///   - signals: What to watch for.
  ///   - first: Called once with the first signal that comes.
  ///   - further: Called with each one after it.
  package init(
    _ signals: [Int32] = [SIGINT, SIGTERM], first: @escaping @Sendable (Int32) -> Void,
    further: @escaping @Sendable (Int32) -> Void
  ) {
    let queue = DispatchQueue(label: "cupibulk.signals")
    let seen = Atomic(false)
    var watching: [any DispatchSourceSignal] = []
    self.signals = signals
    for number in signals {
      // The default action would end the process before the source sees the signal.
      _ = signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        seen.exchange(true, ordering: .relaxed) ? further(number) : first(number)
      }
      // A signal that came before the source is in place would be lost.
      let isReady = DispatchSemaphore(value: 0)
      source.setRegistrationHandler { isReady.signal() }
      source.resume()
      isReady.wait()
      watching.append(source)
    }
    sources = Mutex(watching)
  }

  deinit {
    for source in sources.withLock({ $0 }) { source.cancel() }
    for number in signals { _ = signal(number, SIG_DFL) }
  }

  /// Lets a write to a closed pipe, or beyond a limit of a file's size, fail instead of ending the process.
  package static func ignoreFailingWrites() {
    for number in [SIGPIPE, SIGXFSZ] { _ = signal(number, SIG_IGN) }
  }
}
