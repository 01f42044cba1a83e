/// How many requests may be in flight, and when the next may start: pure rules over times.
///
/// The server gives five slots to all its web clients together and answers 503 when its queue is full
/// (reference CUPI.md §3.3), so pressure halves the limit of this run, and a time without pressure
/// raises it again, slot by slot. Answers that have become slow are pressure, too (`LatencyWatch`).
/// Times are those of one `RunClock`.
struct SlotPolicy: Sendable {
  /// Whether a request may start now.
  enum Permission: Equatable {
    case granted
    /// Not before this time.
    case at(Duration)
    /// Not before a slot is free.
    case whenFreed
  }

  /// What the end of a request shows about the server's load.
  enum Pressure: Equatable {
    /// The server processed it, or refused it with a reason.
    case none
    /// No success, but no sign of load: a lost answer, an internal error of the server.
    case trouble
    /// 503, 429, a refused connection or a timeout; with the wait that the server requested.
    case busy(retryAfter: Duration?)
  }

  /// The maximum number of requests in flight, as the user set it.
  private(set) var granted: Int
  /// The minimum time between two starts; zero without a rate.
  private(set) var interval: Duration
  /// The time without pressure after which the limit is raised by one slot.
  let recoveryTime: Duration

  private(set) var limit: Int
  private(set) var inFlight = 0
  /// The time of the last success, or of the start of the run: `--give-up` counts from here.
  private(set) var lastSuccess: Duration
  /// Whether the server has answered anything in this run.
  private(set) var hasAnswered = false
  private var nextStart: Duration
  private var lastPressure: Duration
  private var latency = LatencyWatch()

  /// Creates a policy whose limit is the number of granted slots.
  ///
  /// - Parameters:
  ///   - granted: The number of slots, 1 or more.
  ///   - rate: The maximum number of requests a second, over all slots; `nil` for no limit.
  ///   - now: The current time of the run.
  ///   - recoveryTime: The time without pressure after which the limit is raised by one slot.
  init(granted: Int, rate: Double?, now: Duration, recoveryTime: Duration = .seconds(10)) {
    self.granted = granted
    self.recoveryTime = recoveryTime
    interval = rate.map { .seconds(1 / $0) } ?? .zero
    limit = granted
    lastSuccess = now
    nextStart = now
    lastPressure = now
  }

  /// Requests a start now; with `granted`, the request counts as started.
  mutating func start(at now: Duration) -> Permission {
    if inFlight >= limit { return .whenFreed }
    if nextStart > now { return .at(nextStart) }
    inFlight += 1
    nextStart = max(nextStart, now) + interval
    return .granted
  }

  /// Records the end of a request.
  ///
  /// `took` is the time of one request of a kind; `nil` if it cannot be compared.
  mutating func finish(
    _ pressure: Pressure, took: (time: Duration, request: LatencyWatch.Request)? = nil,
    at now: Duration
  ) {
    inFlight -= 1
    switch pressure {
    case .none:
      lastSuccess = now
      hasAnswered = true
      if let took, latency.isLoad(took.time, of: took.request) { return shrink(at: now) }
      if limit < granted, now - lastPressure >= recoveryTime {
        limit += 1
        lastPressure = now
      }
    case .trouble: break
    case .busy(let retryAfter):
      shrink(at: now)
      if let retryAfter { nextStart = max(nextStart, now + retryAfter) }
    }
  }

  /// Reserves a free slot for a later request; it counts as in flight from now on.
  mutating func keep() { inFlight += 1 }

  /// Requests a start now with a reserved slot; if it is not granted, the slot stays reserved.
  mutating func startKept(at now: Duration) -> Permission {
    inFlight -= 1
    let permission = start(at: now)
    if permission != .granted { inFlight += 1 }
    return permission
  }

  /// Returns a slot that was granted or reserved, and not used.
  mutating func giveBack() { inFlight -= 1 }

  /// Lowers the numbers that the user set; a higher one changes nothing.
  mutating func lower(to pace: PaceLimit) {
    granted = min(granted, max(pace.slots ?? granted, 1))
    limit = min(limit, granted)
    if let rate = pace.rate, rate > 0 { interval = max(interval, .seconds(1 / rate)) }
  }

  private mutating func shrink(at now: Duration) {
    limit = max(1, limit / 2)
    lastPressure = now
  }
}

/// The wait before a request is repeated.
enum Backoff {
  /// Exponential with full jitter: a random part of half a second doubled each time, 30 s at most.
  ///
  /// - Parameters:
  ///   - attempt: The number of the failed attempt, from 1.
  ///   - random: A number from 0 up to 1.
  /// - Returns: The wait.
  static func delay(attempt: Int, random: Double) -> Duration {
    let most = min(30, 0.5 * Double(1 << min(max(attempt, 1) - 1, 10)))
    return .seconds(most * random)
  }
}
