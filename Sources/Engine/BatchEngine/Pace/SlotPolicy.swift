/// How many requests may fly, and when the next may start: pure rules, fed with times.
///
/// The server gives five slots to all its web clients together and answers 503 when its queue is full
/// (reference CUPI.md §3.3), so pressure halves our share for all workers at once, and calm gives it
/// back one by one. Answers that have become slow press as well (`LatencyWatch`). Times are those of
/// one `RunClock`.
struct SlotPolicy: Sendable {
  /// Whether a request may start.
  enum Permission: Equatable {
    case granted
    /// Not before this time.
    case at(Duration)
    /// Not before a slot is free.
    case whenFreed
  }

  /// How a request ended, as far as it shows the server's load.
  enum Pressure: Equatable {
    /// The server processed it, or said why it will not.
    case none
    /// No success, but no sign of load: a lost answer, an error of the server's own.
    case trouble
    /// 503, 429, a refused connection or a time-out; with the wait that the server asked for.
    case busy(retryAfter: Duration?)
  }

  /// The most that may fly, as the user granted it.
  let granted: Int
  /// Least time between two starts; zero without a rate.
  let interval: Duration
  /// How long nothing may press before one more slot is given back.
  let calm: Duration

  private(set) var limit: Int
  private(set) var inFlight = 0
  /// When the last success came, or the run began: `--give-up` counts from here.
  private(set) var lastSuccess: Duration
  /// Whether the server has answered anything in this run.
  private(set) var hasAnswered = false
  private var nextStart: Duration
  private var lastPressure: Duration
  private var latency = LatencyWatch()

  /// Begins with all slots that are granted.
  ///
  /// - Parameters:
  ///   - granted: 1 or more.
  ///   - rate: Requests a second at most, over all slots; `nil` for no bound.
  ///   - now: The run's time.
  ///   - calm: How long there must be no pressure before a slot is given back.
  init(granted: Int, rate: Double?, now: Duration, calm: Duration = .seconds(10)) {
    self.granted = granted
    self.calm = calm
    interval = rate.map { .seconds(1 / $0) } ?? .zero
    limit = granted
    lastSuccess = now
    nextStart = now
    lastPressure = now
  }

  /// Asks for a start now; `granted` counts as started.
  mutating func start(at now: Duration) -> Permission {
    if inFlight >= limit { return .whenFreed }
    if nextStart > now { return .at(nextStart) }
    inFlight += 1
    nextStart = max(nextStart, now) + interval
    return .granted
  }

  /// Takes a finished request into account.
  ///
  /// `took` is how long one request of a kind took; `nil` where that compares with nothing.
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
      if limit < granted, now - lastPressure >= calm {
        limit += 1
        lastPressure = now
      }
    case .trouble: break
    case .busy(let retryAfter):
      shrink(at: now)
      if let retryAfter { nextStart = max(nextStart, now + retryAfter) }
    }
  }

  /// Takes a slot that is free for a request that is to come; it counts as in flight from here on.
  mutating func keep() { inFlight += 1 }

  /// Asks for a start now with a slot that was kept; where it is not granted the slot is kept on.
  mutating func startKept(at now: Duration) -> Permission {
    inFlight -= 1
    let permission = start(at: now)
    if permission != .granted { inFlight += 1 }
    return permission
  }

  /// Takes back a slot that was granted or kept, and not used.
  mutating func giveBack() { inFlight -= 1 }

  private mutating func shrink(at now: Duration) {
    limit = max(1, limit / 2)
    lastPressure = now
  }
}

/// How long to wait before the same request is sent again.
enum Backoff {
  /// Exponential with full jitter: a random part of half a second doubled each time, 30 s at most.
  ///
  /// - Parameters:
  ///   - attempt: How often it was tried, from 1.
  ///   - random: 0 up to 1.
  /// - Returns: The time to wait.
  static func delay(attempt: Int, random: Double) -> Duration {
    let most = min(30, 0.5 * Double(1 << min(max(attempt, 1) - 1, 10)))
    return .seconds(most * random)
  }
}
