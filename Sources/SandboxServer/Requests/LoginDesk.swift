// Who is let in: Basic credentials, session cookies and the roll-over of request tokens.

import FoundationEssentials
import Glibc
import HTTPMessages
import Synchronization

/// Checks credentials and keeps sessions; sessions do not outlive the process.
///
/// Source: reference CUPI.md §3.2. Good Basic credentials open a session with three cookies. Later requests
/// carry the cookies instead. A token that has aged out is served once more, with an answer that takes
/// it back and gives a new one; after that the old one is refused.
final class LoginDesk: Sendable {
  /// What becomes of one request.
  struct Admission: Equatable {
    enum Verdict {
      case granted
      case refused
      /// Too many logins within one second.
      case busy
    }

    var verdict: Verdict
    /// True if the request brought good Basic credentials.
    var isLogin = false
    /// Values of the answer's `Set-Cookie` fields.
    var cookies: [String] = []
    /// How many requests brought Basic credentials within the last second, this one too; 0 for one without.
    var loginsInOneSecond = 0
  }

  /// When Basic credentials came, within the last second.
  private struct RecentLogins {
    var all: [ContinuousClock.Instant] = []
    /// Those that were looked at; what was turned away does not count against the next.
    var checked: [ContinuousClock.Instant] = []

    mutating func forget(before now: ContinuousClock.Instant) {
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

  /// More sessions than this are not kept: the oldest goes.
  private static let sessionLimit = 1000

  private let expected: String
  private let tokenLifetime: Duration?
  private let limit: Int?
  private let sessions = Mutex<[Session]>([])
  private let recent = Mutex(RecentLogins())

  /// Of requests with Basic credentials, `limit` are looked at within any one second.
  init(username: String, password: String, tokenLifetime: Duration?, limit: Int?) {
    expected = "\(username):\(password)"
    self.tokenLifetime = tokenLifetime
    self.limit = limit
  }

  /// Decides on a request by its header fields.
  ///
  /// Basic credentials count before cookies; wrong ones are refused whatever the cookies say.
  func admit(_ fields: HeaderFields, at now: ContinuousClock.Instant) -> Admission {
    if let authorization = fields["Authorization"] { return login(authorization, at: now) }
    let cookies = Self.cookies(fields)
    guard let ssoID = cookies["JSESSIONIDSSO"], let id = cookies["JSESSIONID"],
      let token = cookies["REQUEST_TOKEN_KEY"].flatMap({ Int64($0) })
    else { return Admission(verdict: .refused) }
    return sessions.withLock { sessions in
      guard let index = sessions.firstIndex(where: { $0.id == id }),
        sessions[index].ssoID == ssoID, sessions[index].token == token
      else { return Admission(verdict: .refused) }
      guard let tokenLifetime, now - sessions[index].issued >= tokenLifetime else {
        return Admission(verdict: .granted)
      }
      sessions[index].token = Self.newToken()
      sessions[index].issued = now
      return Admission(
        verdict: .granted,
        cookies: [
          "REQUEST_TOKEN_KEY=\(-token); Expires=Thu, 01-Jan-1970 00:00:10 GMT; Path=/; Secure; HttpOnly",
          "REQUEST_TOKEN_KEY=\(sessions[index].token); Path=/; Secure; HttpOnly",
        ])
    }
  }

  private func login(_ authorization: String, at now: ContinuousClock.Instant) -> Admission {
    let (count, isBusy) = recent.withLock { recent in
      recent.forget(before: now)
      recent.all.append(now)
      if let limit, recent.checked.count >= limit { return (recent.all.count, true) }
      recent.checked.append(now)
      return (recent.all.count, false)
    }
    if isBusy { return Admission(verdict: .busy, loginsInOneSecond: count) }
    guard isExpected(authorization) else {
      return Admission(verdict: .refused, loginsInOneSecond: count)
    }
    return Admission(
      verdict: .granted, isLogin: true, cookies: open(at: now), loginsInOneSecond: count)
  }

  private func open(at now: ContinuousClock.Instant) -> [String] {
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

  /// True if the value of an `Authorization` field is Basic with the account's credentials (RFC 7617).
  private func isExpected(_ authorization: String) -> Bool {
    let parts = authorization.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "basic" else { return false }
    return Data(base64Encoded: String(parts[1])) == Data(expected.utf8)
  }

  private static func cookies(_ fields: HeaderFields) -> [String: String] {
    var found: [String: String] = [:]
    for value in fields.values(of: "Cookie") {
      // By bytes: each request has some, and characters cost ten times as much.
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

  /// A signed integer, never 0, as the real server's tokens are.
  private static func newToken() -> Int64 {
    Int64.random(in: 1...Int64.max) * (Bool.random() ? 1 : -1)
  }
}
