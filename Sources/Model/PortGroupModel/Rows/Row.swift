/// A valid record: an operation on one port group server.
package struct Row: Sendable, Equatable {
  package var operation: Operation
  package var group: GroupReference
  /// The values for the server; absent fields are left unchanged.
  package var fields: FieldValues
  /// The `Match…` cells: what the server to change has now.
  package var match: FieldValues

  package init(
    operation: Operation, group: GroupReference, fields: FieldValues, match: FieldValues = [:]
  ) {
    self.operation = operation
    self.group = group
    self.fields = fields
    self.match = match
  }

  package var objectID: ObjectID? { fields.objectID }

  package var hasMatch: Bool { !match.isEmpty }

  /// The text that must be unique in a group; `nil` if only matching can show which server it is.
  ///
  /// The ObjectId if the row has one: the export of a group may have two servers with the same key, and must be
  /// importable. A row with `Match…` cells may change only a part of the key. So two such rows with the same new
  /// host are not duplicates.
  package var duplicateKey: String? {
    if let objectID { return "id \(objectID)" }
    let isWhole =
      fields.holds(.service) && fields.holds(.port) && fields.holds(.tlsPort)
      && (fields.holds(.host) || fields.holds(.hostV6))
    return isWhole || !hasMatch ? ServerKey(fields).text : nil
  }
}

/// The fields that distinguish the servers of a group: service, host, ports; all in canonical form.
package struct ServerKey: Sendable, Hashable {
  /// The service's number as text; `nil` without a service.
  package var service: String?
  /// The IPv4 address or host name; the IPv6 host if that is absent or 127.0.0.1; otherwise 127.0.0.1.
  ///
  /// The server stores 127.0.0.1 if a request has only an IPv6 host.
  package var host: String
  package var port: String?
  package var tlsPort: String?

  package init(_ fields: FieldValues) {
    service = fields.canonical(.service)
    let host = fields.canonical(.host) ?? Host.loopback
    self.host = host == Host.loopback ? fields.canonical(.hostV6) ?? host : host
    port = fields.canonical(.port)
    tlsPort = fields.canonical(.tlsPort)
  }

  /// True if both can be the same server: service and host are equal, and no port differs.
  package func covers(_ other: ServerKey) -> Bool {
    service == other.service && host == other.host
      && (port == nil || other.port == nil || port == other.port)
      && (tlsPort == nil || other.tlsPort == nil || tlsPort == other.tlsPort)
  }

  /// Service and host: servers that cover each other have the same.
  struct Home: Hashable {
    let service: String?
    let host: String
  }

  var home: Home { Home(service: service, host: host) }

  /// One text for indexes and comparison.
  package var text: String {
    [service ?? "?", host, port ?? "-", tlsPort ?? "-"].joined(separator: " ")
  }
}

extension Row {
  /// The reason why its `Match…` cells found nothing; `nil` without such cells.
  package var reasonNoMatch: String? {
    guard hasMatch else { return nil }
    let wanted = match.present.map { "\($0.name) \(match[$0].text ?? "empty")" }
    return "the group has no server with \(wanted.joined(separator: " and "))"
  }

  /// True if the row has the host of its server; an undo names servers only by their ids.
  package var namesHost: Bool { fields[.host].text != nil || fields[.hostV6].text != nil }
}
