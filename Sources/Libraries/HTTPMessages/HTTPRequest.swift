/// A request of a client.
package struct HTTPRequest: Sendable, Equatable {
  package var method: HTTPMethod
  /// Path and query as they are sent (percent-encoded), beginning with `/`.
  package var target: String
  package var headerFields: HeaderFields
  package var body: [UInt8]

  package init(
    _ method: HTTPMethod, _ target: String, headerFields: HeaderFields = [:], body: [UInt8] = []
  ) {
    self.method = method
    self.target = target
    self.headerFields = headerFields
    self.body = body
  }
}

/// A request method according to RFC 9110 §9, or any other token.
package struct HTTPMethod: RawRepresentable, Sendable, Hashable {
  package let rawValue: String

  package init(rawValue: String) { self.rawValue = rawValue }

  package static let get = HTTPMethod(rawValue: "GET")
  package static let head = HTTPMethod(rawValue: "HEAD")
  package static let post = HTTPMethod(rawValue: "POST")
  package static let put = HTTPMethod(rawValue: "PUT")
  package static let delete = HTTPMethod(rawValue: "DELETE")

  /// True for GET and HEAD, the safe methods of RFC 9110 §9.2.1 that this project sends.
  package var isSafe: Bool { self == .get || self == .head }
}
