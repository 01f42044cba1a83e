import Glibc
import PortGroupModel
import RowLedger
import UnityConnection

/// Carries requests to the server: waits for a slot, repeats what may be repeated, gives up in time.
///
/// This is the one place that decides on repeating. A question is repeated until it is answered; a
/// write only while the server is known not to have processed it.
struct Courier: Sendable {
  /// How a write ended that left.
  enum Delivery: Sendable {
    case done(newID: ObjectID?)
    case refused(Refusal)
    case unknown(Setback)
  }

  /// When a write left for the last time; repeats and their waits come before it.
  struct Departure: Sendable {
    /// On the clock of the run.
    let time: Duration
    let moment: Moment
    /// How long it had stood in the line for a slot.
    let inLine: Duration
  }

  /// The run stops before a write was processed, so that it has had no effect.
  struct Undelivered: Error {
    let stop: RunStop
    /// True if the server was asked, and did not process it.
    let wasTried: Bool
  }

  let client: ConnectionClient
  let gate: SlotGate
  /// How many groups are worked on at one time.
  let workers: Int
  let control: RunControl
  let clock: any RunClock
  /// How long the run goes on without one success.
  let giveUp: Duration
  /// How long it continues without one answer where nothing has ever answered, and nothing may listen.
  let connectWait: Duration
  /// 0 up to 1, for the jitter of waits.
  let random: @Sendable () -> Double
  let report: @Sendable (RunEvent) -> Void
  /// What was waited for.
  let waits = WaitTally()

  /// A courier for one run.
  init(to client: ConnectionClient, _ pace: Pace, _ setting: RunSetting) {
    self.client = client.stopping { [control = setting.control] in control.stop != nil }
    gate = SlotGate(
      granted: pace.slots, rate: pace.rate, clock: setting.clock, control: setting.control)
    workers = pace.workers
    control = setting.control
    clock = setting.clock
    giveUp = pace.giveUp
    connectWait = min(pace.connectWait ?? pace.giveUp, pace.giveUp)
    random = { Double.random(in: 0..<1) }
    report = setting.report
  }

  /// How often a question is put again that the server answers, but not well.
  private static let patience = 8

  /// Asks until an answer comes.
  ///
  /// - Parameters:
  ///   - exchanges: How many exchanges an answer took, to compare how long they take.
  ///   - patience: How often it is asked at most while the server answers, but not well.
  ///   - question: What is asked.
  /// - Returns: The answer, or an error of this one question that asking again would not cure.
  /// - Throws: `RunStop` if the run cannot go on.
  func ask<Value: Sendable>(
    exchanges: @escaping @Sendable (Value) -> Int = { _ in 1 }, patience: Int = patience,
    _ question: @escaping @Sendable (ConnectionClient) async throws(ServerError) -> Value
  ) async throws(RunStop) -> Result<Value, ServerError> {
    var attempts = 0
    var answers = 0
    while true {
      let client = client
      let result = try await gate.pass {
        do throws(ServerError) {
          let answer = try await question(client)
          return (Result<Value, ServerError>.success(answer), .none, exchanges(answer))
        } catch {
          return (.failure(error), pressure(error.kind, error.retryAfter), 1)
        }
      }
      guard case .failure(let error) = result else { return result }
      try refuseFatal(error)
      guard error.isRepeatable else { return result }
      attempts += 1
      if error.isAnswered { answers += 1 }
      if answers >= patience { return result }
      try await wait(attempts, error.kind, error.retryAfter, reason: reason(error))
    }
  }

  /// Asks for the servers of a group, until an answer comes.
  ///
  /// A group that cannot be listed keeps its own rows waiting, and no other group's.
  func servers(of group: PortGroup) async throws(RunStop) -> GroupListing {
    let answer: Result<ServerList, ServerError>
    do throws(RunStop) {
      answer = try await ask(exchanges: \.exchanges) { client throws(ServerError) in
        try await client.servers(of: group.objectID)
      }
    } catch .gaveUp(let time, let reason) {
      throw .gaveUp(after: time, reason: "the servers of \(group.displayName.quoted): \(reason)")
    }
    switch answer {
    case .success(let list): return .listed(list)
    case .failure(let error) where error.kind == .groupGone: return .gone
    case .failure(let error):
      return .unreadable(
        UnreadableGroup(
          group: group, reason: error.description, isWebPage: error.kind == .webPage))
    }
  }

  /// The server's version, for a remark alone: `nil` where it does not tell at once.
  ///
  /// - Throws: `RunStop` only if the run shall stop for another reason.
  func version() async throws(RunStop) -> String? {
    let client = client
    return try await gate.pass {
      do throws(ServerError) {
        return (try await client.version(), .none, 1)
      } catch {
        return (nil, pressure(error.kind, error.retryAfter), 1)
      }
    }
  }

