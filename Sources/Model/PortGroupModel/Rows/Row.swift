/// A record that was understood: an operation on one port group server.
package struct Row: Sendable, Equatable {
  package var operation: Operation
  package var group: GroupReference
  /// What the row says of the server; absent fields are left alone.
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

  /// The text that no two rows of one group may share; `nil` where only matching can tell.
  ///
  /// The ObjectId where there is one: an export of a group that has two servers with one key is to
  /// import. A row that is found by its `Match…` cells may leave a part of its key to the server it
  /// finds: two such rows can give one new host to two servers, and are no duplicates for that.
  package var duplicateKey: String? {
    if let objectID { return "id \(objectID)" }
    let isWhole =
      fields.holds(.service) && fields.holds(.port) && fields.holds(.tlsPort)
      && (fields.holds(.host) || fields.holds(.hostV6))
    return isWhole || !hasMatch ? ServerKey(fields).text : nil
  }
}

/// What tells the servers of one group apart: service, host, ports; all in canonical form.
package struct ServerKey: Sendable, Hashable {
  /// The service's number as text; `nil` if not given.
  package var service: String?
  /// The IPv4 address or host name; the IPv6 host where that is absent or 127.0.0.1; else 127.0.0.1.
  ///
  /// The server stores 127.0.0.1 where only an IPv6 host is given, so that this says nothing then.
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

  /// True if both can be one server: same service and host, and ports that do not contradict.
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
  /// What its `Match…` cells look for, as a reason that nothing was found; `nil` without such cells.
  package var reasonNoMatch: String? {
    guard hasMatch else { return nil }
    let wanted = match.present.map { "\($0.name) \(match[$0].text ?? "empty")" }
    return "the group has no server with \(wanted.joined(separator: " and "))"
  }

  /// True if the row says which host its server has; an undo names servers by their ids alone.
  package var namesHost: Bool { fields[.host].text != nil || fields[.hostV6].text != nil }
}
