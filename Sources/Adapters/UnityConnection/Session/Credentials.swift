import FoundationEssentials

/// The credentials of an account on the server that has the administrator role.
package struct Credentials: Sendable {
  package let username: String
  package let password: Secret

  package init(username: String, password: Secret) {
    self.username = username
    self.password = password
  }

  /// The value of an `Authorization` field (RFC 7617, in UTF-8).
  var basic: Secret {
    let pair = Data("\(username):\(password.reveal())".utf8)
    return Secret("Basic \(pair.base64EncodedString())")
  }
}
