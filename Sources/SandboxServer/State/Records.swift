// The rows of the sandbox's state: port groups and their servers, and how each is shown.

/// How a port group talks to its phone system: `TelephonyIntegrationMethodEnum`.
///
/// Source: reference CUPI.md §2.1. The sandbox states the API's numbers by itself: a mistake in the
/// client's table must not hide behind the same mistake here.
enum Integration {
  static let sccp = 1
  static let sip = 2
  static let pimg = 3
}

/// What a port group server does: `MediaRemoteServiceEnum` (API page; 105 and 106 from the .NET SDK).
enum Service {
  static let sipProxy = 102
  static let pimg = 104
  static let known = 100...106
}

/// One port group as it is kept.
struct GroupRecord: Equatable {
  /// In lower case.
  var id: String
  var displayName: String
  var integration: Int
  var phoneSystemID: String
  var phoneSystemName: String
  /// 0 not required, 100 required (reference CUPI.md §1.3).
  var resetStatus = 0

  /// The fields in the order of the vendor's telephony chapter; what the state does not hold is constant.
  var resource: Resource {
    var shown = Resource(type: "PortGroup")
    shown.show("URI", uri)
    shown.show("ObjectId", id)
    shown.show("DisplayName", displayName)
    shown.show("MediaPortGroupTemplateObjectId", templateID)
    shown.show("MediaSwitchObjectId", phoneSystemID)
    shown.show("MediaSwitchDisplayName", phoneSystemName)
    shown.show("PhoneSystemURI", "/vmrest/phonesystems/\(phoneSystemID)")
    shown.show("TelephonyIntegrationMethodEnum", integration)
    shown.show("EnableMWI", "true")
    shown.show("CcmDoAutoFailback", "false")
    shown.show("MwiRetryCountOnSuccess", 0)
    shown.show("MwiRetryIntervalOnSuccessMs", 5)
    shown.show("MwiMinRequestIntervalMs", 0)
    shown.show("MwiMaxConcurrentRequests", 0)
    if integration == Integration.sip {
      shown.show("SipTransportProtocolEnum", 11)
      shown.show("SipRegisterWithProxyServer", "false")
      shown.show("SipDoAuthenticate", "false")
      shown.show("SipDoSRTP", "false")
      shown.show("SipTLSModeEnum", 10)
    }
    if integration == Integration.sccp { shown.show("SkinnyDevicePrefix", "CiscoUM1-VI") }
    shown.show("PortCount", 0)
    shown.show("ResetStatusEnum", resetStatus)
    return shown
  }

  var uri: String { "/vmrest/portgroups/\(id)" }

  /// The factory template of the integration; SCCP's id occurs in the vendor's samples, the others are ours.
  private var templateID: String {
    switch integration {
    case Integration.sccp: "90dd306f-b8af-46b6-8289-f13437cc1e5e"
    case Integration.sip: "d55ae8c2-6d4e-4f23-9fd1-c2f3f1a40002"
    default: "d55ae8c2-6d4e-4f23-9fd1-c2f3f1a40003"
    }
  }
}

/// One port group server as it is kept.
struct ServerRecord: Equatable {
  /// In lower case.
  var id: String
  /// The parent's id, in lower case.
  var groupID: String
  var service: Int
  /// IPv4 address or host name as it was given; empty where only the IPv6 host is set.
  var host = ""
  var hostV6 = ""
  /// `nil` is not shown.
  var port: Int?
  var tlsPort: Int?
  var precedence = 0
  var skinnyStateMachine: Int?

  /// The fields in the order of the API page's list example.
  var resource: Resource {
    var shown = Resource(type: "PortGroupServer")
    shown.show("URI", uri)
    shown.show("ObjectId", id)
    shown.show("MediaRemoteServiceEnum", service)
    shown.show("MediaPortGroupObjectId", groupID)
    shown.show("PortGroupURI", "/vmrest/portgroups/\(groupID)")
    shown.show("HostOrIPAddress", host)
    shown.show("Port", port)
    shown.show("TlsPort", tlsPort)
    shown.show("Precedence", precedence)
    shown.show("SkinnyStateMachineEnum", skinnyStateMachine)
    shown.show("HostOrIPAddressV6", hostV6)
    return shown
  }

  var uri: String { "/vmrest/portgroups/\(groupID)/portgroupservers/\(id)" }

  /// Fills in what the server gives to a new entry that lacks it.
  ///
  /// No address at all is the loopback address (API page). A SIP proxy gets the ports of the page's
  /// list examples; for other services no default is known, and what was not given is not shown.
  mutating func fillDefaults() {
    if host.isEmpty && hostV6.isEmpty { host = "127.0.0.1" }
    guard service == Service.sipProxy else { return }
    port = port ?? 5060
    tlsPort = tlsPort ?? 5061
  }
}
