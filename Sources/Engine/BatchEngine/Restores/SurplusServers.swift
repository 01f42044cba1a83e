import PortGroupModel
import RowLedger
import UnityConnection
import PortGroupFiles

/// Finds the servers that an exact restore deletes, and records a row for each.
///
/// A row has the server's id and all of its values as found, so that only exactly that server is deleted.
struct SurplusServers {
  let book: RunBook
  let client: PacedClient
  let terms: RestoreTerms
  /// The number that `addFile` returned for these rows.
  let file: Int

  /// Lists all groups of the run, several at a time, and records the rows in the order of the groups.
  ///
  /// - Throws: `RunStop.unreadable` if a group cannot be listed, because then nobody knows what would have to be
  ///   deleted; nothing was sent.
  func stage() async throws(RunStop) {
    var groups = try await book.groups()
    var number = 0
    while case let page = try await groups.next(), !page.isEmpty {
      var rest = page[...]
      while !rest.isEmpty {
        try client.control.check()
        let some = Array(rest.prefix(client.workers))
        rest = rest.dropFirst(some.count)
        let listings = try await list(some)
        for (group, servers) in zip(some, listings) {
          try await stage(surplus(of: group, servers), in: group.group, after: &number)
        }
      }
    }
  }

  /// The list of one group, or why the run must stop.
  private struct Listing: Sendable {
    var index: Int
    var result: Result<GroupListing, RunStop>
  }

  private func list(_ groups: [LedgerGroup]) async throws(RunStop) -> [[PortGroupServer]] {
    let listings = await withTaskGroup(of: Listing.self) { tasks in
      for (index, group) in groups.enumerated() {
        tasks.addTask { await list(index, group) }
      }
      var listings: [Int: Listing] = [:]
      for await listing in tasks { listings[listing.index] = listing }
      return listings
    }
    var servers: [[PortGroupServer]] = []
    for (index, group) in groups.enumerated() {
      switch try listings[index]?.result.get() {
      case .listed(let list): servers.append(list.servers)
      case .unreadable(let unreadable): throw .unreadable(unreadable)
      case .gone, nil:
        throw .unreadable(
          UnreadableGroup(group: group.group, reason: "the target does not have it any more"))
      }
    }
    return servers
  }

  private func list(_ index: Int, _ group: LedgerGroup) async -> Listing {
    do throws(RunStop) {
      return Listing(index: index, result: .success(try await client.servers(of: group.group)))
    } catch {
      return Listing(index: index, result: .failure(error))
    }
  }

  private func surplus(
    of group: LedgerGroup, _ servers: [PortGroupServer]
  ) async throws(RunStop) -> [PortGroupServer] {
    let rows = try await book.rows(of: group).map(\.row)
    return RestorePlanner(
      rows: rows, servers: servers, integration: group.group.integration
    ).surplus(of: terms.deletable, isExact: terms.isExact, replaces: terms.replaces)
  }

  private func stage(
    _ servers: [PortGroupServer], in group: PortGroup, after number: inout Int
  ) async throws(RunStop) {
    guard !servers.isEmpty else { return }
    let reference = GroupReference(
      objectID: group.objectID, name: group.displayName, integration: group.integration)
    var rows: [StagedRow] = []
    for server in servers {
      number += 1
      let row = Row(operation: .delete, group: reference, fields: server.fields.whole)
      rows.append(
        StagedRow(
          file: file, record: number, line: 0, row: row,
          raw: ServerRecords.text(row.fields, in: group, .delete)))
    }
    try await book.stage(rows, of: group)
  }
}
