// The sandbox itself: a request in, an answer out, no sockets.

import Foundation
package import HTTPMessages
import SQLiteStore
import Synchronization

/// What goes back over a connection.
enum SandboxAnswer {
  case respond(HTTPResponse)
  /// The connection is closed without a byte.
  case close
}

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

  let configuration: SandboxConfiguration
  let state: SandboxState
  private let desk: LoginDesk
  private let dice: FaultDice
  private let tally = Mutex(SandboxCounts())

  /// Opens the state, and seeds it if it is new.
  ///
  /// - Throws: `SandboxError.state` where the file cannot be used.
  package init(
    state storage: Storage, configuration: SandboxConfiguration = SandboxConfiguration()
  ) throws(SandboxError) {
    self.configuration = configuration
    dice = FaultDice(configuration.faults)
    desk = LoginDesk(
      username: configuration.username, password: configuration.password,
      tokenLifetime: configuration.tokenLifetime)
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

  /// What the sandbox was asked since it was made.
  package var counts: SandboxCounts { tally.withLock { $0 } }

  /// Does what a request asks for, and answers it at once and without faults.
  package func respond(to request: HTTPRequest, from peer: Peer = .loopback) -> HTTPResponse {
    guard let target = RequestTarget(request.target) else { return HTMLPage.brokenTarget }
    if target.isOwnPage { return ownPage(request, target, peer) }
    return counted { apiAnswer(request, target) }.withoutBody(if: request.method == .head)
  }

  /// What a request over a connection gets: as `respond`, with the delay and the faults of the configuration.
  ///
  /// The delay comes after the request was done; the thread waits.
  func answer(to request: HTTPRequest, from peer: Peer) -> SandboxAnswer {
    guard let target = RequestTarget(request.target) else {
      return .respond(HTMLPage.brokenTarget)
    }
    if target.isOwnPage { return .respond(ownPage(request, target, peer)) }
    return counted {
      let answer = answerWithFaults(request, target)
      if configuration.answerDelay > .zero {
        Thread.sleep(forTimeInterval: configuration.answerDelay / .seconds(1))
      }
      return answer
    }
  }

  private func answerWithFaults(_ request: HTTPRequest, _ target: RequestTarget) -> SandboxAnswer {
    switch dice.next() {
    case .none: return .respond(apiAnswer(request, target))
    case .busy:
      note(request)
      return .respond(HTMLPage.answer(503, "The server is busy"))
    case .dropRequest:
      note(request)
      return .close
    case .dropReply:
      _ = apiAnswer(request, target)
      return .close
    }
  }

  /// Counts a request as in flight until its answer is made, before its first byte leaves.
  private func counted<Answer>(_ work: () -> Answer) -> Answer {
    enter()
    defer { leave() }
    return work()
  }

  private func enter() {
    tally.withLock { counts in
      counts.inFlight += 1
      counts.mostInFlight = max(counts.mostInFlight, counts.inFlight)
    }
  }

  private func leave() { tally.withLock { $0.inFlight -= 1 } }

  private func note(_ request: HTTPRequest) {
    tally.withLock { $0.requests[request.method.rawValue, default: 0] += 1 }
  }

  private func apiAnswer(_ request: HTTPRequest, _ target: RequestTarget) -> HTTPResponse {
    note(request)
    let admission = desk.admit(request.headerFields, at: configuration.now())
    if admission.isLogin { tally.withLock { $0.logins += 1 } }
    guard admission.isGranted else { return HTMLPage.unauthorized }
    if !request.method.isSafe { tally.withLock { $0.writes += 1 } }

    var response = serve(request, target)
    for cookie in admission.cookies {
      response.headerFields.append(name: "Set-Cookie", value: cookie)
    }
    return response
  }

  /// The answer to an authenticated request.
  private func serve(_ request: HTTPRequest, _ target: RequestTarget) -> HTTPResponse {
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
          ignored: []))
    } catch var refusal as Refusal {
      if refusal.isUnknownID { refusal.status = configuration.habits.unknownID.status }
      return refusal.answer(in: wanted ?? .xml)
    } catch {
      // The state could not be read or written: a full disk, a damaged file.
      return Refusal(500, .serverFailed, "The sandbox's state failed: \(error)").answer(
        in: wanted ?? .xml)
    }
  }

  private func ownPage(_ request: HTTPRequest, _ target: RequestTarget, _ peer: Peer)
    -> HTTPResponse
  {
    guard peer == .loopback else {
      return HTMLPage.answer(403, "This page is for this machine alone")
    }
    guard target.segments == ["sandbox", "log"] else {
      return HTMLPage.answer(404, "There is no such page")
    }
    guard request.method.isSafe else { return HTMLPage.answer(405, "This page can only be read") }
    return HTTPResponse(
      status: 200, headerFields: ["Content-Type": "application/json"], body: counts.json)
  }
}

extension Sandbox: HTTPExchanging {
  /// The answer to a request in memory, with the delay and the faults of the configuration.
  ///
  /// With a state file a write waits for the disk: then use a `SandboxListener`, whose threads may wait.
  package func send(_ request: HTTPRequest) async throws(ExchangeError) -> HTTPResponse {
    guard let target = RequestTarget(request.target) else { return HTMLPage.brokenTarget }
    if target.isOwnPage { return ownPage(request, target, .loopback) }
    enter()
    defer { leave() }
    let answer = answerWithFaults(request, target)
    do {
      if configuration.answerDelay > .zero { try await Task.sleep(for: configuration.answerDelay) }
    } catch {
      throw ExchangeError(.cancelled, mayHaveReached: true, detail: "the request was cancelled")
    }
    guard case .respond(let response) = answer else {
      throw ExchangeError(
        .closedWithoutAnswer, mayHaveReached: true,
        detail: "the sandbox closed the connection without an answer")
    }
    return response.withoutBody(if: request.method == .head)
  }
}

extension SandboxHabits.UnknownID {
  fileprivate var status: Int { self == .notFound ? 404 : 400 }
}

extension RequestTarget {
  /// True for the sandbox's own pages, which the real server does not have.
  fileprivate var isOwnPage: Bool { segments.first == "sandbox" }
}

extension HTTPResponse {
  /// The answer as it is, or without its body: over a socket libmicrohttpd sees to that, and to its length.
  fileprivate func withoutBody(if isHead: Bool) -> HTTPResponse {
    isHead ? HTTPResponse(status: status, headerFields: headerFields) : self
  }
}
