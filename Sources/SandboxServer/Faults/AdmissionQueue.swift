import Synchronization

/// Stores a wake signal for each waiting request, and sends it when the request may continue.
final class AdmissionQueue: Sendable {
  private struct State {
    var queue: SlotQueue
    var signals: [Int: WakeSignal] = [:]
    var held: [WakeSignal] = []
  }

  private let state: Mutex<State>

  init(_ throttle: SandboxThrottle) { state = Mutex(State(queue: SlotQueue(throttle))) }

  /// The number of requests that wait for a slot.
  var queued: Int { state.withLock { $0.queue.waiting } }

  /// The number of writes that wait for their release.
  var held: Int { state.withLock { $0.held.count } }

  /// Admits a request, queues it, or turns it away; the signal is sent when a queued request gets a slot.
  func arrive(at now: ContinuousClock.Instant) -> (arrival: SlotQueue.Arrival, signal: WakeSignal) {
    let signal = WakeSignal()
    return state.withLock { state in
      let arrival = state.queue.arrive(at: now)
      if case .waiting(let ticket, _) = arrival { state.signals[ticket] = signal }
      return (arrival, signal)
    }
  }

  /// The current state of a queued request; a request whose deadline has passed leaves the queue.
  func status(of ticket: Int, at now: ContinuousClock.Instant) -> SlotQueue.TicketStatus {
    state.withLock { state in
      let status = state.queue.status(of: ticket, at: now)
      if status == .turnedAway { state.signals[ticket] = nil }
      return status
    }
  }

  /// Frees a slot, and wakes the request that gets it.
  func releaseSlot() {
    state.withLock { state in
      state.queue.releaseSlot().flatMap { state.signals.removeValue(forKey: $0) }
    }?.send()
  }

  /// Removes a cancelled request from the queue.
  func cancel(_ ticket: Int) {
    let hadSlot = state.withLock { state in
      state.signals[ticket] = nil
      return !state.queue.cancel(ticket)
    }
    if hadSlot { releaseSlot() }
  }

  /// Holds a write until its signal is sent.
  func hold() -> WakeSignal {
    let signal = WakeSignal()
    state.withLock { $0.held.append(signal) }
    return signal
  }

  /// Removes a held write that no longer waits.
  func removeHeld(_ signal: WakeSignal) {
    state.withLock { $0.held.removeAll { $0 === signal } }
  }

  /// Releases held writes in the order in which they were held.
  ///
  /// - Parameter count: The number to release; `nil` releases all.
  /// - Returns: The number that was released.
  func releaseHeld(_ count: Int?) -> Int {
    let released = state.withLock { state in
      let signals = state.held.prefix(count ?? .max)
      state.held.removeFirst(signals.count)
      return Array(signals)
    }
    for signal in released { signal.send() }
    return released.count
  }
}
