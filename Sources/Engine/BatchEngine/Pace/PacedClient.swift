import Coordination
import PortGroupModel
import RowLedger
import Synchronization
import UnityConnection

/// A client of the server for one run: waits for slots, repeats requests, and stops after a time.
///
/// All decisions about repeating are made here. A read is repeated until it is answered, a write
/// only while it is certain that the server has not processed it.
struct PacedClient: Sendable {
  /// The result of sending a change.
  struct Delivery {
    var answer: BatchProgress.Answer
    /// How long it had waited for a slot; `nil` if it was not sent.
    var inLine: Duration?
    /// Why the run has to stop; `nil` if it need not.
    var stop: RunStop?
  }

  let client: ConnectionClient
  let gate: SlotGate
  /// The number of groups processed at one time.
  let workers: Int
  let control: RunControl
  let clock: any RunClock
  /// How long the run continues without a success.
  let giveUp: Duration
  /// How long it continues if there was no answer yet and connections fail, so that perhaps no server exists.
  let connectWait: Duration
  /// Returns a number from 0 up to 1, for the jitter of waits.
  let random: @Sendable () -> Double
  let report: @Sendable (RunEvent) -> Void
  /// The waits of the run, by cause.
  let waits = WaitTally()
  private let versionMemory = VersionMemory()

  /// Creates a client for one run.
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

  /// The maximum number of attempts of a read that the server answers with an error.
  private static let maxAttempts = 8

