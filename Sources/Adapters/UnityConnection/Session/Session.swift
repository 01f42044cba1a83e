import HTTPMessages
import Synchronization

/// The header field that authenticates a request: cookies, or Basic credentials.
struct Ticket: Sendable {
  /// The number of the login that created it, from 1.
  let login: Int
  fileprivate let name: String
  fileprivate let value: Secret

  /// True if it contains the password itself, because the server set no cookies.
  var isBasic: Bool { name == "Authorization" }

  func apply(to request: inout HTTPRequest) { request.headerFields[name] = value.reveal() }
}

/// Logs in once for all callers, and again when the session has expired, but never after a refusal.
///
/// Since release 10, a server sets cookies in response to Basic credentials, and counts logins: the third within
/// a second gets 503 (reference CUPI.md §3.2, §3.3). An older server sets no cookies, so the credentials are sent
/// with each request. Credentials that were refused once are never sent again, because accounts lock.
final class Session: Sendable {
  /// The minimum time from the response to a login until the next login.
  ///
  /// Three logins therefore reach the server over more than a second, however long the first request took.
  static let spacing = Duration.milliseconds(600)
  /// The maximum age of a session; the public .NET SDK uses the same value.
  static let lifetime = Duration.seconds(60)
  /// The request that logs in; any read is suitable, because the first response to credentials sets the cookies.
  static let loginRequest = HTTPRequest(.get, "/vmrest/version")
  private static let tokenName = "REQUEST_TOKEN_KEY"

  private typealias Login = Task<Result<Ticket, ServerError>, Never>

  private enum LoginState {
    case loggedOut
    case loggedIn(Ticket, since: Duration, CookieJar)
    case refused(ServerError)
  }

  private enum TicketLookup {
    case known(Result<Ticket, ServerError>)
    /// A login is in progress, and the caller has been counted as waiting for it.
    case after(Login)
  }

  private struct State {
    var login = LoginState.loggedOut
    var loginCount = 0
    var lastLogin: Duration?
    /// The login in progress; a separate task, because it must not end when the first waiting caller is cancelled.
    var pendingLogin: Login?
    /// The number of callers that wait for the login and were not cancelled.
    var waiting = 0
  }

  private let sender: RequestSender
  private let credentials: Credentials
  private let server: String
  private let clock: SessionClock
  /// Protected by a lock, not an actor: nearly all requests find a ticket and continue without suspension.
  private let state = Mutex(State())

  init(
    over sender: RequestSender, server: String, credentials: Credentials, clock: SessionClock
  ) {
    self.sender = sender
    self.server = server
    self.credentials = credentials
    self.clock = clock
  }

  /// The number of callers that wait for the login in progress.
  var waitingCount: Int { state.withLock(\.waiting) }

  /// A ticket that is probably valid; logs in if there is none.
  func ticket() async throws(ServerError) -> Ticket {
    var result = await findTicket()
    if case .failure(let error) = result, error.kind == .cancelled, !Task.isCancelled {
      // This call waited for a login that was being cancelled, because all earlier callers were cancelled.
      result = await findTicket()
    }
    return try result.get()
  }

  private func findTicket() async -> Result<Ticket, ServerError> {
    switch state.withLock({ lookUpTicket(in: &$0) }) {
    case .known(let ticket): ticket
    case .after(let login):
      await withTaskCancellationHandler {
        await login.value
      } onCancel: {
        stopWaiting(for: login)
      }
    }
  }

  private func lookUpTicket(in state: inout State) -> TicketLookup {
    switch state.login {
    case .refused(let error): return .known(.failure(error))
    case .loggedIn(let ticket, let since, _)
    where ticket.isBasic || clock.now() - since < Self.lifetime:
      return .known(.success(ticket))
    case .loggedIn, .loggedOut: break
    }
    let login = state.pendingLogin ?? Task { await logIn() }
    state.pendingLogin = login
    state.waiting += 1
    return .after(login)
  }

  /// Removes a cancelled caller; if no other caller waits for the login, the login is cancelled.
  private func stopWaiting(for login: Login) {
    let mustCancel = state.withLock { state in
      guard state.pendingLogin == login else { return false }
      state.waiting -= 1
      return state.waiting == 0
    }
    if mustCancel { login.cancel() }
  }

  /// Updates the session from a response to a request with this ticket: cookies change, and tokens expire.
  func update(from response: HTTPResponse, for ticket: Ticket) {
    state.withLock { state in
      guard case .loggedIn(let current, let since, var jar) = state.login,
        current.login == ticket.login, !ticket.isBasic
      else { return }
      let expired = jar.take(response.headerFields, now: clock.seconds())
      if expired.contains(Self.tokenName) || jar.isEmpty {
        state.login = .loggedOut
      } else {
        state.login = .loggedIn(Self.ticket(jar, login: current.login), since: since, jar)
      }
    }
  }

  /// Discards a ticket that the server no longer accepts; the next request logs in again.
  func invalidate(_ ticket: Ticket) {
    state.withLock { state in
      if case .loggedIn(let current, _, _) = state.login, current.login == ticket.login {
        state.login = .loggedOut
      }
    }
  }

  /// Prevents all further requests, because the server refused the credentials.
  func blockLogins(with error: ServerError) { state.withLock { $0.login = .refused(error) } }

  private func logIn() async -> Result<Ticket, ServerError> {
    let (number, last) = state.withLock { state in
      state.loginCount += 1
      return (state.loginCount, state.lastLogin)
    }
    if let last, case let wait = last + Self.spacing - clock.now(), wait > .zero {
      await clock.sleep(wait)
    }
    let basic = Ticket(login: number, name: "Authorization", value: credentials.basic)
    var request = Self.loginRequest
    basic.apply(to: &request)
    let outcome = await sender.send(request).outcome
    return state.withLock { state in
      (state.pendingLogin, state.waiting, state.lastLogin) = (nil, 0, clock.now())
      switch loginResult(outcome, to: request, with: basic) {
      case .success(let (ticket, jar)):
        state.login = .loggedIn(ticket, since: clock.now(), jar)
        return .success(ticket)
      case .failure(let error):
        if error.kind == .credentialsRefused || error.kind == .forbidden {
          state.login = .refused(error)
        }
        return .failure(error)
      }
    }
  }

  /// The result of a login: a ticket with the cookies, or with the credentials if the server set no cookies.
  private func loginResult(
    _ outcome: ExchangeOutcome, to request: HTTPRequest, with basic: Ticket
  ) -> Result<(Ticket, CookieJar), ServerError> {
    guard case .done(let response) = outcome else {
      var error = ServerCall(server: server, request: request).error(outcome)
      // Every release supports this path, so a server without it is not Cisco Unity Connection.
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
