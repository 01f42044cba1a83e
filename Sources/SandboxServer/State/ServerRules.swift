import SQLStores

/// Applies the habits that concern the other servers in a group.
///
/// It is not known whether the real server enforces these rules.
struct ServerRules {
  private let habits: SandboxHabits

  init(_ habits: SandboxHabits) { self.habits = habits }

  /// Assigns the next precedence to a new server, if the habit is `next`.
  func fillPrecedence(of server: inout ServerRecord, _ database: Database) throws {
    guard habits.defaultPrecedence == .next else { return }
    server.precedence = try database.integer(
      "SELECT max(precedence) + 1 FROM port_group_server WHERE group_id = ?1 AND service = ?2",
      [.text(server.groupID), .integer(server.service)])
  }

  /// Refuses a server that has a value in common with another server, if the habit requires unique values.
  func checkUnique(_ server: ServerRecord, _ database: Database) throws {
    let shared: (name: String, value: String, condition: String, values: [SQLValue])
    switch habits.unique {
    case .none: return
    case .precedence:
      shared = (
        "Precedence", String(server.precedence), "precedence = ?4", [.integer(server.precedence)]
      )
    case .host:
      shared = (
        "HostOrIPAddress", server.host.isEmpty ? server.hostV6 : server.host,
        "host = ?4 COLLATE NOCASE AND host_v6 = ?5 COLLATE NOCASE",
        [.text(server.host), .text(server.hostV6)]
      )
    }
    guard try count(shared.condition, shared.values, besides: server, database) > 0 else { return }
    throw RequestRefusal(
      400,
      [.invalid(shared.name, shared.value, "another server of this service and group has it")])
  }

  /// Refuses to delete the last call manager or SIP proxy of a group, if the habit is `keep`.
  func checkNotLast(_ server: ServerRecord, _ database: Database) throws {
    guard habits.lastServer == .keep,
      [Service.callManager, Service.sipProxy].contains(server.service),
      try count("1", [], besides: server, database) == 0
    else { return }
    throw RequestRefusal(
      400, .notSupported,
      "PortGroupServer \(server.id) is the last of its service in the port group")
  }

  /// The number of other servers with the same service and group that meet the condition, whose values begin at `?4`.
  private func count(
    _ condition: String, _ values: [SQLValue], besides server: ServerRecord, _ database: Database
  ) throws -> Int {
    try database.integer(
      """
      SELECT count(*) FROM port_group_server
      WHERE group_id = ?1 AND service = ?2 AND id <> ?3 AND \(condition)
      """, [.text(server.groupID), .integer(server.service), .text(server.id)] + values)
  }
}
