import Synchronization

/// The one limiter that all workers pass: a request flies only while it holds a slot.
final class SlotGate: Sendable {
  private struct State {
    var policy: SlotPolicy
    /// Workers that wait for a slot, the first come first.
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Mutex<State>
  private let clock: any RunClock
  private let control: RunControl

  init(granted: Int, rate: Double?, clock: any RunClock, control: RunControl) {
    self.clock = clock
    self.control = control
    state = Mutex(State(policy: SlotPolicy(granted: granted, rate: rate, now: clock.now())))
  }

  /// How many may fly now, and how many do.
  var standing: (limit: Int, inFlight: Int) {
    state.withLock { ($0.policy.limit, $0.policy.inFlight) }
  }

  /// Time since the last success, or since the run began.
  var timeWithoutSuccess: Duration { clock.now() - state.withLock(\.policy.lastSuccess) }

  /// Whether the server has answered anything in this run.
  var hasAnswered: Bool { state.withLock(\.policy.hasAnswered) }

  /// Runs one request when a slot is free.
  ///
  /// - Parameters:
  ///   - kind: What it is, to compare how long such requests take.
  ///   - request: Returns its result, what it tells of the server's load, and how many exchanges it
  ///     was.
  /// - Returns: The request's result.
  /// - Throws: `RunStop` if the run shall stop before the request could start.
  func pass<Result: Sendable>(
    _ kind: LatencyWatch.Request,
    _ request: @Sendable () async -> (Result, SlotPolicy.Pressure, exchanges: Int)
  ) async throws(RunStop) -> Result {
    try await acquire()
    let start = clock.now()
    let (result, pressure, exchanges) = await request()
    let woken = state.withLock { state in
      let now = clock.now()
      state.policy.finish(
        pressure, took: (time: (now - start) / max(exchanges, 1), request: kind), at: now)
      // All are woken: each asks again in its old order, and those that find no slot wait again.
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in woken { waiter.resume() }
    return result
  }

  private func acquire() async throws(RunStop) {
    while true {
      try control.check()
      switch state.withLock({ $0.policy.start(at: clock.now()) }) {
      case .granted: return
      case .at(let time): try await control.sleep(for: time - clock.now(), on: clock)
      case .whenFreed: await waitForRelease()
      }
    }
  }

  /// Returns after the next finished request, or at once if a slot has become free meanwhile.
  private func waitForRelease() async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if state.policy.inFlight < state.policy.limit { return true }
        state.waiters.append(continuation)
        return false
      }
      if isFree { continuation.resume() }
    }
  }
}
