internal import PortGroupModel
internal import SQLStores

/// Converts the table `exported_servers`, which versions up to the year 2026 used: in chunks, each server once.
///
/// Converted servers are removed in the same transaction: if the process dies, the next process converts the rest. The
/// statements use the tables as they were in those versions.
struct ExportConversion {
  /// How many servers one transaction converts.
  static let chunk = 5_000

  private let session: any SQLSession
  private let ownerState: (RunOwner) -> OwnerState

  init(_ session: any SQLSession, _ ownerState: @escaping (RunOwner) -> OwnerState) {
    self.session = session
    self.ownerState = ownerState
  }

  /// One server of the old table.
  private struct Server {
    let number: Int
    let groupID: Int
    let group: PortGroup
    let server: PortGroupServer
  }

  /// Refuses to begin while a process works on a run: it is of an earlier version, and may use the table.
  ///
  /// - Throws: `LedgerError` of kind `locked`.
  func refuseIfRunIsActive() throws {
    let run = try openRuns().first { ownerState($0.owner) == .working }
    guard let run else { return }
    throw LedgerError(
      .locked,
      "the ledger is from an earlier version and has to be converted, and run \(run.name) is at work in it",
      hint: "wait until that run has ended, then run the command again")
  }

  /// Converts the next servers of one run.
  ///
  /// A run that has not ended is skipped unless its process is known to have ended. A process of an earlier version may
  /// still be using it in another container, and the file it writes would lack the servers converted here.
  ///
  /// - Returns: Whether more is to convert, all is done, or the rest has to wait.
  func convertNext() throws -> Migration.Progress {
    let skipped = try openRuns().filter { ownerState($0.owner) != .ended }.map(\.run)
    let next = try session.all(
      """
      SELECT run FROM runs
      WHERE EXISTS (SELECT 1 FROM exported_servers WHERE exported_servers.run = runs.run)
      ORDER BY run
      """
    ) { row in row.integer() }
    guard let run = next.first(where: { !skipped.contains($0) }) else {
      return next.isEmpty ? .done : .postponed
    }
    let servers = try servers(of: run)
    guard !servers.isEmpty else { throw LedgerError.inconsistent("the servers of an export") }
    try session.run(
      """
      INSERT INTO files (run, file, name, dialect)
      SELECT run, 0, target, '{}' FROM runs WHERE run = ?1 ON CONFLICT DO NOTHING
      """, [.integer(run)])
    try insert(servers, as: try references(to: servers, of: run), run)
    try session.run(
      "DELETE FROM exported_servers WHERE run = ?1 AND number <= ?2",
      [.integer(run), .integer(servers.last?.number)])
    return .more
  }

  /// The runs that have not ended.
  private func openRuns() throws -> [(run: Int, name: String, owner: RunOwner)] {
    try session.all(
      """
      SELECT run, name, \(RunOwner.columns) FROM runs WHERE ended IS NULL AND is_removed = 0
      """
    ) { row in (run: row.integer(), name: row.text(), owner: RunOwner(&row)) }
  }

  private func servers(of run: Int) throws -> [Server] {
    try session.all(
      """
      SELECT server.number, groups.group_id, groups.object_id, groups.name, groups.integration,
        groups.needs_reset, server.object_id, server.fields
      FROM exported_servers AS server JOIN groups ON groups.group_id = server.group_id
      WHERE server.run = ?1 ORDER BY server.number LIMIT ?2
      """, [.integer(run), .integer(Self.chunk)]
    ) { row in
      let (number, groupID, group) = (row.integer(), row.integer(), try PortGroup(&row))
      guard let id = ObjectID(row.text()) else {
        throw LedgerError.inconsistent("a server of group \(group.displayName)")
      }
      return Server(
        number: number, groupID: groupID, group: group,
        server: PortGroupServer(objectID: id, fields: row.fields()))
    }
  }

  /// The numbers of the group references, by the numbers of the groups; missing ones are created.
  private func references(to servers: [Server], of run: Int) throws -> [Int: Int] {
    let groups = Dictionary(servers.map { ($0.groupID, $0.group) }, uniquingKeysWith: { $1 })
    try session.runEach(
      """
      INSERT INTO group_references (run, object_id, name, integration, group_id)
      VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING
      """,
      groups.sorted { $0.key < $1.key }.map { id, group in
        [
          .integer(run), .text(group.objectID.text), .text(group.displayName),
          .integer(group.integration?.rawValue ?? 0), .integer(id),
        ]
      })
    let pairs = try session.all(
      "SELECT group_id, reference FROM group_references WHERE run = ?1 AND group_id IS NOT NULL",
      [.integer(run)]
    ) { row in (row.integer(), row.integer()) }
    return Dictionary(pairs, uniquingKeysWith: { $1 })
  }

  private func insert(_ servers: [Server], as references: [Int: Int], _ run: Int) throws {
    let numbers = RowID.all(of: run)
    let last = try session.integer(
      "SELECT max(row) FROM rows WHERE row BETWEEN ?1 AND ?2",
      [.integer(numbers.lowerBound), .integer(numbers.upperBound)])
    let first = max(last, RowID(run: run, number: 0).value) + 1
    try session.runEach(
      """
      INSERT INTO rows (row, run, file, record, line, state, operation, reference, service,
        precedence, fields, raw, order_key)
      VALUES (?1, ?2, 0, 0, 0, 'exported', 'upsert', ?3, ?4, ?5, ?6, '', ?7)
      """,
      servers.enumerated().map { index, found in
        let fields = found.server.fields
        return [
          .integer(first + index), .integer(run), .integer(references[found.groupID]),
          .integer(fields.number(.service)), .integer(fields.number(.precedence)),
          .utf8(FieldText.encode(fields)),
          .bytes(ExportOrder.key(of: found.server, in: found.group)),
        ]
      })
  }
}
