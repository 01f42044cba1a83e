/// Responses that are constant except for the machine's id; source: reference CUPI.md §2.5.
enum Platform {
  private static let hostName = "unity-lab"

  static func version(_ version: String) -> Resource {
    information("vmrest", version)
  }

  static func productVersion(_ version: String) -> Resource {
    information("cupibulk sandbox for Cisco Unity Connection", version)
  }

  private static func information(_ name: String, _ version: String) -> Resource {
    var shown = Resource(type: "VersionInformation")
    shown.show("name", name)
    shown.show("version", version)
    return shown
  }

  /// The sandbox has no ports: its groups show a `PortCount` of 0 (reference CUPI.md §2.4).
  static let ports = Listing(root: "Ports", type: "Port", total: 0)
  static let portColumns = [
    "ObjectId", "DisplayName", "MediaPortGroupObjectId", "MediaPortGroupDisplayName",
  ]

  /// The sandbox has no users; clients count them to check that a server responds (reference CUPI.md §3.4).
  static let users = Listing(root: "Users", type: "User", total: 0)
  static let userColumns = ["ObjectId", "Alias", "DisplayName"]

  /// One server without a cluster, which is the primary.
  static func vmsServers(_ id: String) -> Listing {
    var server = Resource(type: "VmsServer")
    server.show("ObjectId", id)
    server.show("ServerName", hostName)
    server.show("IpAddress", "10.10.0.5")
    server.show("IpAddressV6", "")
    server.show("HostName", hostName)
    server.show("ClusterMemberId", 0)
    // 20: primary, and the only server. 3: displayed as primary.
    server.show("ServerState", 20)
    server.show("ServerDisplayState", 3)
    server.show("SubToPerformReplicationRole", "false")
    return Listing(root: "VmsServers", type: "VmsServer", total: 1, entries: [server])
  }

  /// The cluster's only server, as `Server`: three clients expect this name, though the vendor's page has `VmsServers`.
  static func cluster(_ id: String) -> Listing {
    var server = Resource(type: "Server")
    server.show("Key", id)
    server.show("HostName", hostName)
    server.show("DatabaseReplication", "Publisher")
    server.show("MacAddress", "")
    server.show("Ipv6Name", "")
    server.show("Description", "")
    return Listing(root: "Cluster", type: "Server", total: 1, entries: [server])
  }
}
