// One request on its way through the sandbox: queue, login, faults, the work itself. Others drive it.

import HTTPMessages

/// What goes back over a connection.
enum SandboxAnswer {
  case respond(HTTPResponse)
  /// The head and the first half of the body, then the connection ends.
  case truncate(HTTPResponse)
  /// The connection is closed without a byte.
  case close
  /// The connection is reset.
  case reset
}

/// A request that may have to wait: a state machine that tells what for, and never waits itself.
struct Visit {
  enum Step {
    /// Come back when the bell has rung or the time is over.
    case wait(Bell, atMost: Duration?)
    case done(SandboxAnswer)
  }

  private enum Phase {
    case arriving
    case queued(ticket: Int, Bell)
    case inside
    case held(Bell)
    case working
    case replyHeld(Bell)
    case resting
    case leaving
  }

  private let sandbox: Sandbox
  private let request: HTTPRequest
  private let target: RequestTarget
  private var phase = Phase.arriving
  private var hasSlot = false
  private var isClosing = false
  private var fate = Fate()
  private var cookies: [String] = []
  private var answer = SandboxAnswer.close

  init(_ request: HTTPRequest, _ target: RequestTarget, in sandbox: Sandbox) {
    self.request = request
    self.target = target
    self.sandbox = sandbox
  }

  /// From now on the request waits for nothing; what was not done yet is not done.
  mutating func close() { isClosing = true }

  /// Goes on as far as it can; after `done` it must not be called again.
  mutating func step() -> Step {
    while true {
      if let step = advance() { return step }
    }
  }

  private mutating func advance() -> Step? {
    switch phase {
    case .arriving: arrive()
    case .queued(let ticket, let bell): return queue(ticket, bell)
    case .inside: enter()
    case .held(let bell):
      if isClosing {
        sandbox.doorkeeper.letGo(bell)
        phase = .leaving
      } else if bell.isRung {
        phase = .working
      } else {
        return .wait(bell, atMost: nil)
      }
    case .working: work()
    case .replyHeld(let bell):
      if !isClosing, !bell.isRung { return .wait(bell, atMost: nil) }
      sandbox.doorkeeper.letGo(bell)
      phase = .resting
    case .resting:
      phase = .leaving
      if fate.slow > .zero, !isClosing { return .wait(Bell(), atMost: fate.slow) }
    case .leaving:
      if hasSlot { sandbox.doorkeeper.leave() }
      sandbox.tally { $0.inFlight -= 1 }
      return .done(answer)
    }
    return nil
  }

  private mutating func arrive() {
    sandbox.enter()
    let (arrival, bell) = sandbox.doorkeeper.arrive(at: sandbox.configuration.now())
    switch arrival {
    case .served: beServed()
    case .waits(let ticket, _):
      let queued = sandbox.doorkeeper.queued
      sandbox.tally { $0.mostQueued = max($0.mostQueued, queued) }
      phase = .queued(ticket: ticket, bell)
    case .turnedAway: beTurnedAway()
    }
  }

  private mutating func queue(_ ticket: Int, _ bell: Bell) -> Step? {
    if isClosing {
      sandbox.doorkeeper.giveUp(ticket)
      phase = .leaving
      return nil
    }
    let now = sandbox.configuration.now()
    switch sandbox.doorkeeper.standing(of: ticket, at: now) {
    case .served: beServed()
    case .turnedAway: beTurnedAway()
    case .waits(let until): return .wait(bell, atMost: until - now)
    }
    return nil
  }

  private mutating func beServed() {
    hasSlot = true
    phase = .inside
  }

  private mutating func beTurnedAway() {
    sandbox.note(request, target)
    sandbox.tally { $0.turnedAway += 1 }
    answer = .respond(HTMLPage.busy)
    phase = .leaving
  }

  private mutating func enter() {
    switch sandbox.admit(request, target) {
    case .refused(let response):
      answer = .respond(response)
      phase = .leaving
    case .granted(let cookies):
      self.cookies = cookies
      fate = sandbox.nextFate(isWrite: !request.method.isSafe)
      phase = fate.hold == .before ? .held(sandbox.doorkeeper.hold()) : .working
    }
  }

  private mutating func work() {
    switch fate.mishap {
    case .dropRequest: answer = .close
    case .busy: answer = .respond(HTMLPage.busy)
    case .html500: answer = .respond(HTMLPage.failed)
    case .none: answer = .respond(done())
    case .dropReply:
      _ = done()
      answer = .close
    case .reset:
      _ = done()
      answer = .reset
    case .html500Reply:
      _ = done()
      answer = .respond(HTMLPage.failed)
    case .truncate:
      let response = done()
      answer = response.body.isEmpty ? .close : .truncate(response)
    }
    phase = fate.hold == .after ? .replyHeld(sandbox.doorkeeper.hold()) : .resting
  }

  private func done() -> HTTPResponse {
    sandbox.serve(request, target, cookies: cookies, ignoring: fate.ignored)
  }
}
