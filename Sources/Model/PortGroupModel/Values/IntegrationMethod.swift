/// How a port group talks to its phone system: the API's `TelephonyIntegrationMethodEnum`.
///
/// Source: 1 to 3 from the public .NET SDK, consistent with the vendor's samples (reference CUPI.md §2.1).
package enum IntegrationMethod: Int, Sendable, CaseIterable {
  case sccp = 1
  case sip = 2
  case pimg = 3

  /// The name that people use.
  package var title: String {
    switch self {
    case .sccp: "SCCP"
    case .sip: "SIP"
    case .pimg: "PIMG"
    }
  }
}
