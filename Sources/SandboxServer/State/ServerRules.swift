// Rules between the servers of a group that the real server may or may not have.

import SQLiteStore

/// Applies the habits that look at a server's neighbours.
struct ServerRules {
  private let habits: SandboxHabits

  init(_ habits: SandboxHabits) { self.habits = habits }

  /// Gives a new server the next precedence, where that is the habit.
  func fillPrecedence(of server: inout ServerRecord, _ database: Database) throws {
    guard habits.defaultPrecedence == .next else { return }
    server.precedence = try database.integer(
      "SELECT max(precedence) + 1 FROM port_group_server WHERE group_id = ?1 AND service = ?2",
      [.text(server.groupID), .integer(server.service)])
  }

  /// Refuses a server that shares with a neighbour what must be unique.
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
    throw Refusal(
      400,
      [.invalid(shared.name, shared.value, "another server of this service and group has it")])
  }

  /// Refuses the deletion of a group's last call manager or SIP proxy, where that is the habit.
  func checkNotLast(_ server: ServerRecord, _ database: Database) throws {
    guard habits.lastServer == .keep,
      [Service.callManager, Service.sipProxy].contains(server.service),
      try count("1", [], besides: server, database) == 0
    else { return }
    throw Refusal(
      400, .notSupported,
      "PortGroupServer \(server.id) is the last of its service in the port group")
  }

  /// How many other servers of its service and group there are with that condition, whose values begin at `?4`.
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
