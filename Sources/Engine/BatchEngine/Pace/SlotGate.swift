import Synchronization

/// The limiter of all workers: a request may be in flight only while it holds a slot.
///
/// If several wait, reads get slots first, then the write of the batch with the lowest turn. Its worker keeps
/// the slot until the batch is sent, a request fails, or a read or a batch with a lower turn waits. The turn
/// of a batch is the number of writes after which it would be finished if all workers alternated. So no batch
/// is finished much later than by alternating, but batches end one after another, and some are planned and
/// recorded while others are sent. By alternating, all would end at the same time, and then none would send.
/// While `--rate` or the server delays all requests, the first worker to wake is the first to send.
final class SlotGate: Sendable {
  /// A waiting worker.
  private struct Waiter {
    /// The turn of its batch; `nil` for a read, which goes first.
    let turn: Int?
    /// Resumed with true if the worker holds a slot now; with false if it must request a slot again.
    let continuation: CheckedContinuation<Bool, Never>

    /// True if it goes before a write of a batch with this turn.
    func isBefore(_ turn: Int) -> Bool { self.turn.map { $0 < turn } ?? true }
  }

  private struct State {
    var policy: SlotPolicy
    /// In the order in which they get slots; for equal turns, in the order of arrival.
    var waiters: [Waiter] = []
    /// The number of writes started.
    var writes = 0

    mutating func add(_ waiter: Waiter) {
      let place = waiters.firstIndex { other in other.turn.map(waiter.isBefore) ?? false }
      waiters.insert(waiter, at: place ?? waiters.endIndex)
    }

    /// Keeps a slot for the next write of a batch; returns false if no slot is free or a waiting worker goes before it.
    mutating func keepSlot(turn: Int) -> Bool {
      guard policy.inFlight < policy.limit, waiters.first?.isBefore(turn) != true else {
        return false
      }
      policy.keep()
      return true
    }

    /// Removes as many waiters as there are free slots; each gets a slot if it may start now.
    mutating func takeWaiters(at now: Duration) -> [(waiter: Waiter, holdsSlot: Bool)] {
      let count = min(policy.limit - policy.inFlight, waiters.count)
      guard count > 0 else { return [] }
      defer { waiters.removeFirst(count) }
      return waiters[..<count].map { waiter in
        let isGranted = policy.start(at: now) == .granted
        if isGranted, waiter.turn != nil { writes += 1 }
        return (waiter, isGranted)
      }
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

  /// The maximum number of requests in flight now, and their current number.
  var usage: (limit: Int, inFlight: Int) {
    state.withLock { ($0.policy.limit, $0.policy.inFlight) }
  }

  /// The number of waiting workers.
  var waiting: Int { state.withLock(\.waiters.count) }

  /// Lowers the limits of the run; a higher one changes nothing.
  func lower(to pace: PaceLimit) { state.withLock { $0.policy.lower(to: pace) } }

  /// Time since the last success, or since the run began.
  var timeWithoutSuccess: Duration { clock.now() - state.withLock(\.policy.lastSuccess) }

  /// Whether the server has answered anything in this run.
  var hasAnswered: Bool { state.withLock(\.policy.hasAnswered) }

  /// The number of writes started in this run.
  var writes: Int { state.withLock(\.writes) }

  /// A slot that a worker keeps between two writes of a batch; it must be passed to `release` in the end.
  struct Lane: ~Copyable {
    fileprivate var isKept = false
  }

  /// Runs one read when a slot is free; see `pass(turn:on:_:)`.
  func pass<Result: Sendable>(
    _ question: @Sendable () async -> (Result, SlotPolicy.Pressure, exchanges: Int)
  ) async throws(RunStop) -> Result {
    var lane = Lane()
    return try await pass(turn: nil, on: &lane, question)
  }

  /// Runs one write of a batch when a slot is free.
  ///
  /// - Parameters:
  ///   - turn: The turn of the batch: the number of writes after which it would be finished by alternating;
  ///     `nil` for a read.
  ///   - lane: The lane of the batch; it may hold a slot before and after the call.
  ///   - request: Returns its result, what it shows about the server's load, and its number of
  ///     exchanges.
  /// - Returns: The request's result.
  /// - Throws: `RunStop` if the run must stop before the request could start.
  func pass<Result: Sendable>(
    turn: Int?, on lane: inout Lane,
    _ request: @Sendable () async -> (Result, SlotPolicy.Pressure, exchanges: Int)
  ) async throws(RunStop) -> Result {
    try await acquire(turn, &lane)
    let start = clock.now()
    let (result, pressure, exchanges) = await request()
    let now = clock.now()
    lane.isKept = update(at: now) { state in
      let time = (now - start) / max(exchanges, 1)
      state.policy.finish(
        pressure, took: (time: time, request: turn == nil ? .read : .write), at: now)
      // Only a write that succeeded keeps its slot: what follows a failed write is a wait or a read.
      guard let turn, pressure == .none else { return false }
      return state.keepSlot(turn: turn)
    }
    return result
  }

  /// Releases the slot of a lane, if it holds one.
  func release(_ lane: inout Lane) {
    guard lane.isKept else { return }
    lane.isKept = false
    update(at: clock.now()) { $0.policy.giveBack() }
  }

  private func acquire(_ turn: Int?, _ lane: inout Lane) async throws(RunStop) {
    do throws(RunStop) {
      while true {
        try control.check()
        switch ask(turn, lane) {
        case .granted:
          lane.isKept = false
          return
        case .at(let time):
          release(&lane)
          try await control.sleep(for: time - clock.now(), on: clock)
        case .whenFreed:
          release(&lane)
          if await waitForSlot(turn) { return try useSlot() }
        }
      }
    } catch {
      release(&lane)
      // The next waiting worker must see the stop as well.
      update(at: clock.now()) { _ in }
      throw error
    }
  }

  private func ask(_ turn: Int?, _ lane: borrowing Lane) -> SlotPolicy.Permission {
    let isKept = lane.isKept
    return state.withLock { state in
      let now = clock.now()
      let permission = isKept ? state.policy.startKept(at: now) : state.policy.start(at: now)
      if permission == .granted, turn != nil { state.writes += 1 }
      return permission
    }
  }

  /// Starts a request with the slot that was passed on, unless the run must stop.
  private func useSlot() throws(RunStop) {
    do throws(RunStop) {
      try control.check()
    } catch {
      state.withLock { $0.policy.giveBack() }
      throw error
    }
  }

  /// Changes the state, and passes free slots to waiting workers.
  @discardableResult
  private func update<Value: Sendable>(
    at now: Duration, _ change: (inout State) -> Value
  ) -> Value {
    let (value, woken) = state.withLock { state in
      let value = change(&state)
      return (value, state.takeWaiters(at: now))
    }
    for (waiter, holdsSlot) in woken { waiter.continuation.resume(returning: holdsSlot) }
    return value
  }

  /// Waits for a slot in the queue.
  ///
  /// - Returns: True with a slot; false if the caller must request one again.
  private func waitForSlot(_ turn: Int?) async -> Bool {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        // A slot may have become free since the caller's request.
        if state.policy.inFlight < state.policy.limit { return true }
        state.add(Waiter(turn: turn, continuation: continuation))
        return false
      }
      if isFree { continuation.resume(returning: false) }
    }
  }
}
