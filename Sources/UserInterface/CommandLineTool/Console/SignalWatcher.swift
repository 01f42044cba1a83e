import Dispatch
import Glibc
import Synchronization

/// Watches for signals that end a process while it lives: the first asks to stop, the next to cut.
///
/// The second also ends the process when the time of grace is over, and a third at once, whatever threads
/// are doing. The handlers run on a dispatch queue, never inside a signal handler; where one blocks,
/// signals still count.
package final class SignalWatcher: Sendable {
  private let sources: Mutex<[any DispatchSourceSignal]>
  private let signals: [Int32]

  /// Begins to watch.
  ///
  /// - Parameters:
  ///   - signals: What to watch for.
  ///   - first: Called once with the first signal that comes.
  ///   - further: Called with each one after it.
  ///   - graceSeconds: How long the second may take to end the process in order.
  ///   - end: Ends the process; called with the signal on the watcher's own queue.
  package init(
    _ signals: [Int32] = [SIGINT, SIGTERM, SIGHUP, SIGXCPU],
    first: @escaping @Sendable (Int32) -> Void,
    further: @escaping @Sendable (Int32) -> Void, graceSeconds: Double = 3,
    end: @escaping @Sendable (Int32) -> Void = { _exit(128 + $0) }
  ) {
    let queue = DispatchQueue(label: "cupibulk.signals")
    // Another queue: a handler that waits for a stopped terminal must not keep the next signal waiting.
    let handlers = DispatchQueue(label: "cupibulk.signal-handlers")
    let seen = Atomic(0)
    var watching: [any DispatchSourceSignal] = []
    // Under nohup a lost terminal is to be lived with.
    self.signals = signals.filter { $0 != SIGHUP || !SignalWatcher.isIgnored($0) }
    for number in self.signals {
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        let count = seen.add(1, ordering: .relaxed).newValue
        handlers.async { count == 1 ? first(number) : further(number) }
        if count == 2 { queue.asyncAfter(deadline: .now() + graceSeconds) { end(number) } }
        if count > 2 { end(number) }
      }
      // Until libdispatch has put its handler in place, a signal ends the process; ignored, it would be lost.
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
  /// SIGUSR1, which asks for a line of status, ends nothing either where there is no status.
  package static func ignoreHarmless() {
    for number in [SIGPIPE, SIGXFSZ, SIGUSR1] { _ = signal(number, SIG_IGN) }
  }
}

/// Calls a function each time that SIGUSR1 comes, while it lives: a person asks how far the run is.
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
