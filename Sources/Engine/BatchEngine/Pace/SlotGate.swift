import Synchronization

/// The one limiter that all workers pass: a request flies only while it holds a slot.
///
/// Where several wait, questions go first, then the write of the batch that is due first; its worker keeps the
/// slot until the batch is sent, or another batch is due earlier. A batch is due when it would be finished if
/// all workers took turns. So none is finished much later than in turns, and still they end one after another,
/// and one plans and books while others send: in turns they would end together, and then nobody would send.
/// While `--rate` or the server makes all wait for a time, the first to wake goes first.
final class SlotGate: Sendable {
  /// A worker that waits.
  private struct Waiter {
    /// When its batch is turn; `nil` for a question, which goes first.
    let turn: Int?
    /// Receives whether it holds a slot now; it must ask again where it does not.
    let continuation: CheckedContinuation<Bool, Never>

    /// True if it goes before a write of a batch that is due then.
    func isBefore(_ turn: Int) -> Bool { self.turn.map { $0 < turn } ?? true }
  }

  private struct State {
    var policy: SlotPolicy
    /// In the order in which they get slots; of equal ones the first come first.
    var waiters: [Waiter] = []
    /// How many writes were begun.
    var writes = 0

    mutating func add(_ waiter: Waiter) {
      let place = waiters.firstIndex { other in other.turn.map(waiter.isBefore) ?? false }
      waiters.insert(waiter, at: place ?? waiters.endIndex)
    }

    /// Keeps a slot for the next write of a batch; false where a waiting worker goes before it.
    mutating func keepSlot(turn: Int) -> Bool {
      guard policy.inFlight < policy.limit, waiters.first?.isBefore(turn) != true else {
        return false
      }
      policy.keep()
      return true
    }

    /// Takes as many waiters out of the line as there are free slots, each with a slot where it may start now.
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

  /// How many may fly now, and how many do.
  var usage: (limit: Int, inFlight: Int) {
    state.withLock { ($0.policy.limit, $0.policy.inFlight) }
  }

  /// How many stand in the line.
  var waiting: Int { state.withLock(\.waiters.count) }

  /// Time since the last success, or since the run began.
  var timeWithoutSuccess: Duration { clock.now() - state.withLock(\.policy.lastSuccess) }

  /// Whether the server has answered anything in this run.
  var hasAnswered: Bool { state.withLock(\.policy.hasAnswered) }

  /// How many writes were begun so far in this run.
  var writes: Int { state.withLock(\.writes) }

  /// A slot that a worker keeps between two writes of a batch; who has one must `release` it in the end.
  struct Lane: ~Copyable {
    fileprivate var isKept = false
  }

  /// Runs one question when a slot is free; parameter and errors are those of a write.
  func pass<Result: Sendable>(
    _ question: @Sendable () async -> (Result, SlotPolicy.Pressure, exchanges: Int)
  ) async throws(RunStop) -> Result {
    var lane = Lane()
    return try await pass(turn: nil, on: &lane, question)
  }

  /// Runs one write of a batch when a slot is free.
  ///
  /// - Parameters:
  ///   - turn: When the batch would be finished in turns: how many writes the run would have begun by then;
  ///     `nil` for a question.
  ///   - lane: May hold a slot, and may be given one.
  ///   - request: Returns its result, what it shows of the server's load, and how many exchanges it
  ///     was.
  /// - Returns: The request's result.
  /// - Throws: `RunStop` if the run shall stop before the request could start.
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
      // After a setback there is a wait or a question first.
      guard let turn, pressure == .none else { return false }
      return state.keepSlot(turn: turn)
    }
    return result
  }

  /// Gives a slot back that was kept, if one was.
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
      // The next in the line shall learn of the stop as well.
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

  /// Waits in the line.
  ///
  /// - Returns: True with a slot; false where the caller must ask again.
  private func waitForSlot(_ turn: Int?) async -> Bool {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        // One may have become free since the caller asked.
        if state.policy.inFlight < state.policy.limit { return true }
        state.add(Waiter(turn: turn, continuation: continuation))
        return false
      }
      if isFree { continuation.resume(returning: false) }
    }
  }
}
