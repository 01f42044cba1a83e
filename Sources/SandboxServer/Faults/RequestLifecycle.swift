import HTTPMessages

/// What is done on the connection at the end of a request.
enum ConnectionAction {
  case respond(HTTPResponse)
  /// Send the head and the first half of the body, then close the connection.
  case truncate(HTTPResponse)
  /// Close the connection without sending a byte.
  case close
  /// Reset the connection.
  case reset
}

/// A request that may have to wait: a state machine that returns what to wait for, and never waits itself.
struct RequestLifecycle {
  enum Step {
    /// Call `step()` again when the signal has been sent or the timeout has expired.
    case wait(WakeSignal, timeout: Duration?)
    case done(ConnectionAction)
  }

  private enum Phase {
    case arriving
    case queued(ticket: Int, WakeSignal)
    case admitted
    case held(WakeSignal)
    case processing
    case responseHeld(WakeSignal)
    case delaying
    case finishing
  }

  private let sandbox: Sandbox
  private let request: HTTPRequest
  private let target: RequestTarget
  private var phase = Phase.arriving
  private var hasSlot = false
  private var isClosing = false
  private var misbehavior = Misbehavior()
  private var cookies: [String] = []
  private var action = ConnectionAction.close

  init(_ request: HTTPRequest, _ target: RequestTarget, in sandbox: Sandbox) {
    self.request = request
    self.target = target
    self.sandbox = sandbox
  }

  /// Ends all waiting; work that has not been done yet is skipped.
  mutating func close() { isClosing = true }

  /// Continues until the request must wait or is done; must not be called again after `done`.
  mutating func step() -> Step {
    while true {
      if let step = advance() { return step }
    }
  }

  private mutating func advance() -> Step? {
    switch phase {
    case .arriving: arrive()
    case .queued(let ticket, let signal): return queue(ticket, signal)
    case .admitted: authenticate()
    case .held(let signal):
      if isClosing {
        sandbox.admissionQueue.removeHeld(signal)
        phase = .finishing
      } else if signal.isSent {
        phase = .processing
      } else {
        return .wait(signal, timeout: nil)
      }
    case .processing: process()
    case .responseHeld(let signal):
      if !isClosing, !signal.isSent { return .wait(signal, timeout: nil) }
      sandbox.admissionQueue.removeHeld(signal)
      phase = .delaying
    case .delaying:
      phase = .finishing
      if misbehavior.slow > .zero, !isClosing {
        return .wait(WakeSignal(), timeout: misbehavior.slow)
      }
    case .finishing:
      if hasSlot { sandbox.admissionQueue.releaseSlot() }
      sandbox.updateCounts { $0.inFlight -= 1 }
      return .done(action)
    }
    return nil
  }

  private mutating func arrive() {
    sandbox.countInFlight()
    let (arrival, signal) = sandbox.admissionQueue.arrive(at: sandbox.configuration.now())
    switch arrival {
    case .admitted: takeSlot()
    case .waiting(let ticket, _):
      let queued = sandbox.admissionQueue.queued
      sandbox.updateCounts { $0.mostQueued = max($0.mostQueued, queued) }
      phase = .queued(ticket: ticket, signal)
    case .turnedAway: turnAway()
    }
  }

  private mutating func queue(_ ticket: Int, _ signal: WakeSignal) -> Step? {
    if isClosing {
      sandbox.admissionQueue.cancel(ticket)
      phase = .finishing
      return nil
    }
    let now = sandbox.configuration.now()
    switch sandbox.admissionQueue.status(of: ticket, at: now) {
    case .admitted: takeSlot()
    case .turnedAway: turnAway()
    case .waiting(let until): return .wait(signal, timeout: until - now)
    }
    return nil
  }

  private mutating func takeSlot() {
    hasSlot = true
    phase = .admitted
  }

  private mutating func turnAway() {
    sandbox.countRequest(request, target)
    sandbox.updateCounts { $0.turnedAway += 1 }
    action = .respond(HTMLPage.busy)
    phase = .finishing
  }

  private mutating func authenticate() {
    switch sandbox.admit(request, target) {
    case .refused(let response):
      action = .respond(response)
      phase = .finishing
    case .granted(let cookies):
      self.cookies = cookies
      misbehavior = sandbox.nextMisbehavior(isWrite: !request.method.isSafe)
      phase =
        misbehavior.hold == .before ? .held(sandbox.admissionQueue.hold()) : .processing
    }
  }

  private mutating func process() {
    switch misbehavior.fault {
    case .dropRequest: action = .close
    case .busy: action = .respond(HTMLPage.busy)
    case .html500: action = .respond(HTMLPage.failed)
    case .none: action = .respond(response())
    case .dropReply:
      _ = response()
      action = .close
    case .reset:
      _ = response()
      action = .reset
    case .html500Reply:
      _ = response()
      action = .respond(HTMLPage.failed)
    case .truncate:
      let response = response()
      action = response.body.isEmpty ? .close : .truncate(response)
    }
    phase =
      misbehavior.hold == .after ? .responseHeld(sandbox.admissionQueue.hold()) : .delaying
  }

  /// Processes the request.
  private func response() -> HTTPResponse {
    sandbox.serve(request, target, cookies: cookies, ignoring: misbehavior.ignored)
  }
}
