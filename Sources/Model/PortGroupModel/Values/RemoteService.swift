/// What a port group server does for its group: the API's `MediaRemoteServiceEnum`.
///
/// Source: 100 to 104 from the API page; 105 and 106 from the public .NET SDK (reference CUPI.md §1.2).
package enum RemoteService: Int, Sendable, CaseIterable {
  case callManager = 100
  case tftp = 101
  case sipProxy = 102
  case axl = 103
  case pimg = 104
  case speechRecognition = 105
  case textToSpeech = 106

  /// The services whose servers a restore may create and delete: those that an administrator gives to a port group.
  package static let restorable: [RemoteService] = [.callManager, .tftp, .sipProxy]

  /// The name that people use, for messages and tables.
  package var title: String {
    switch self {
    case .callManager: "call manager"
    case .tftp: "TFTP server"
    case .sipProxy: "SIP proxy"
    case .axl: "AXL server"
    case .pimg: "PIMG unit"
    case .speechRecognition: "speech recognition server"
    case .textToSpeech: "text-to-speech server"
    }
  }

  /// The service that a word means, in any case: `SIP proxy`, `TFTP server`, `tftp`; `nil` for other words.
  package init?(word: String) {
    // `102 (SIP proxy)`, as in messages of this program.
    if let bracket = word.firstRange(of: " ("), word.hasSuffix(")"),
      let service = Int(word[..<bracket.lowerBound]).flatMap(Self.init(rawValue:)),
      Self(word: String(word[bracket.upperBound...].dropLast())) == service
    {
      self = service
      return
    }
    let folded = word.lowercased()
    let found = Self.allCases.first { service in
      let title = service.title.lowercased()
      return folded == title || folded + " server" == title
    }
    guard let found else { return nil }
    self = found
  }

  /// The only integration that this service is for; `nil` if all integrations can have it.
  ///
  /// The examples of the API page break this rule, so it only causes a warning.
  package var usualIntegration: IntegrationMethod? {
    switch self {
    case .callManager: .sccp
    case .sipProxy: .sip
    case .pimg: .pimg
    case .tftp, .axl, .speechRecognition, .textToSpeech: nil
    }
  }
}
