/// A record that was understood: an operation on one port group server.
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
  /// The ObjectId if there is one, so that the export of a group with two servers of the same key can be
  /// imported. A row with `Match…` cells may not change all parts of the key: two such rows can give the
  /// same new host to two servers, and are not duplicates.
  package var duplicateKey: String? {
    if let objectID { return "id \(objectID)" }
    let isWhole =
      fields.holds(.service) && fields.holds(.port) && fields.holds(.tlsPort)
      && (fields.holds(.host) || fields.holds(.hostV6))
    return isWhole || !hasMatch ? ServerKey(fields).text : nil
  }
}

/// The fields in which the servers of a group differ: service, host, ports; all in canonical form.
package struct ServerKey: Sendable, Hashable {
  /// The service's number as text; `nil` if not given.
  package var service: String?
  /// The IPv4 address or host name; the IPv6 host if that is absent or 127.0.0.1; else 127.0.0.1.
  ///
  /// The server stores 127.0.0.1 if only an IPv6 host is given.
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

  /// True if both can be one server: same service and host, and no different ports.
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
