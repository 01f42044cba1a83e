import RowLedger
import Synchronization

/// The one limiter that all workers pass: a request flies only while it holds a slot.
///
/// Where several wait, questions go first, then the writes of the group that was begun first. So a group is
/// finished before the next one takes its slots, and its worker asks for the next group, plans and books
/// while others send. If all groups went on together, they would end together, and then nobody would send.
final class SlotGate: Sendable {
  /// A worker that waits.
  private struct Waiter {
    /// Whose write it is; `nil` for a question.
    let group: GroupID?
    /// Is told whether the worker holds a slot now; it must ask again where it does not.
    let continuation: CheckedContinuation<Bool, Never>

    func isBehind(_ group: GroupID?) -> Bool {
      guard let own = self.group else { return false }
      return group.map { $0 < own } ?? true
    }
  }

  private struct State {
    var policy: SlotPolicy
    /// In the order in which they get slots; of equal ones the first come first.
    var waiters: [Waiter] = []

    mutating func add(_ waiter: Waiter) {
      let place = waiters.firstIndex { $0.isBehind(waiter.group) } ?? waiters.endIndex
      waiters.insert(waiter, at: place)
    }

    /// Takes as many waiters out of the line as there are free slots, each with a slot where it may start now.
    mutating func takeWaiters(at now: Duration) -> [(waiter: Waiter, holdsSlot: Bool)] {
      let count = min(policy.limit - policy.inFlight, waiters.count)
      guard count > 0 else { return [] }
      defer { waiters.removeFirst(count) }
      return waiters[..<count].map { ($0, policy.start(at: now) == .granted) }
    }
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

  /// How many stand in the line.
  var waiting: Int { state.withLock(\.waiters.count) }

  /// Time since the last success, or since the run began.
  var timeWithoutSuccess: Duration { clock.now() - state.withLock(\.policy.lastSuccess) }

  /// Whether the server has answered anything in this run.
  var hasAnswered: Bool { state.withLock(\.policy.hasAnswered) }

  /// Runs one request when a slot is free.
  ///
  /// - Parameters:
  ///   - kind: What it is, to compare how long such requests take.
  ///   - group: The group that a write is of; `nil` for a question.
  ///   - request: Returns its result, what it tells of the server's load, and how many exchanges it
  ///     was.
  /// - Returns: The request's result.
  /// - Throws: `RunStop` if the run shall stop before the request could start.
  func pass<Result: Sendable>(
    _ kind: LatencyWatch.Request, of group: GroupID? = nil,
    _ request: @Sendable () async -> (Result, SlotPolicy.Pressure, exchanges: Int)
  ) async throws(RunStop) -> Result {
    try await acquire(for: group)
    let start = clock.now()
    let (result, pressure, exchanges) = await request()
    let now = clock.now()
    release(at: now) { policy in
      policy.finish(
        pressure, took: (time: (now - start) / max(exchanges, 1), request: kind), at: now)
    }
    return result
  }

  private func acquire(for group: GroupID?) async throws(RunStop) {
    do throws(RunStop) {
      while true {
        try control.check()
        switch state.withLock({ $0.policy.start(at: clock.now()) }) {
        case .granted: return
        case .at(let time): try await control.sleep(for: time - clock.now(), on: clock)
        case .whenFreed: if await waitForSlot(group) { return try useSlot() }
        }
      }
    } catch {
      // The next in the line shall learn of the stop as well.
      release(at: clock.now()) { _ in }
      throw error
    }
  }

  /// Lets a request begin with the slot that was handed on, unless the run shall stop.
  private func useSlot() throws(RunStop) {
    do throws(RunStop) {
      try control.check()
    } catch {
      state.withLock { $0.policy.giveBack() }
      throw error
    }
  }

  /// Changes the books of slots, and hands free ones on to those who wait.
  private func release(at now: Duration, _ change: (inout SlotPolicy) -> Void) {
    let woken = state.withLock { state in
      change(&state.policy)
      return state.takeWaiters(at: now)
    }
    for (waiter, holdsSlot) in woken { waiter.continuation.resume(returning: holdsSlot) }
  }

  /// Waits in the line.
  ///
  /// - Returns: True with a slot; false where the caller must ask again.
  private func waitForSlot(_ group: GroupID?) async -> Bool {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        // One may have become free since the caller asked.
        if state.policy.inFlight < state.policy.limit { return true }
        state.add(Waiter(group: group, continuation: continuation))
        return false
      }
      if isFree { continuation.resume(returning: false) }
    }
  }
}
