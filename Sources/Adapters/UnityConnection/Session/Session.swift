// Logging in: once for all callers, politely, and never again after a refusal.

import HTTPMessages
import Synchronization

/// What a request carries to show who asks.
struct Ticket: Sendable {
  /// Which login it came from, from 1.
  let login: Int
  fileprivate let name: String
  fileprivate let value: Secret

  /// True if it holds the password itself, because the server gave no cookies.
  var isBasic: Bool { name == "Authorization" }

  func apply(to request: inout HTTPRequest) { request.headerFields[name] = value.reveal() }
}

/// Logs in once for all callers, and again when the session has aged out.
///
/// A server from release 10 on gives cookies for Basic credentials and counts logins: the third
/// within a second is answered 503 (reference CUPI.md §3.2, §3.3). An older one gives no cookies
/// and gets the credentials each time. Credentials that were refused once are never sent again,
/// because accounts lock.
final class Session: Sendable {
  /// From a login's answer to the next login; so three reach the server over more than a second,
  /// however long the first was on its way.
  static let spacing = Duration.milliseconds(600)
  /// A session is not used longer than this; the public .NET SDK does the same.
  static let lifetime = Duration.seconds(60)
  /// Any read would do: the first answer to credentials carries the cookies.
  static let loginRequest = HTTPRequest(.get, "/vmrest/version")
  private static let tokenName = "REQUEST_TOKEN_KEY"

  private typealias Login = Task<Result<Ticket, ServerError>, Never>

  private enum Standing {
    case out
    case loggedIn(Ticket, since: Duration, CookieJar)
    case refused(ServerError)
  }

  private enum WayToTicket {
    case known(Result<Ticket, ServerError>)
    /// The login is under way, and the caller counted among those who wait for it.
    case after(Login)
  }

  private struct State {
    var standing = Standing.out
    var logins = 0
    var lastLogin: Duration?
    /// The login under way; a task of its own, because it must outlive the first of those who wait
    /// for it.
    var login: Login?
    /// How many wait for it and were not cancelled.
    var waiting = 0
  }

  private let conversation: Conversation
  private let credentials: Credentials
  private let server: String
  private let clock: SessionClock
  /// Behind a lock and not an actor's: nearly every request finds a ticket, and goes on where it runs.
  private let state = Mutex(State())

  init(
    over conversation: Conversation, server: String, credentials: Credentials, clock: SessionClock
  ) {
    self.conversation = conversation
    self.server = server
    self.credentials = credentials
    self.clock = clock
  }

  /// How many wait for the login under way.
  var waitingCount: Int { state.withLock(\.waiting) }

  /// A ticket that is good as far as is known; logs in where there is none.
  func ticket() async throws(ServerError) -> Ticket {
    var result = await find()
    if case .failure(let error) = result, error.kind == .cancelled, !Task.isCancelled {
      // It came to a login that was being cut, because those who had waited for it were cancelled.
      result = await find()
    }
    return try result.get()
  }

  private func find() async -> Result<Ticket, ServerError> {
    switch state.withLock({ way(in: &$0) }) {
    case .known(let ticket): ticket
    case .after(let login):
      await withTaskCancellationHandler {
        await login.value
      } onCancel: {
        leave(login)
      }
    }
  }

  private func way(in state: inout State) -> WayToTicket {
    switch state.standing {
    case .refused(let error): return .known(.failure(error))
    case .loggedIn(let ticket, let since, _)
    where ticket.isBasic || clock.now() - since < Self.lifetime:
      return .known(.success(ticket))
    case .loggedIn, .out: break
    }
    let login = state.login ?? Task { await logIn() }
    state.login = login
    state.waiting += 1
    return .after(login)
  }

  /// One of those who wait for a login was cancelled; where nobody else does, it is cut.
  private func leave(_ login: Login) {
    let isCut = state.withLock { state in
      guard state.login == login else { return false }
      state.waiting -= 1
      return state.waiting == 0
    }
    if isCut { login.cancel() }
  }

  /// Looks at an answer that was got with this ticket: cookies change, tokens age out.
  func note(_ answer: HTTPResponse, to ticket: Ticket) {
    state.withLock { state in
      guard case .loggedIn(let current, let since, var jar) = state.standing,
        current.login == ticket.login, !ticket.isBasic
      else { return }
      let expired = jar.take(answer.headerFields, now: clock.seconds())
      if expired.contains(Self.tokenName) || jar.isEmpty {
        state.standing = .out
      } else {
        state.standing = .loggedIn(Self.ticket(jar, login: current.login), since: since, jar)
      }
    }
  }

  /// The server no longer takes this ticket; the next request logs in anew.
  func drop(_ ticket: Ticket) {
    state.withLock { state in
      if case .loggedIn(let current, _, _) = state.standing, current.login == ticket.login {
        state.standing = .out
      }
    }
  }

  /// The server refused the credentials: nothing is sent any more.
  func refuse(_ error: ServerError) { state.withLock { $0.standing = .refused(error) } }

  private func logIn() async -> Result<Ticket, ServerError> {
    let (number, last) = state.withLock { state in
      state.logins += 1
      return (state.logins, state.lastLogin)
    }
    if let last, case let wait = last + Self.spacing - clock.now(), wait > .zero {
      await clock.sleep(wait)
    }
    let basic = Ticket(login: number, name: "Authorization", value: credentials.basic)
    var request = Self.loginRequest
    basic.apply(to: &request)
    let answer = await conversation.send(request).answer
    return state.withLock { state in
      (state.login, state.waiting, state.lastLogin) = (nil, 0, clock.now())
      switch result(answer, to: request, with: basic) {
      case .success(let (ticket, jar)):
        state.standing = .loggedIn(ticket, since: clock.now(), jar)
        return .success(ticket)
      case .failure(let error):
        if error.kind == .credentialsRefused || error.kind == .forbidden {
          state.standing = .refused(error)
        }
        return .failure(error)
      }
    }
  }

  /// What a login has brought: cookies, or credentials that are sent each time where there are none.
  private func result(
    _ answer: Answer, to request: HTTPRequest, with basic: Ticket
  ) -> Result<(Ticket, CookieJar), ServerError> {
    guard case .done(let response) = answer else {
      var error = ServerCall(server: server, request: request).error(answer)
      // Every release answers this path, so whatever does not is something else.
      if [.notFound, .webPage, .unexpectedAnswer].contains(error.kind) {
        error.kind = .wrongTarget
      }
      return .failure(error)
    }
    var jar = CookieJar()
    jar.take(response.headerFields, now: clock.seconds())
    return .success((jar.isEmpty ? basic : Self.ticket(jar, login: basic.login), jar))
  }

  private static func ticket(_ jar: CookieJar, login: Int) -> Ticket {
    Ticket(login: login, name: "Cookie", value: Secret(jar.header))
  }
}
