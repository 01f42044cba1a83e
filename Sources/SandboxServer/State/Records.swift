// The records of the sandbox's state, and the fields that responses show for each.

/// How a port group is integrated with its phone system: `TelephonyIntegrationMethodEnum`.
///
/// Source: reference CUPI.md §2.1. The sandbox does not use the client's table of these numbers: tests could
/// not find a mistake that both sides share.
enum Integration {
  static let sccp = 1
  static let sip = 2
  static let pimg = 3
  static let known = 1...3
}

/// The service of a port group server: `MediaRemoteServiceEnum` (API page; 105 and 106 from the .NET SDK).
enum Service {
  static let callManager = 100
  static let tftp = 101
  static let sipProxy = 102
  static let pimg = 104
  static let known = 100...106
}

/// A phone system in the state.
struct PhoneSystemRecord: ShownRecord {
  static let typeName = "PhoneSystem"
  static let listName = "PhoneSystems"

  /// The id, in lower case.
  var id: String
  var displayName: String

  /// The fields that the vendor's telephony chapter lists (reference CUPI.md §2.3); most are constant.
  var resource: Resource {
    var shown = Resource(type: Self.typeName)
    shown.show("URI", "/vmrest/phonesystems/\(id)")
    shown.show("ObjectId", id)
    shown.show("DisplayName", displayName)
    shown.show("MwiAlwaysUpdate", "false")
    shown.show("MwiPortMemory", "false")
    shown.show("MwiForceOff", "false")
    shown.show("PortCount", 0)
    shown.show("EnablePhoneApplications", "true")
    shown.show("DefaultTRaPSwitch", String(id == LabSeed.phoneSystemID))
    shown.show("AXLServerURI", "/vmrest/phonesystems/\(id)/axlservers")
    shown.show("PhoneSystemAssociationURI", "/vmrest/phonesystems/\(id)/phonesystemassociations")
    return shown
  }
}

/// A port group template in the state: one for each integration.
struct TemplateRecord: ShownRecord {
  static let typeName = "PortGroupTemplate"
  static let listName = "PortGroupTemplates"

  var id: String
  var description: String
  var integration: Int

  var resource: Resource {
    var shown = Resource(type: Self.typeName)
    shown.show("URI", "/vmrest/portgrouptemplates/\(id)")
    shown.show("ObjectId", id)
    shown.show("TemplateDescriptionDefault", description)
    shown.show("CopyTelephonyIntegrationMethodEnum", integration)
    return shown
  }

  /// The id of an integration's template; that of SCCP occurs in the vendor's samples, the others are invented.
  static func id(of integration: Int) -> String {
    switch integration {
    case Integration.sccp: "90dd306f-b8af-46b6-8289-f13437cc1e5e"
    case Integration.sip: "d55ae8c2-6d4e-4f23-9fd1-c2f3f1a40002"
    default: "d55ae8c2-6d4e-4f23-9fd1-c2f3f1a40003"
    }
  }
}

/// A port group in the state.
struct GroupRecord: ShownRecord {
  static let typeName = "PortGroup"
  static let listName = "PortGroups"

  /// The id, in lower case.
  var id: String
  var displayName: String
  var integration: Int
  var phoneSystemID: String
  var phoneSystemName: String
  /// 0 if no reset is required, 100 if one is (reference CUPI.md §1.3).
  var resetStatus = 0
  var settings = GroupSettings()

  /// The fields in the order of the vendor's telephony chapter; those that are not in the state are constant.
  var resource: Resource {
    var shown = Resource(type: Self.typeName)
    shown.show("URI", uri)
    shown.show("ObjectId", id)
    shown.show("DisplayName", displayName)
    shown.show("MediaPortGroupTemplateObjectId", TemplateRecord.id(of: integration))
    shown.show("MediaSwitchObjectId", phoneSystemID)
    shown.show("MediaSwitchDisplayName", phoneSystemName)
    shown.show("PhoneSystemURI", "/vmrest/phonesystems/\(phoneSystemID)")
    shown.show("TelephonyIntegrationMethodEnum", integration)
    for setting in GroupSetting.all where setting.applies(to: integration) {
      shown.show(setting.name, settings.values[setting.name] ?? setting.initial)
    }
    shown.show("PortCount", 0)
    shown.show("ResetStatusEnum", resetStatus)
    return shown
  }

  var uri: String { "/vmrest/portgroups/\(id)" }
}

/// A port group server in the state.
struct ServerRecord: ShownRecord {
  static let typeName = "PortGroupServer"
  static let listName = "PortGroupServers"

  /// The id, in lower case.
  var id: String
  /// The id of the port group, in lower case.
  var groupID: String
  var service: Int
  /// The IPv4 address or host name as it was sent; empty if only the IPv6 host is set.
  var host = ""
  var hostV6 = ""
  /// The port; responses omit a port that is `nil`.
  var port: Int?
  var tlsPort: Int?
  var precedence = 0
  var skinnyStateMachine: Int?

  /// The fields in the order of the API page's list example.
  var resource: Resource {
    var shown = Resource(type: Self.typeName)
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

  /// Sets the fields for which the server has defaults, unless they have a value.
  ///
  /// Without any address, the host is the loopback address (API page). Ports without a default stay `nil`.
  mutating func fillDefaults(_ habits: SandboxHabits) {
    if host.isEmpty && hostV6.isEmpty { host = "127.0.0.1" }
    let hasDefaults =
      switch habits.defaultPorts {
      case .sip: service == Service.sipProxy
      case .all: true
      case .none: false
      }
    guard hasDefaults else { return }
    port = port ?? 5060
    tlsPort = tlsPort ?? 5061
  }
}

extension SandboxHabits {
  /// A host in the form that the server stores.
  func stored(_ host: String) -> String { hostCase == .keep ? host : host.lowercased() }
}
