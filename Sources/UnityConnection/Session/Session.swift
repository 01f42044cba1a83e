// Logging in: once for all callers, politely, and never again after a refusal.

import HTTPMessages

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
actor Session {
  /// From a login's answer to the next login; so three reach the server over more than a second,
  /// however long the first was on its way.
  static let spacing = Duration.milliseconds(600)
  /// A session is not used longer than this; the public .NET SDK does the same.
  static let lifetime = Duration.seconds(60)
  /// Any read would do: the first answer to credentials carries the cookies.
  static let loginRequest = HTTPRequest(.get, "/vmrest/version")
  private static let tokenName = "REQUEST_TOKEN_KEY"

  private enum State {
    case out
    case loggedIn(Ticket, since: Duration, CookieJar)
    case refused(ServerError)
  }

  private let exchange: any HTTPExchanging
  private let credentials: Credentials
  private let server: String
  private let clock: SessionClock
  private var state = State.out
  private var logins = 0
  private var lastLogin: Duration?
  /// The login under way; a task of its own, because it must outlive the first of those who wait
  /// for it.
  private var login: Task<Result<Ticket, ServerError>, Never>?
  /// How many wait for it and were not cancelled.
  private var waiting = 0

  init(
    over exchange: any HTTPExchanging, server: String, credentials: Credentials, clock: SessionClock
  ) {
    self.exchange = exchange
    self.server = server
    self.credentials = credentials
    self.clock = clock
  }

  /// A ticket that is good as far as is known; logs in where there is none.
  func ticket() async throws(ServerError) -> Ticket {
    if case .refused(let error) = state { throw error }
    if case .loggedIn(let ticket, let since, _) = state,
      ticket.isBasic || clock.now() - since < Self.lifetime
    {
      return ticket
    }
    let task = login ?? Task { await logIn() }
    login = task
    waiting += 1
    return try await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      Task { await leave(task) }
    }.get()
  }

  /// One of those who wait for a login was cancelled; where nobody else does, it is cut.
  private func leave(_ task: Task<Result<Ticket, ServerError>, Never>) {
    guard login == task else { return }
    waiting -= 1
    if waiting == 0 { task.cancel() }
  }

  /// Looks at an answer that was got with this ticket: cookies change, tokens age out.
  func note(_ answer: HTTPResponse, to ticket: Ticket) {
    guard case .loggedIn(let current, let since, var jar) = state, current.login == ticket.login,
      !ticket.isBasic
    else { return }
    let expired = jar.take(answer.headerFields, now: clock.seconds())
    if expired.contains(Self.tokenName) || jar.isEmpty {
      state = .out
    } else {
      state = .loggedIn(Self.ticket(jar, login: current.login), since: since, jar)
    }
  }

  /// The server no longer takes this ticket; the next request logs in anew.
  func drop(_ ticket: Ticket) {
    if case .loggedIn(let current, _, _) = state, current.login == ticket.login { state = .out }
  }

  /// The server refused the credentials: nothing is sent any more.
  func refuse(_ error: ServerError) { state = .refused(error) }

  private func logIn() async -> Result<Ticket, ServerError> {
    defer { (login, waiting) = (nil, 0) }
    if let lastLogin, case let wait = lastLogin + Self.spacing - clock.now(), wait > .zero {
      await clock.sleep(wait)
    }
    logins += 1
    let basic = Ticket(login: logins, name: "Authorization", value: credentials.basic)
    var request = Self.loginRequest
    basic.apply(to: &request)
    let call = ServerCall(server: server, request: request)
    let answer = await Answer.classify(exchange.result(of: request), now: clock.seconds())
    lastLogin = clock.now()
    guard case .done(let response) = answer else {
      var error = call.error(answer)
      // Every release answers this path, so whatever does not is something else.
      if error.kind == .notFound || error.kind == .unexpectedAnswer { error.kind = .wrongTarget }
      if error.kind == .credentialsRefused || error.kind == .forbidden { state = .refused(error) }
      return .failure(error)
    }
    var jar = CookieJar()
    jar.take(response.headerFields, now: clock.seconds())
    let ticket = jar.isEmpty ? basic : Self.ticket(jar, login: logins)
    state = .loggedIn(ticket, since: clock.now(), jar)
    return .success(ticket)
  }

  private static func ticket(_ jar: CookieJar, login: Int) -> Ticket {
    Ticket(login: login, name: "Cookie", value: Secret(jar.header))
  }
}

extension HTTPExchanging {
  /// The answer or the error of one exchange, as one value.
  func result(of request: HTTPRequest) async -> Result<HTTPResponse, ExchangeError> {
    do throws(ExchangeError) {
      return .success(try await send(request))
    } catch {
      return .failure(error)
    }
  }
}
