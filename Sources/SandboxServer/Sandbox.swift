// The sandbox itself: a request in, an answer out, no sockets.

import Foundation
package import HTTPMessages
import SQLiteStore
import Synchronization

/// A CUPI server for rehearsals and tests: what it is asked and what it holds, without a socket.
///
/// It answers every call of the API page in XML and JSON, and what reference CUPI.md tells of the real server;
/// where nothing is known the choice stands beside the code that makes it. Any number of threads may call it.
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
  private let tally = Mutex(SandboxCounts())

  /// Opens the state, and seeds it if it is new.
  ///
  /// - Throws: `SandboxError.state` where the file cannot be used.
  package init(
    state storage: Storage, configuration: SandboxConfiguration = SandboxConfiguration()
  ) throws(SandboxError) {
    self.configuration = configuration
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

  /// Does what a request asks for, and answers it.
  package func respond(to request: HTTPRequest, from peer: Peer = .loopback) -> HTTPResponse {
    enter()
    defer { leave() }
    return answer(request, from: peer).withoutBody(if: request.method == .head)
  }

  /// `respond` after the configured delay, on a thread that may wait.
  func respondAfterDelay(to request: HTTPRequest, from peer: Peer) -> HTTPResponse {
    enter()
    defer { leave() }
    if configuration.answerDelay > .zero {
      Thread.sleep(forTimeInterval: configuration.answerDelay / .seconds(1))
    }
    return answer(request, from: peer)
  }

  /// Counts a request as in flight; each call needs one of `leave`, before the answer's first byte leaves.
  private func enter() {
    tally.withLock { counts in
      counts.inFlight += 1
      counts.mostInFlight = max(counts.mostInFlight, counts.inFlight)
    }
  }

  private func leave() { tally.withLock { $0.inFlight -= 1 } }

  /// The answer to a request that was counted by `enter`.
  private func answer(_ request: HTTPRequest, from peer: Peer) -> HTTPResponse {
    guard let target = RequestTarget(request.target) else {
      return HTMLPage.answer(400, "The request's target holds a broken escape")
    }
    if target.segments.first == "sandbox" { return ownPage(request, target, peer) }
    tally.withLock { $0.requests[request.method.rawValue, default: 0] += 1 }

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
        throw Refusal(404, .notFound, "There is no resource at \(printable(request.target))")
      }
      guard route.methods.contains(request.method) else {
        throw Refusal(
          405, .methodNotAllowed, "\(printable(request.method.rawValue)) is not allowed here",
          headerFields: ["Allow": route.methods.map(\.rawValue).joined(separator: ", ")])
      }
      guard let wanted else {
        throw Refusal(406, .notAcceptable, "Answers are application/xml or application/json")
      }
      return try serve(request, route, target.parameters, wanted)
    } catch let refusal as Refusal {
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
  /// The answer to a request in memory, after the configured delay.
  package func send(_ request: HTTPRequest) async throws(ExchangeError) -> HTTPResponse {
    enter()
    defer { leave() }
    if configuration.answerDelay > .zero {
      do {
        try await Task.sleep(for: configuration.answerDelay)
      } catch {
        throw ExchangeError(.cancelled, mayHaveReached: false, detail: "the request was cancelled")
      }
    }
    return answer(request, from: .loopback).withoutBody(if: request.method == .head)
  }
}

extension HTTPResponse {
  /// The answer as it is, or without its body: over a socket libmicrohttpd sees to that, and to its length.
  fileprivate func withoutBody(if isHead: Bool) -> HTTPResponse {
    isHead ? HTTPResponse(status: status, headerFields: headerFields) : self
  }
}
