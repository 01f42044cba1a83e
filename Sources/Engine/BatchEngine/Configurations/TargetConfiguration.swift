package import PortGroupModel
package import RowLedger
package import UnityConnection

/// The servers that a target has now; each group is read when it is asked for.
package struct TargetConfiguration: Configuration {
  package let name: String
  private let client: PacedClient
  private let listed: [ObjectID: PortGroup]
  private let tally: RunTally

  /// Lists the port groups of a target.
  ///
  /// - Parameters:
  ///   - name: The target for users.
  ///   - client: The target; only read requests are sent.
  ///   - pace: The limits for requests.
  ///   - setting: The environment; its ledger has `run`.
  ///   - run: The run that the server's id is recorded for.
  /// - Throws: `RunStop` if the target cannot be used.
  package init(
    _ name: String, on client: ConnectionClient, pace: Pace, setting: RunSetting, run: RunID
  ) async throws(RunStop) {
    self.name = name
    self.client = PacedClient(to: client, pace, setting)
    let groups = try await self.client.portGroups().orStop()
    try await setting.confirmServer(run, by: self.client)
    var listed: [ObjectID: PortGroup] = [:]
    for group in groups { listed[group.objectID] = group }
    self.listed = listed
    tally = RunTally(total: groups.count, done: 0, slots: pace.slots)
  }

  package func groups() -> [ConfigurationGroup] { listed.values.map { ConfigurationGroup($0) } }

  package func servers(of group: ConfigurationGroup) async throws(RunStop) -> [FieldValues] {
    guard let group = group.objectID.flatMap({ listed[$0] }) else { return [] }
    switch try await client.servers(of: group) {
    case .listed(let list):
      tally.met(unknownFields: list.unknownFields)
      return list.servers.map(\.fields.whole)
    case .gone:
      throw .unreadable(
        UnreadableGroup(
          group: group, reason: "it was deleted while \(name) was read; run the command again"))
    case .unreadable(let group): throw .unreadable(group)
    }
  }

  /// A sentence about fields of the server that are not known and therefore not compared; `nil` without any.
  package var remark: String? { tally.unknownFieldsRemark }
}
