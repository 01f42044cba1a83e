import Dispatch
import Glibc
import Synchronization

/// Handles signals that end a process, while it exists: the first requests a stop, the second aborts requests.
///
/// The second also ends the process after a grace period, and a third ends it at once, even if threads
/// are blocked. The handlers run on a dispatch queue, not inside a signal handler; signals count even if
/// a handler blocks. Once a signal has come, a signal after the watcher's end ends the process with the same
/// exit code: the user pressed twice, and the work may end between the two.
package final class SignalWatcher: Sendable {
  /// The signals, and what removes this watcher from each of them.
  private let registrations: [(number: Int32, token: Int)]
  private let hasSeenSignal: @Sendable () -> Bool

  /// Starts to watch.
  ///
  /// - Parameters:
  ///   - signals: The signals to watch for.
  ///   - first: Called once, with the first signal.
  ///   - further: Called with each later signal.
  ///   - graceSeconds: The maximum time in seconds to end the process after the second signal.
  ///   - end: Ends the process; called with the signal on the watcher's own queue.
  package init(
    _ signals: [Int32] = [SIGINT, SIGTERM, SIGHUP, SIGXCPU],
    first: @escaping @Sendable (Int32) -> Void,
    further: @escaping @Sendable (Int32) -> Void, graceSeconds: Double = 3,
    end: @escaping @Sendable (Int32) -> Void = { _exit(128 + $0) }
  ) {
    let queue = DispatchQueue(label: "cupibulk.signals")
    // A separate queue: a handler that waits for a stopped terminal must not delay the next signal.
    let handlers = DispatchQueue(label: "cupibulk.signal-handlers")
    let seen = Atomic(0)
    hasSeenSignal = { seen.load(ordering: .relaxed) > 0 }
    // Under nohup, the loss of the terminal is ignored.
    let watched = signals.filter { $0 != SIGHUP || !SignalWatcher.isIgnored($0) }
    registrations = watched.map { number in
      let token = SignalRegistration.add(number) {
        queue.async {
          let count = seen.add(1, ordering: .relaxed).newValue
          handlers.async { count == 1 ? first(number) : further(number) }
          if count == 2 { queue.asyncAfter(deadline: .now() + graceSeconds) { end(number) } }
          if count > 2 { end(number) }
        }
      }
      return (number, token)
    }
  }

  deinit {
    let isEnding = hasSeenSignal()
    for (number, token) in registrations {
      SignalRegistration.remove(number, token, isEnding: isEnding)
    }
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard unsafe sigaction(number, nil, &action) == 0 else { return false }
    // Functions cannot be compared; their addresses can.
    let current = unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    let ignoring = unsafe unsafeBitCast(SIG_IGN, to: Int.self)
    return current == ignoring
  }

  /// Lets a write to a closed pipe, or beyond a limit of a file's size, fail instead of ending the process.
  ///
  /// SIGUSR1, which requests a status line, does not end the process either if there is no status.
  package static func ignoreHarmless() {
    for number in [SIGPIPE, SIGXFSZ, SIGUSR1] { _ = signal(number, SIG_IGN) }
  }
}

/// Calls a function for each SIGUSR1, while it exists: the user requests a status line.
final class StatusSignal: Sendable {
  private let source: Mutex<any DispatchSourceSignal>

  init(_ handler: @escaping @Sendable () -> Void) {
    let source = DispatchSource.makeSignalSource(
      signal: SIGUSR1, queue: DispatchQueue(label: "cupibulk.status"))
    source.setEventHandler(handler: handler)
    source.resume()
    self.source = Mutex(source)
  }

  deinit { source.withLock { $0.cancel() } }
}
