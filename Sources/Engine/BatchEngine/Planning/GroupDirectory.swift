import PortGroupModel
import Synchronization
import UnityConnection

/// Which servers each group of the target has, as far as this run has seen.
///
/// A row's ObjectId that its group does not have may be another group's, and must then not be taken
/// for a new server; so the other groups are listed, once in a run and only when a row asks for it.
final class GroupDirectory: Sendable {
  private let groups: [PortGroup]
  private let known = Mutex<[ObjectID: Set<ObjectID>]>([:])

  init(_ groups: [PortGroup]) { self.groups = groups }

  /// Takes note of a list that was fetched anyway.
  func note(_ servers: [PortGroupServer], of group: ObjectID) {
    known.withLock { $0[group] = Set(servers.map(\.objectID)) }
  }

  /// Those of the ids that servers of other groups have; or the group that had to be asked and cannot be listed.
  func elsewhere(
    _ ids: Set<ObjectID>, than group: ObjectID, by client: PacedClient
  ) async throws(RunStop) -> Result<Set<ObjectID>, UnreadableGroup> {
    var open = ids
    for other in groups where other.objectID != group && !open.isEmpty {
      switch try await servers(of: other, by: client) {
      case .success(let servers): open.subtract(servers)
      case .failure(let unreadable): return .failure(unreadable)
      }
    }
    return .success(ids.subtracting(open))
  }

  private func servers(
    of group: PortGroup, by client: PacedClient
  ) async throws(RunStop) -> Result<Set<ObjectID>, UnreadableGroup> {
    let id = group.objectID
    if let servers = known.withLock({ $0[id] }) { return .success(servers) }
    switch try await client.servers(of: group) {
    case .listed(let list):
      note(list.servers, of: id)
      return .success(Set(list.servers.map(\.objectID)))
    case .gone:
      note([], of: id)
      return .success([])
    case .unreadable(let group): return .failure(group)
    }
  }
}
