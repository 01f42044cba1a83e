/// Why a text is not the address of a server that this program can connect to.
package struct OriginError: Error, Sendable, Equatable {
  package enum Cause: String, Sendable {
    case noScheme = "no-scheme"
    case otherScheme = "other-scheme"
    case credentials
    case path
    case badHost = "bad-host"
    case badPort = "bad-port"
    case plainHTTP = "plain-http"
  }

  package let cause: Cause
  /// The text that was parsed, without user name and password.
  package let text: String

  init(_ cause: Cause, in text: String) {
    self.cause = cause
    self.text = text
  }
}

extension OriginError: CustomStringConvertible {
  /// One sentence for users: what is wrong, and what to write instead.
  package var description: String { "target `\(text)`: \(advice)" }

  private var advice: String {
    switch cause {
    case .noScheme: "the scheme is missing; write https://HOST or https://HOST:8443"
    case .otherScheme: "only https:// is supported, and http:// to this machine itself"
    case .credentials: "user name and password do not belong in a URL"
    case .path: "a path, query or fragment does not belong here; write https://HOST:PORT alone"
    case .badHost: "the host is neither a host name nor an address ([…] around IPv6)"
    case .badPort: "the port is not a number from 1 to 65535"
    case .plainHTTP:
      "http:// would send the password in the clear; use https:// "
        + "(http:// is for localhost, 127.0.0.0/8 and ::1)"
    }
  }
}