  /// Sends a read until it is answered.
  ///
  /// - Parameters:
  ///   - exchanges: The number of exchanges of an answer, to compare their times.
  ///   - maxAttempts: The maximum number of attempts while the server answers with an error.
  ///   - question: The read.
  /// - Returns: The answer, or an error that repeating this read would not remove.
  /// - Throws: `RunStop` if the run cannot continue.
  private func ask<Value: Sendable>(
    exchanges: @escaping @Sendable (Value) -> Int = { _ in 1 }, maxAttempts: Int = maxAttempts,
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
      if answers >= maxAttempts { return result }
      try await wait(attempts, error.kind, error.retryAfter, reason: reason(error))
    }
  }

  /// Lists the servers of a group, and repeats the request until it is answered.
  ///
  /// If a group cannot be listed, its rows wait, but not those of other groups.
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

  /// One server of a group as it is now; `nil` if only the group's list can show that.
  func server(
    _ id: ObjectID, of group: PortGroup
  ) async throws(RunStop) -> PortGroupServer? {
    let answer = try await ask(maxAttempts: 1) { client throws(ServerError) in
      try await client.server(id, in: group.objectID)
    }
    if case .success(let server) = answer { return server }
    return nil
  }

  /// The server's version, used only for messages; `nil` if the first attempt fails.
  ///
  /// It is requested once.
  ///
  /// - Throws: `RunStop` only if the run must stop for another reason.
  func version() async throws(RunStop) -> String? {
    if let known = versionMemory.value { return known }
    let client = client
    let memory = versionMemory
    return try await gate.pass {
      do throws(ServerError) {
        let version = try await client.version()
        memory.value = version
        return (version, .none, 1)
      } catch {
        return (nil, pressure(error.kind, error.retryAfter), 1)
      }
    }
  }

  /// All port groups of the server.
  func portGroups() async throws(RunStop) -> Result<[PortGroup], ServerError> {
    try await ask { client throws(ServerError) in try await client.portGroups() }
  }

  /// The servers of the cluster; an answer with an error is not repeated.
  func clusterServers() async throws(RunStop) -> Result<[ClusterServer], ServerError> {
    try await ask(maxAttempts: 1) { client throws(ServerError) in try await client.vmsServers() }
  }

  /// The id by which the server names itself; `nil` if it does not.
  func identity() async throws(RunStop) -> ObjectID? {
    switch try await clusterServers() {
    case .success(let servers): return servers.identity
    case .failure(let error) where error.kind == .webPage: throw .refused(error)
    case .failure(let error) where error.kind == .notFound: return nil
    case .failure(let error): throw .gaveUp(after: .zero, reason: error.description)
    }
  }

  /// Sends a change until the server has processed it, or may have.
  ///
  /// - Parameters:
  ///   - change: The change.
  ///   - group: The port group.
  ///   - turn: When its batch would be finished if all workers took turns; see `SlotGate`.
  ///   - lane: What the batch keeps from one write to the next.
  /// - Returns: The answer; `notSent` with a reason if the run has to stop first.
  func send(
    _ change: Change, in group: ObjectID, turn: Int, on lane: inout SlotGate.Lane
  ) async -> Delivery {
    var attempts = 0
    do throws(RunStop) {
      let (answer, inLine) = try await send(change, group, turn, &lane, &attempts)
      return Delivery(answer: answer, inLine: inLine)
    } catch {
      return Delivery(answer: .notSent(wasTried: attempts > 0), stop: error)
    }
  }

  private func send(
    _ change: Change, _ group: ObjectID, _ turn: Int, _ lane: inout SlotGate.Lane,
    _ attempts: inout Int
  ) async throws(RunStop) -> (answer: BatchProgress.Answer, inLine: Duration) {
    while true {
      let client = client
      let asked = clock.now()
      let (result, left, inLine) = try await gate.pass(turn: turn, on: &lane) {
        let now = clock.now()
        let left = Departure(time: now, moment: .now())
        do throws(ServerError) {
          let answer = try await client.send(change, in: group)
          let result = Result<WriteOutcome, ServerError>.success(answer)
          return ((result, left, now - asked), pressure(answer), 1)
        } catch {
          return ((.failure(error), left, now - asked), .trouble, 1)
        }
      }
      switch result {
      case .failure(let error):
        try refuseFatal(error)
        throw .server(error.description)
      case .success(.done(let newID)): return (.done(newID, left), inLine)
      case .success(.refused(let refusal)):
        let isMissing = refusal.status == 404 || refusal.status == 410
        return (.refused(refusal.sentence, isMissing: isMissing, left), inLine)
      case .success(.unknown(let failure)):
        // It may have waited for a login, and left only now: the latest moment is the safe one.
        let lost = LostWrite(
          reason: failure.reason, left: clock.now(), sent: .now(),
          isAnswered: failure.status == 500)
        return (.unknown(lost), inLine)
      case .success(.notProcessed(let failure)):
        if failure.kind == .cancelled { throw control.stop ?? .aborted }
        attempts += 1
        try await wait(attempts, failure.kind, failure.retryAfter, reason: failure.reason)
      }
    }
  }

  /// Waits before the next attempt; each wait is longer, and throws after `giveUp` without a success.
  ///
  /// Before the first answer, the limit is `connectWait`: the target may be misspelt, or not started.
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

  /// Waits, and records the cause, even if the run stops meanwhile.
  func sleep(_ delay: Duration, for cause: WaitCause) async throws(RunStop) {
    waits.begin(cause, at: clock.now())
    defer { waits.end(cause, at: clock.now()) }
    try await control.sleep(for: delay, on: clock)
  }

  /// Reports a wait that is not over yet; false if the time has come.
  func reportsWait(until due: Duration, _ reason: String) -> Bool {
    let left = due - clock.now()
    if left > .zero { report(.waiting(reason: reason, delay: left)) }
    return left > .zero
  }

  /// Errors after which nothing more must be sent to this server.
  private func refuseFatal(_ error: ServerError) throws(RunStop) {
    if error.isFatal { throw .refused(error) }
    switch error.kind {
    case .nameUnknown where !gate.hasAnswered: throw .nameUnknown(error.description)
    // Later it may be a proxy that fails; before the first answer it is another service.
    case .notHTTP where !gate.hasAnswered: throw .refused(error)
    case .cancelled: throw control.stop ?? .aborted
    default: return
    }
  }

  /// Why an attempt failed, with a hint if there was no answer yet.
  private func reason(_ error: ServerError) -> String {
    // A TLS server often closes a plain HTTP connection without an answer.
    let isGuess = error.kind == .noAnswer && error.server.hasPrefix("http:") && !gate.hasAnswered
    return isGuess ? "\(error.detail); if it speaks TLS, write https://" : error.detail
  }

  private func pressure(_ answer: WriteOutcome) -> SlotPolicy.Pressure {
    switch answer {
    case .done, .refused: .none
    case .notProcessed(let failure), .unknown(let failure):
      pressure(failure.kind, failure.retryAfter)
    }
  }

  /// A wait that the server requests is limited to the time that the run continues without a success.
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
  /// True if the server answered, but not with the requested data.
  fileprivate var isAnswered: Bool { kind == .failed || kind == .incompleteList }
}

extension ConnectionClient {
  /// Sends a change once.
  fileprivate func send(
    _ change: Change, in group: ObjectID
  ) async throws(ServerError) -> WriteOutcome {
    switch (change.verb, change.server) {
    case (.update, let server?): try await update(server, in: group, change.set)
    case (.delete, let server?): try await delete(server, in: group)
    default: try await create(change.set, in: group)
    }
  }
}

/// The version of a server, once it is known.
private final class VersionMemory: Sendable {
  private let memory = Mutex<String?>(nil)

  var value: String? {
    get { memory.withLock { $0 } }
    set { memory.withLock { $0 = newValue } }
  }
}
