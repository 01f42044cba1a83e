// The rows of the sandbox's state, and how each is shown.

/// How a port group talks to its phone system: `TelephonyIntegrationMethodEnum`.
///
/// Source: reference CUPI.md §2.1. The sandbox states the API's numbers by itself: a mistake in the
/// client's table must not hide behind the same mistake here.
enum Integration {
  static let sccp = 1
  static let sip = 2
  static let pimg = 3
  static let known = 1...3
}

/// What a port group server does: `MediaRemoteServiceEnum` (API page; 105 and 106 from the .NET SDK).
enum Service {
  static let callManager = 100
  static let tftp = 101
  static let sipProxy = 102
  static let pimg = 104
  static let known = 100...106
}

/// One phone system as it is kept.
struct PhoneSystemRecord: ShownRecord {
  static let typeName = "PhoneSystem"
  static let listName = "PhoneSystems"

  /// In lower case.
  var id: String
  var displayName: String

  /// The fields that the vendor's telephony chapter names (reference CUPI.md §2.3); most are constant.
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
    shown.show("DefaultTRaPSwitch", String(id == Lab.phoneSystemID))
    shown.show("AXLServerURI", "/vmrest/phonesystems/\(id)/axlservers")
    shown.show("PhoneSystemAssociationURI", "/vmrest/phonesystems/\(id)/phonesystemassociations")
    return shown
  }
}

/// One port group template as it is kept: the factory's, one for each integration.
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

  /// The template of an integration; SCCP's id occurs in the vendor's samples, the others are ours.
  static func id(of integration: Int) -> String {
    switch integration {
    case Integration.sccp: "90dd306f-b8af-46b6-8289-f13437cc1e5e"
    case Integration.sip: "d55ae8c2-6d4e-4f23-9fd1-c2f3f1a40002"
    default: "d55ae8c2-6d4e-4f23-9fd1-c2f3f1a40003"
    }
  }
}

/// One port group as it is kept.
struct GroupRecord: ShownRecord {
  static let typeName = "PortGroup"
  static let listName = "PortGroups"

  /// In lower case.
  var id: String
  var displayName: String
  var integration: Int
  var phoneSystemID: String
  var phoneSystemName: String
  /// 0 not required, 100 required (reference CUPI.md §1.3).
  var resetStatus = 0
  var settings = GroupSettings()

  /// The fields in the order of the vendor's telephony chapter; what the state does not hold is constant.
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
    for setting in GroupSetting.all where setting.isOf(integration) {
      shown.show(setting.name, settings.values[setting.name] ?? setting.initial)
    }
    shown.show("PortCount", 0)
    shown.show("ResetStatusEnum", resetStatus)
    return shown
  }

  var uri: String { "/vmrest/portgroups/\(id)" }
}

/// One port group server as it is kept.
struct ServerRecord: ShownRecord {
  static let typeName = "PortGroupServer"
  static let listName = "PortGroupServers"

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

  /// Fills in what the server gives to a new entry that lacks it.
  ///
  /// No address at all is the loopback address (API page). Ports that are not known are not shown.
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
  /// A host as the server keeps it.
  func kept(_ host: String) -> String { hostCase == .keep ? host : host.lowercased() }
}
