/// A key of a section of `targets.ini`, in the order in which sections are written and shown.
package enum TargetKey: String, Sendable, CaseIterable {
  case url
  case username
  case passwordFile = "password-file"
  case passwordCommand = "password-command"
  case netrcFile = "netrc-file"
  case credential
  case tlsPin = "tls-pin"
  case caCert = "ca-cert"
  case id
  case slots
  case rate
  case tags
  case protected
  case repository

  /// Where the password comes from: a section has at most one of them.
  static let passwordSources: [TargetKey] = [
    .passwordFile, .passwordCommand, .netrcFile, .credential,
  ]

  /// How the server is trusted: a section has at most one of them.
  static let trusting: [TargetKey] = [.tlsPin, .caCert]
}
