// Loads exported groups and servers into a sandbox.

package import PortGroupModel
import SQLStores

extension Sandbox {
  /// Adds a port group without servers; a group without a known integration becomes a SIP group.
  ///
  /// - Throws: `SandboxError.notAdded` if the id already exists.
  package func add(group: PortGroup) throws(SandboxError) { try load(groups: [group], servers: []) }

  /// Adds a server, with its id, to the group in its `MediaPortGroupObjectId`; PIMG servers are allowed.
  ///
  /// Fields get the same defaults as in a creation. The group is not marked for a reset.
  ///
  /// - Throws: `SandboxError.notAdded` if the group does not exist, the id already exists, or a number is invalid.
  package func add(server: PortGroupServer) throws(SandboxError) {
    try load(groups: [], servers: [server])
  }

  /// Adds groups, then servers, in one transaction: all of them, or none if one cannot be added.
  ///
  /// - Throws: `SandboxError.notAdded` for the first one that cannot be added.
  package func load(groups: [PortGroup], servers: [PortGroupServer]) throws(SandboxError) {
    do {
      try state.change { database in
        for group in groups {
          try Self.naming("Port group \(group.displayName)") {
            try SandboxState.insert(Self.record(of: group), database)
          }
        }
        for server in servers {
          try Self.naming("Port group server \(server.objectID)") {
            try SandboxState.insert(
              Self.record(of: server, configuration.habits), database)
          }
        }
      }
    } catch let error as SandboxError {
      throw error
    } catch {
      throw .notAdded(what: "What was to be loaded", reason: Self.reason(error))
    }
  }

  /// Runs `work`; an error that it throws becomes `SandboxError.notAdded` for `what`.
  private static func naming(_ what: String, _ work: () throws -> Void) throws(SandboxError) {
    do {
      try work()
    } catch {
      throw .notAdded(what: what, reason: reason(error))
    }
  }

  private static func record(of group: PortGroup) -> GroupRecord {
    GroupRecord(
      id: group.objectID.text, displayName: group.displayName,
      integration: (group.integration ?? .sip).rawValue, phoneSystemID: LabSeed.phoneSystemID,
      phoneSystemName: LabSeed.phoneSystemName, resetStatus: group.needsReset ? 100 : 0)
  }

  private static func record(
    of server: PortGroupServer, _ habits: SandboxHabits
  ) throws -> ServerRecord {
    let fields = server.fields
    guard let service = try number(.service, fields),
      let groupID = fields[.groupObjectID].text.flatMap({ ObjectID($0) })
    else {
      throw RequestRefusal(
        400, .invalidParameter, "its service or the id of its port group is missing")
    }
    var record = ServerRecord(
      id: server.objectID.text, groupID: groupID.text, service: service,
      host: fields[.host].text ?? "", hostV6: fields[.hostV6].text ?? "",
      port: try number(.port, fields), tlsPort: try number(.tlsPort, fields),
      precedence: try number(.precedence, fields) ?? 0,
      skinnyStateMachine: try number(.skinnyStateMachine, fields))
    record.fillDefaults(habits)
    // A field that is empty in the export was empty on the server.
    if fields[.port] == .empty { record.port = nil }
    if fields[.tlsPort] == .empty { record.tlsPort = nil }
    return record
  }

  private static func number(_ field: Field, _ fields: FieldValues) throws -> Int? {
    guard let text = fields[field].text else { return nil }
    if let number = Int(text) { return number }
    throw RequestRefusal(
      400, .invalidParameter, "\(field.name) is '\(text)', which is not a number")
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case let refusal as RequestRefusal: refusal.details.map(\.message).joined(separator: "; ")
    case let error as SQLError
    where error.kind == .constraint && error.message.hasPrefix("UNIQUE"):
      "its ObjectId already exists"
    case let error as SQLError where error.kind == .constraint: "its port group is not there"
    default: "\(error)"
    }
  }
}