  /// Sends a write until the server has processed it, or may have.
  ///
  /// - Parameters:
  ///   - due: When its batch is due; see `SlotGate`.
  ///   - slot: What the batch keeps from one write to the next.
  ///   - write: Sends it once.
  /// - Returns: How it ended, and when it left.
  /// - Throws: `Undelivered` if the run shall stop first.
  func send(
    due: Int, keeping slot: inout SlotGate.KeptSlot,
    _ write: @escaping @Sendable (ConnectionClient) async throws(ServerError) -> WriteAnswer
  ) async throws(Undelivered) -> (delivery: Delivery, left: Departure) {
    var tries = 0
    do throws(RunStop) {
      return try await send(due, &slot, write, &tries)
    } catch {
      throw Undelivered(stop: error, wasTried: tries > 0)
    }
  }

  private func send(
    _ due: Int, _ slot: inout SlotGate.KeptSlot,
    _ write: @escaping @Sendable (ConnectionClient) async throws(ServerError) -> WriteAnswer,
    _ tries: inout Int
  ) async throws(RunStop) -> (delivery: Delivery, left: Departure) {
    while true {
      let client = client
      let asked = clock.now()
      let (result, left) = try await gate.pass(due: due, keeping: &slot) {
        let now = clock.now()
        let left = Departure(time: now, moment: .now(), inLine: now - asked)
        do throws(ServerError) {
          let answer = try await write(client)
          let result = Result<WriteAnswer, ServerError>.success(answer)
          return ((result, left), pressure(answer), 1)
        } catch {
          return ((.failure(error), left), .trouble, 1)
        }
      }
      switch result {
      case .failure(let error):
        try refuseFatal(error)
        throw .server(error.description)
      case .success(.done(let newID)): return (.done(newID: newID), left)
      case .success(.refused(let refusal)): return (.refused(refusal), left)
      case .success(.unknown(let setback)): return (.unknown(setback), left)
      case .success(.notProcessed(let setback)):
        if setback.kind == .cancelled { throw control.stop ?? .aborted }
        tries += 1
        try await wait(tries, setback.kind, setback.retryAfter, reason: setback.reason)
      }
    }
  }

  /// Waits before the next attempt; longer each time, and never past `giveUp` without a success.
  ///
  /// Where nothing has ever answered, only `connectWait` long: a target that is misspelt, or has not been started.
  private func wait(
    _ attempt: Int, _ kind: ServerError.Kind, _ retryAfter: Int?, reason: String
  ) async throws(RunStop) {
    let lost = gate.timeWithoutSuccess
    let isPerhapsNobody = (kind == .unreachable || kind == .noAnswer) && !gate.hasAnswered
    let end = isPerhapsNobody ? connectWait : giveUp
    guard lost < end else { throw .gaveUp(after: lost, reason: reason) }
    let backoff = Backoff.delay(attempt: attempt, random: random())
    let delay = min(max(backoff, .seconds(retryAfter ?? 0)), end - lost)
    report(.waiting(reason: reason, delay: delay))
    try await sleep(delay, for: WaitCause(kind))
  }

  /// Waits, and books what for; also where the run stops meanwhile.
  func sleep(_ delay: Duration, for cause: WaitCause) async throws(RunStop) {
    waits.begin(cause, at: clock.now())
    defer { waits.end(cause, at: clock.now()) }
    try await control.sleep(for: delay, on: clock)
  }

  /// Errors after which nothing more must be sent to this server.
  private func refuseFatal(_ error: ServerError) throws(RunStop) {
    if error.isFatal { throw .refused(error.description) }
    switch error.kind {
    case .nameUnknown where !gate.hasAnswered: throw .nameUnknown(error.description)
    // Later it may be a proxy that fails; at first it is another service.
    case .notHTTP where !gate.hasAnswered: throw .refused(error.description)
    case .cancelled: throw control.stop ?? .aborted
    default: return
    }
  }

  /// Why an attempt failed, with what to think of while there never was an answer.
  private func reason(_ error: ServerError) -> String {
    // A server that speaks TLS often hangs up on plain HTTP without a word.
    let isGuess = error.kind == .noAnswer && error.server.hasPrefix("http:") && !gate.hasAnswered
    return isGuess ? "\(error.detail); if it speaks TLS, write https://" : error.detail
  }

  private func pressure(_ answer: WriteAnswer) -> SlotPolicy.Pressure {
    switch answer {
    case .done, .refused: .none
    case .notProcessed(let setback), .unknown(let setback):
      pressure(setback.kind, setback.retryAfter)
    }
  }

  /// A wait that the server asks for counts only as far as the run would go on without a success.
  private func pressure(
    _ kind: ServerError.Kind, _ retryAfter: Int?
  ) -> SlotPolicy.Pressure {
    switch kind {
    case .busy, .unreachable, .nameUnknown, .timedOut:
      .busy(
        retryAfter: retryAfter.map { seconds in
          min(.seconds(seconds), giveUp - gate.timeWithoutSuccess)
        })
    case .failed, .noAnswer, .notHTTP, .cancelled, .certificateUntrusted, .pinMismatch, .tlsFailed,
      .tlsOutdated:
      .trouble
    default: .none
    }
  }
}

extension ServerError {
  /// True if the server did answer, though not with what was asked for.
  fileprivate var isAnswered: Bool { kind == .failed || kind == .incompleteList }
}
