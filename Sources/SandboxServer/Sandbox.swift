// The sandbox itself: a request in, an answer out, no sockets.

package import HTTPMessages
import SQLiteStore
import Synchronization

/// A CUPI server for rehearsals and tests: what it is asked and what it holds, without a socket.
///
/// It answers every call of the API page in XML and JSON, and what reference CUPI.md tells of the real server;
/// where nothing is known, `SandboxHabits` has a switch. Any number of threads may call it.
package final class Sandbox: Sendable {
  /// Where a sandbox keeps its state.
  package enum Storage: Sendable, Equatable {
    /// In this process; gone with the sandbox.
    case memory
    /// In a SQLite file, made where it is not there.
    case file(String)
  }

  /// Where a request comes from; the sandbox's own pages are for this machine alone.
  package enum Peer: Sendable {
    case loopback
    case remote
  }

  /// Whether a request is let in.
  enum Entrance {
    case refused(HTTPResponse)
    /// With the values of the answer's `Set-Cookie` fields.
    case granted(cookies: [String])
  }

  let configuration: SandboxConfiguration
  let state: SandboxState
  let doorkeeper: Doorkeeper
  private let desk: LoginDesk
  private let plan: Mutex<FaultPlan>
  private let counting = Mutex(SandboxCounts())

  /// Opens the state, and seeds it if it is new.
  ///
  /// - Throws: `SandboxError.state` where the file cannot be used.
  package init(
    state storage: Storage, configuration: SandboxConfiguration = SandboxConfiguration()
  ) throws(SandboxError) {
    self.configuration = configuration
    plan = Mutex(FaultPlan(configuration.faults))
    doorkeeper = Doorkeeper(configuration.throttle)
    desk = LoginDesk(
      username: configuration.username, password: configuration.password,
      tokenLifetime: configuration.tokenLifetime, limit: configuration.throttle.loginsInOneSecond)
    let location: DatabaseLocation =
      switch storage {
      case .memory: .memory
      case .file(let path): .file(path)
      }
    do {
      state = try SandboxState(
        location, seed: configuration.seed == .lab ? (Lab.groups, Lab.servers) : ([], []))
    } catch {
      throw SandboxError(opening: storage, error)
    }
  }

  /// What the sandbox was asked since it was made, or since the counts were reset.
  package var counts: SandboxCounts { counting.withLock { $0 } }

  /// Begins to count anew; what is in flight stays so.
  package func resetCounts() { counting.withLock { $0.reset() } }

  /// The faults that were ordered.
  ///
  /// Setting them counts writes from 1 again and draws from the seed; held writes stay held.
  package var faults: SandboxFaults {
    get { plan.withLock { $0.faults } }
    set { plan.withLock { $0 = FaultPlan(newValue) } }
  }

  /// How many writes were let in since the faults were set.
  package var writesSinceFaults: Int { plan.withLock { $0.writes } }

  /// How many writes wait to be released.
  package var heldWrites: Int { doorkeeper.held }

  /// Releases held writes, those first that were held first; all of them unless told how many.
  ///
  /// - Returns: how many there were.
  @discardableResult
  package func release(_ count: Int? = nil) -> Int { doorkeeper.release(count) }

  /// Does what a request asks for, and answers it at once: without the queue and without faults.
  package func respond(to request: HTTPRequest, from peer: Peer = .loopback) -> HTTPResponse {
    let target: RequestTarget
    do throws(Refusal) {
      target = try RequestTarget(request.target)
    } catch {
      return error.answer(to: request).withoutBody(if: request.method == .head)
    }
    if target.isOwnPage { return ownPage(request, target, peer) }
    enter()
    defer { tally { $0.inFlight -= 1 } }
    let response =
      switch admit(request, target) {
      case .refused(let response): response
      case .granted(let cookies): serve(request, target, cookies: cookies, ignoring: [])
      }
    return response.withoutBody(if: request.method == .head)
  }

  // MARK: The way of a request

  /// What a request over a connection begins with: its way through the sandbox, or an answer at once.
  func begin(_ request: HTTPRequest, from peer: Peer) -> Visiting {
    do throws(Refusal) {
      let target = try RequestTarget(request.target)
      if target.isOwnPage { return .answer(ownPage(request, target, peer)) }
      return .visit(Visit(request, target, in: self))
    } catch {
      return .answer(error.answer(to: request))
    }
  }

  enum Visiting {
    case answer(HTTPResponse)
    case visit(Visit)
  }

  func tally(_ change: (inout SandboxCounts) -> Void) { counting.withLock { change(&$0) } }

  /// Counts a request as in flight until its answer is made, before its first byte leaves.
  func enter() {
    tally { counts in
      counts.inFlight += 1
      counts.mostInFlight = max(counts.mostInFlight, counts.inFlight)
    }
  }

  func note(_ request: HTTPRequest, _ target: RequestTarget) {
    let method = request.method.countedName
    let call = "\(method) \(Route(target.segments)?.pattern ?? "elsewhere")"
    tally { counts in
      counts.requests[method, default: 0] += 1
      counts.calls[call, default: 0] += 1
    }
  }

  func admit(_ request: HTTPRequest, _ target: RequestTarget) -> Entrance {
    note(request, target)
    let admission = desk.admit(request.headerFields, at: configuration.now())
    tally { counts in
      counts.mostLoginsInOneSecond = max(counts.mostLoginsInOneSecond, admission.loginsInOneSecond)
      switch admission.verdict {
      case .busy: counts.turnedAway += 1
      case .refused: break
      case .granted:
        if admission.isLogin { counts.logins += 1 }
        if !request.method.isSafe { counts.writes += 1 }
      }
    }
    return switch admission.verdict {
    case .granted: .granted(cookies: admission.cookies)
    case .refused: .refused(HTMLPage.unauthorized)
    case .busy: .refused(HTMLPage.busy)
    }
  }

  func nextFate(isWrite: Bool) -> Fate {
    let fate = plan.withLock { $0.next(isWrite: isWrite) }
    for name in fate.names { tally { $0.faults[name, default: 0] += 1 } }
    return fate
  }

  /// The answer to a request that was let in.
  func serve(
    _ request: HTTPRequest, _ target: RequestTarget, cookies: [String], ignoring: Set<String>
  ) -> HTTPResponse {
    var response = serve(request, target, ignoring)
    for cookie in cookies { response.headerFields.append(name: "Set-Cookie", value: cookie) }
    return response
  }

  private func serve(
    _ request: HTTPRequest, _ target: RequestTarget, _ ignored: Set<String>
  ) -> HTTPResponse {
    let wanted = BodyFormat.accepted(request.headerFields)
    do {
      guard let route = Route(target.segments) else {
        throw Refusal(404, .noResource, "There is no resource at \(printable(request.target))")
      }
      guard route.methods.contains(request.method) else {
        throw Refusal(
          405, .methodNotAllowed, "\(printable(request.method.rawValue)) is not allowed here",
          headerFields: ["Allow": route.methods.map(\.rawValue).joined(separator: ", ")])
      }
      guard let wanted else {
        throw Refusal(406, .notAcceptable, "Answers are application/xml or application/json")
      }
      return try serve(
        Call(
          request: request, route: route, parameters: target.parameters, wanted: wanted,
          ignored: ignored))
    } catch var refusal as Refusal {
      if refusal.isUnknownID { refusal.status = configuration.habits.unknownID.status }
      return refusal.answer(in: wanted ?? .xml)
    } catch {
      // The state could not be read or written: a full disk, a damaged file.
      return Refusal(500, .serverFailed, "The sandbox's state failed: \(error)").answer(
        in: wanted ?? .xml)
    }
  }
}

extension SandboxHabits.UnknownID {
  fileprivate var status: Int { self == .notFound ? 404 : 400 }
}
