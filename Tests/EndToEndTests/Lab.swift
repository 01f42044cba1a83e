// The groups and servers that a test loads into a sandbox, and the servers of an export.

import Foundation

/// The initial state of a sandbox, written as a file for `sandbox --load`.
struct Lab: Sendable {
  /// A server of the lab; by default a SIP proxy.
  struct Server: Sendable {
    var service = 102
    var host = ""
    var hostV6 = ""
    var port: Int? = 5060
    var tlsPort: Int? = 5061
    var precedence = 0
    var skinny: Int?

    static func proxy(
      _ host: String, port: Int = 5060, tlsPort: Int = 5061, precedence: Int = 0
    ) -> Server {
      Server(host: host, port: port, tlsPort: tlsPort, precedence: precedence)
    }
  }

  private var records: [[String: String]] = []
  private var groupCount = 0

  init() {}

  /// Makes a lab with one SIP group.
  init(_ group: String, _ servers: [Server]) { add(group, servers) }

  /// Adds a group, by default SIP, with at least one server.
  mutating func add(_ group: String, integration: Int = 2, _ servers: [Server]) {
    groupCount += 1
    for server in servers {
      var record = [
        "PortGroup": group, "TelephonyIntegrationMethodEnum": "\(integration)",
        "MediaPortGroupObjectId": Self.id("a", groupCount),
        "ObjectId": Self.id("b", records.count + 1),
        "MediaRemoteServiceEnum": "\(server.service)", "HostOrIPAddress": server.host,
        "HostOrIPAddressV6": server.hostV6, "Precedence": "\(server.precedence)",
      ]
      record["Port"] = server.port.map(String.init)
      record["TlsPort"] = server.tlsPort.map(String.init)
      record["SkinnyStateMachineEnum"] = server.skinny.map(String.init)
      records.append(record)
    }
  }

  /// A list of objects.
  var json: String {
    get throws { String(decoding: try JSONEncoder().encode(records), as: UTF8.self) }
  }

  /// Returns the id of a group by its number in the order of adding, from 1.
  static func groupID(_ number: Int) -> String { id("a", number) }

  /// Returns the id of a server by its number in the order of adding, from 1.
  static func serverID(_ number: Int) -> String { id("b", number) }

  private static func id(_ digit: String, _ number: Int) -> String {
    let digits = String(number)
    let eight = String(repeating: digit, count: 8)
    return "\(eight)-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
  }
}

/// A server of an export in JSON.
struct ExportedServer: Decodable {
  var group: String
  var service: String
  var host: String?
  var hostV6: String?
  var port: String?
  var tlsPort: String?
  var precedence: String?
  var skinny: String?
  var objectID: String

  enum CodingKeys: String, CodingKey {
    case group = "PortGroup"
    case service = "MediaRemoteServiceEnum"
    case host = "HostOrIPAddress"
    case hostV6 = "HostOrIPAddressV6"
    case port = "Port"
    case tlsPort = "TlsPort"
    case precedence = "Precedence"
    case skinny = "SkinnyStateMachineEnum"
    case objectID = "ObjectId"
  }

  /// A short form such as `102 10.0.0.1 fd00::1 5060/5061 #0`; missing values are left out.
  var brief: String {
    let ports = [port, tlsPort].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "/")
    let parts = [
      service, host ?? "", hostV6 ?? "", ports, precedence.map { $0.isEmpty ? "" : "#\($0)" } ?? "",
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: " ")
  }
}

/// An export in JSON.
struct ExportedList: Decodable {
  var servers: [ExportedServer]

  enum CodingKeys: String, CodingKey { case servers = "PortGroupServer" }
}
