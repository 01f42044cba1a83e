import BatchEngine
import PortGroupModel
import RowLedger
import SnapshotRepository

/// What a restore drill found, for programs.
struct DrillReport: JSONLine {
  let result: DrillResult
  /// The snapshot that was tried, which the result does not name.
  var snapshot: Snapshot?

  static let type = "drill"
  static let summary = "What the rehearsal of a restore found: a line of `backup drill`."

  static let keys: [JSONKey<DrillReport>] = [
    JSONKey("source", "what was restored", \.result.source),
    JSONKey("target", "whose snapshot it is", \.snapshot?.target.title),
    JSONKey("targetID", "the id of that server", \.snapshot?.target.id),
    JSONKey("snapshot", "the snapshot", \.snapshot?.id.text),
    JSONKey("passed", "true if everything is as in the snapshot", \.result.isPassed),
    JSONKey("untried", "true if nothing in it can be changed over the API", \.result.isUntried),
    JSONKey("stopped", "why it ended early; null if it did not", \.result.stop?.reason),
    JSONKey("groups", "the number of its port groups") { $0.result.rounds.first?.groups ?? 0 },
    JSONKey("servers", "the number of its servers") { $0.result.rounds.first?.servers ?? 0 },
    JSONKey("changes", "the number of servers that were put back", \.result.changes),
    JSONKey("rounds", "the restores that were tried", \.result.rounds),
  ]
}

extension DrillRound: JSONObject {
  static let keys: [JSONKey<DrillRound>] = [
    JSONKey("ids", "`same`: onto the same ids; `other`: onto others", \.ids.rawValue),
    JSONKey("passed", "true if everything is as in the snapshot", \.isPassed),
    JSONKey("groups", "the number of port groups", \.groups),
    JSONKey("servers", "the number of servers", \.servers),
    JSONKey("groupsLeftOut", "port groups that their names do not distinguish", \.leftOut),
    JSONKey("damage", "what was damaged before", \.damage),
    JSONKey("created", "rows that created a server", \.books?.created),
    JSONKey("updated", "rows that changed a server", \.books?.updated),
    JSONKey("deleted", "rows that deleted a server", \.books?.deleted),
    JSONKey("unchanged", "rows for which nothing had to be done", \.books?.unchanged),
    JSONKey("failed", "rows that failed", \.books?.failed),
    JSONKey("inDoubt", "rows in doubt", \.books?.inDoubt),
    JSONKey("pending", "rows that are not done", \.books?.pending),
    JSONKey("invalid", "rows that are wrong in themselves", \.books?.invalid),
    JSONKey("verified", "true if the restore itself found no difference", \.isVerified),
    JSONKey("groupsNotAsSource", "the number of port groups that differ", \.different),
    JSONKey("notAsSource", "the first of them", \.firstDifferent),
    JSONKey("pimgGroupsChanged", "read-only port groups that were changed", \.touched),
    JSONKey("rowsNotDone", "the first rows that were not done", \.failed),
    JSONKey("errors", "the first errors in rows") { $0.errors.map(\.message) },
    JSONKey("stopped", "why it ended early; null if it did not", \.stop?.reason),
  ]
}

extension DrillRound.Group: JSONObject {
  static let keys: [JSONKey<DrillRound.Group>] = [
    JSONKey("PortGroup", "its name", \.name),
    JSONKey("MediaPortGroupObjectId", "its id", \.objectID?.text),
    JSONKey("servers", "the number of servers that differ", \.count),
    JSONKey("why", "what differs, a text a server", \.texts),
  ]
}

extension DrillRound.FailedRow: JSONObject {
  static let keys: [JSONKey<DrillRound.FailedRow>] = [
    JSONKey("PortGroup", "the name of its port group", \.group),
    JSONKey("server", "the server in one line", \.server),
    JSONKey("code", "why, as a code", \.code),
    JSONKey("message", "the server's message", \.detail),
  ]
}

extension DrillDamage.Counts: JSONObject {
  static let keys: [JSONKey<DrillDamage.Counts>] = [
    JSONKey("changed", "the number of servers with another value, by field", DamagedFields.init),
    JSONKey("deleted", "the number of deleted servers", \.deleted),
    JSONKey("added", "the number of added servers", \.added),
    JSONKey("hostsExchanged", "the number of servers with exchanged hosts", \.swappedHosts),
    JSONKey("exchanged", "the number of exchanged servers", \.swapped),
    JSONKey("groupsEmptied", "the number of emptied port groups", \.emptied),
  ]
}

private struct DamagedFields: JSONObject {
  let counts: DrillDamage.Counts

  static let keys: [JSONKey<DamagedFields>] =
    Field.compared.filter { $0.rule.access == .readWrite }.map { field in
      JSONKey(field.name, "the number of servers") { $0.counts.changed[field] ?? 0 }
    }
}
