import FoundationEssentials
import Glibc
import HTTPMessages
import Synchronization

/// Checks credentials and stores sessions in memory.
///
/// Source: reference CUPI.md §3.2. Valid Basic credentials open a session with three cookies, which later
/// requests send instead of the credentials. A token that has expired is accepted once more: the response
/// revokes it and sets a new one. After that, the old token is refused.
final class Authenticator: Sendable {
  /// The result for one request.
  struct Authentication: Equatable {
    enum Access {
      case granted
      case refused
      /// Too many logins within one second.
      case busy
    }

    var access: Access
    /// True if the request has valid Basic credentials.
    var isLogin = false
    /// The values of the response's `Set-Cookie` fields.
    var cookies: [String] = []
    /// The number of requests with Basic credentials within the last second, including this one; 0 for one without.
    var loginsInOneSecond = 0
  }

  /// The times of requests with Basic credentials within the last second.
  private struct RecentLogins {
    var all: [ContinuousClock.Instant] = []
    /// Those whose credentials were checked; only these count towards the limit.
    var checked: [ContinuousClock.Instant] = []

    mutating func removeExpired(at now: ContinuousClock.Instant) {
      all.removeAll { now - $0 >= .seconds(1) }
      checked.removeAll { now - $0 >= .seconds(1) }
    }
  }

  private struct Session {
    var ssoID: String
    var id: String
    var token: Int64
    var issued: ContinuousClock.Instant
  }

  /// The maximum number of sessions; a new session then replaces the oldest.
  private static let sessionLimit = 1000

  private let expected: String
  private let tokenLifetime: Duration?
  private let limit: Int?
  private let sessions = Mutex<[Session]>([])
  private let recent = Mutex(RecentLogins())

  /// - Parameters:
  ///   - username: The name of the only account.
  ///   - password: Its password.
  ///   - tokenLifetime: The age at which a request token expires; `nil` for never.
  ///   - limit: The number of Basic logins that are checked within any one second; `nil` for any number.
  init(username: String, password: String, tokenLifetime: Duration?, limit: Int?) {
    expected = "\(username):\(password)"
    self.tokenLifetime = tokenLifetime
    self.limit = limit
  }

  /// Authenticates a request by its header fields.
  ///
  /// Basic credentials take precedence over cookies: wrong credentials are refused even with valid cookies.
  func authenticate(_ fields: HeaderFields, at now: ContinuousClock.Instant) -> Authentication {
    if let authorization = fields["Authorization"] { return login(authorization, at: now) }
    let cookies = Self.cookies(fields)
    guard let ssoID = cookies["JSESSIONIDSSO"], let id = cookies["JSESSIONID"],
      let token = cookies["REQUEST_TOKEN_KEY"].flatMap({ Int64($0) })
    else { return Authentication(access: .refused) }
    return sessions.withLock { sessions in
      guard let index = sessions.firstIndex(where: { $0.id == id }),
        sessions[index].ssoID == ssoID, sessions[index].token == token
      else { return Authentication(access: .refused) }
      guard let tokenLifetime, now - sessions[index].issued >= tokenLifetime else {
        return Authentication(access: .granted)
      }
      sessions[index].token = Self.newToken()
      sessions[index].issued = now
      return Authentication(
        access: .granted,
        cookies: [
          "REQUEST_TOKEN_KEY=\(-token); Expires=Thu, 01-Jan-1970 00:00:10 GMT; Path=/; Secure; HttpOnly",
          "REQUEST_TOKEN_KEY=\(sessions[index].token); Path=/; Secure; HttpOnly",
        ])
    }
  }

  private func login(_ authorization: String, at now: ContinuousClock.Instant) -> Authentication {
    let (count, isBusy) = recent.withLock { recent in
      recent.removeExpired(at: now)
      recent.all.append(now)
      if let limit, recent.checked.count >= limit { return (recent.all.count, true) }
      recent.checked.append(now)
      return (recent.all.count, false)
    }
    if isBusy { return Authentication(access: .busy, loginsInOneSecond: count) }
    guard isExpected(authorization) else {
      return Authentication(access: .refused, loginsInOneSecond: count)
    }
    return Authentication(
      access: .granted, isLogin: true, cookies: openSession(at: now), loginsInOneSecond: count)
  }

  private func openSession(at now: ContinuousClock.Instant) -> [String] {
    let session = Session(
      ssoID: Self.newID(), id: Self.newID(), token: Self.newToken(), issued: now)
    sessions.withLock { sessions in
      if sessions.count >= Self.sessionLimit { sessions.removeFirst() }
      sessions.append(session)
    }
    return [
      "JSESSIONIDSSO=\(session.ssoID); Path=/; Secure; HttpOnly",
      "JSESSIONID=\(session.id); Path=/vmrest/; Secure; HttpOnly",
      "REQUEST_TOKEN_KEY=\(session.token); Path=/; Secure; HttpOnly",
    ]
  }

  /// True if an `Authorization` value is `Basic` with the account's credentials (RFC 7617).
  private func isExpected(_ authorization: String) -> Bool {
    let parts = authorization.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "basic" else { return false }
    return Data(base64Encoded: String(parts[1])) == Data(expected.utf8)
  }

  private static func cookies(_ fields: HeaderFields) -> [String: String] {
    var found: [String: String] = [:]
    for value in fields.values(of: "Cookie") {
      // Processes bytes: nearly all requests have cookies, and characters cost ten times as much.
      let bytes = value.utf8.filter { $0 != UInt8(ascii: " ") }
      for pair in bytes.split(separator: UInt8(ascii: ";")) {
        let sides = pair.split(separator: UInt8(ascii: "="), maxSplits: 1)
        guard sides.count == 2 else { continue }
        found[String(decoding: sides[0], as: UTF8.self)] = String(
          decoding: sides[1], as: UTF8.self)
      }
    }
    return found
  }

  private static func newID() -> String { randomID().filter { $0 != "-" }.uppercased() }

  /// A random signed integer other than 0, like the real server's tokens.
  private static func newToken() -> Int64 {
    Int64.random(in: 1...Int64.max) * (Bool.random() ? 1 : -1)
  }
}
