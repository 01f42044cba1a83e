import Dispatch
import Glibc
import Synchronization

/// Keeps libdispatch registered for signals for the rest of the process, while watchers come and go.
///
/// libdispatch installs its handler of a signal only with the first source. Without a source that stays, a second watcher
/// soon after the first one would find no handler, and its signals would end the process.
enum SignalRegistration {
  private struct Registration {
    let source: any DispatchSourceSignal
    /// libdispatch's handler.
    let handler: sigaction
  }

  /// Locked while a source is registered, which needs the queue; so the queue must never wait for this lock.
  private static let registrations = Mutex<[Int32: Registration]>([:])
  /// Never locked while anything waits.
  private static let watchers = Mutex<[Int32: [Int: @Sendable () -> Void]]>([:])
  /// The signals whose last watcher had seen one.
  private static let ending = Mutex<Set<Int32>>([])
  private static let tokens = Atomic(0)
  private static let queue = DispatchQueue(label: "cupibulk.signals")

  /// Calls `watcher` for each such signal, on a queue that all watchers share, until it is removed.
  ///
  /// - Returns: What `remove` takes.
  static func add(_ number: Int32, _ watcher: @escaping @Sendable () -> Void) -> Int {
    let token = tokens.add(1, ordering: .relaxed).newValue
    registrations.withLock { all in
      // First, because a signal without a watcher ends the process.
      watchers.withLock { $0[number, default: [:]][token] = watcher }
      let registration = all[number] ?? made(number)
      var handler = registration.handler
      all[number] = registration
      _ = unsafe sigaction(number, &handler, nil)
    }
    return token
  }

  /// Removes a watcher; after the last one, `isEnding` decides what a signal does.
  static func remove(_ number: Int32, _ token: Int, isEnding: Bool) {
    registrations.withLock { _ in
      let isLast = watchers.withLock { all in
        all[number]?[token] = nil
        return all[number]?.isEmpty ?? false
      }
      guard isLast else { return }
      ending.withLock { _ = isEnding ? $0.insert(number).inserted : $0.remove(number) != nil }
      _ = isEnding ? signal(number) { _exit(128 + $0) } : signal(number, SIG_DFL)
    }
  }

  /// Ends the process as the last watcher wanted it.
  private static func end(_ number: Int32) {
    if ending.withLock({ $0.contains(number) }) { _exit(128 + number) }
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, number)
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    signal(number, SIG_DFL)
    raise(number)
  }

  private static func made(_ number: Int32) -> Registration {
    let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
    source.setEventHandler {
      let watchers = watchers.withLock { Array(($0[number] ?? [:]).values) }
      // In a process whose threads all block the signal, it comes here without a watcher, too.
      if watchers.isEmpty { end(number) }
      for watcher in watchers { watcher() }
    }
    // Until libdispatch has installed its handler, a signal ends the process; if it were ignored, it would be lost.
    let isReady = DispatchSemaphore(value: 0)
    source.setRegistrationHandler { isReady.signal() }
    source.resume()
    isReady.wait()
    var handler = sigaction()
    _ = unsafe sigaction(number, nil, &handler)
    return Registration(source: source, handler: handler)
  }
}
