package import HTTPMessages
import SQLStores
import Synchronization

/// A simulated CUPI server for rehearsals and tests: its state and its responses, without a socket.
///
/// It supports every call of the API page in XML and JSON, and behaves as reference CUPI.md describes the real
/// server. Where its behavior is not known, `SandboxHabits` has a switch. Any number of threads may call it.
package final class Sandbox: Sendable {
  /// Where a sandbox stores its state.
  package enum Storage: Sendable, Equatable {
    /// In this process; lost with the sandbox.
    case memory
    /// In a SQLite file, which is created if it does not exist.
    case file(String)
  }

  /// The origin of a request; only requests from this machine may use the control pages.
  package enum Peer: Sendable {
    case loopback
    case remote
  }

  /// Whether a request is admitted.
  enum Admission {
    case refused(HTTPResponse)
    /// With the values of the response's `Set-Cookie` fields.
    case granted(cookies: [String])
  }

  let configuration: SandboxConfiguration
  let state: SandboxState
  let admissionQueue: AdmissionQueue
  private let authenticator: Authenticator
  private let plan: Mutex<FaultPlan>
  private let storedCounts = Mutex(SandboxCounts())

  /// Opens the state, and adds the initial content if the state is new.
  ///
  /// - Throws: `SandboxError.state` if the file cannot be used.
  package init(
    state storage: Storage, configuration: SandboxConfiguration = SandboxConfiguration()
  ) throws(SandboxError) {
    self.configuration = configuration
    plan = Mutex(FaultPlan(configuration.faults))
    admissionQueue = AdmissionQueue(configuration.throttle)
    authenticator = Authenticator(
      username: configuration.username, password: configuration.password,
      tokenLifetime: configuration.tokenLifetime, limit: configuration.throttle.loginsInOneSecond)
    let location: DatabaseLocation =
      switch storage {
      case .memory: .memory
      case .file(let path): .file(path)
      }
    do {
      state = try SandboxState(
        location, seed: configuration.seed == .lab ? (LabSeed.groups, LabSeed.servers) : ([], []))
    } catch {
      throw SandboxError(opening: storage, error)
    }
  }

  /// The counts of requests since the sandbox was created, or since the counts were reset.
  package var counts: SandboxCounts { storedCounts.withLock { $0 } }

  /// Resets the counts; requests in flight remain counted as such.
  package func resetCounts() { storedCounts.withLock { $0.reset() } }

  /// The configured faults.
  ///
  /// Setting them restarts the numbering of writes at 1 and the random numbers at the seed; held writes stay held.
  package var faults: SandboxFaults {
    get { plan.withLock { $0.faults } }
    set { plan.withLock { $0 = FaultPlan(newValue) } }
  }

  /// The number of writes that were admitted since the faults were set.
  package var writesSinceFaults: Int { plan.withLock { $0.writes } }

  /// The number of writes that wait for their release.
  package var heldWrites: Int { admissionQueue.held }

  /// Releases held writes in the order in which they were held.
  ///
  /// - Parameter count: The number to release; `nil` releases all.
  /// - Returns: The number that was released.
  @discardableResult
  package func release(_ count: Int? = nil) -> Int { admissionQueue.releaseHeld(count) }

  /// Processes a request at once: without the queue and without faults.
  package func respond(to request: HTTPRequest, from peer: Peer = .loopback) -> HTTPResponse {
    let target: RequestTarget
    do throws(RequestRefusal) {
      target = try RequestTarget(request.target)
    } catch {
      return error.response(to: request).withoutBody(if: request.method == .head)
    }
    if target.isControlPage { return controlPage(request, target, peer) }
    countInFlight()
    defer { updateCounts { $0.inFlight -= 1 } }
    let response =
      switch admit(request, target) {
      case .refused(let response): response
      case .granted(let cookies): serve(request, target, cookies: cookies, ignoring: [])
      }
    return response.withoutBody(if: request.method == .head)
  }

  // MARK: Processing a request

  /// Starts to process a request from a connection.
  func begin(_ request: HTTPRequest, from peer: Peer) -> RequestStart {
    do throws(RequestRefusal) {
      let target = try RequestTarget(request.target)
      if target.isControlPage { return .response(controlPage(request, target, peer)) }
      return .lifecycle(RequestLifecycle(request, target, in: self))
    } catch {
      return .response(error.response(to: request))
    }
  }

  /// A response that is ready at once, or the lifecycle of a request that may have to wait.
  enum RequestStart {
    case response(HTTPResponse)
    case lifecycle(RequestLifecycle)
  }

  func updateCounts(_ change: (inout SandboxCounts) -> Void) {
    storedCounts.withLock { change(&$0) }
  }

  /// Counts a request as in flight; it is until its response is complete, before the first byte is sent.
  func countInFlight() {
    updateCounts { counts in
      counts.inFlight += 1
      counts.mostInFlight = max(counts.mostInFlight, counts.inFlight)
    }
  }

  func countRequest(_ request: HTTPRequest, _ target: RequestTarget) {
    let method = request.method.countedName
    let call = "\(method) \(Route(target.segments)?.pattern ?? "elsewhere")"
    updateCounts { counts in
      counts.requests[method, default: 0] += 1
      counts.calls[call, default: 0] += 1
    }
  }

  func admit(_ request: HTTPRequest, _ target: RequestTarget) -> Admission {
    countRequest(request, target)
    let authentication = authenticator.authenticate(request.headerFields, at: configuration.now())
    updateCounts { counts in
      counts.mostLoginsInOneSecond = max(
        counts.mostLoginsInOneSecond, authentication.loginsInOneSecond)
      switch authentication.access {
      case .busy: counts.turnedAway += 1
      case .refused: break
      case .granted:
        if authentication.isLogin { counts.logins += 1 }
        if !request.method.isSafe { counts.writes += 1 }
      }
    }
    return switch authentication.access {
    case .granted: .granted(cookies: authentication.cookies)
    case .refused: .refused(HTMLPage.unauthorized)
    case .busy: .refused(HTMLPage.busy)
    }
  }

  func nextMisbehavior(isWrite: Bool) -> Misbehavior {
    let misbehavior = plan.withLock { $0.next(isWrite: isWrite) }
    for name in misbehavior.names { updateCounts { $0.faults[name, default: 0] += 1 } }
    return misbehavior
  }

  /// The response to an admitted request.
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
    let format = BodyFormat.accepted(request.headerFields)
    do {
      guard let route = Route(target.segments) else {
        throw RequestRefusal(
          404, .noResource, "There is no resource at \(printable(request.target))")
      }
      guard route.methods.contains(request.method) else {
        throw RequestRefusal(
          405, .methodNotAllowed, "\(printable(request.method.rawValue)) is not allowed here",
          headerFields: ["Allow": route.methods.map(\.rawValue).joined(separator: ", ")])
      }
      guard let format else {
        throw RequestRefusal(406, .notAcceptable, "Answers are application/xml or application/json")
      }
      return try serve(
        APICall(
          request: request, route: route, parameters: target.parameters, responseFormat: format,
          ignored: ignored))
    } catch var refusal as RequestRefusal {
      if refusal.isUnknownID { refusal.status = configuration.habits.unknownID.status }
      return refusal.response(in: format ?? .xml)
    } catch {
      // The state could not be read or written, for example because the disk is full or the file is damaged.
      return RequestRefusal(500, .serverFailed, "The sandbox's state failed: \(error)").response(
        in: format ?? .xml)
    }
  }
}

extension SandboxHabits.UnknownID {
  fileprivate var status: Int { self == .notFound ? 404 : 400 }
}
