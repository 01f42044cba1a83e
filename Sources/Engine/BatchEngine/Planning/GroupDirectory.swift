import PortGroupModel
import Synchronization
import UnityConnection

/// The servers of each group of the target, as far as this run has listed them.
///
/// If a group does not have a row's ObjectId, another group may have it, and the row must then not
/// create a server. The other groups are therefore listed, once in a run, but only if a row needs
/// it.
final class GroupDirectory: Sendable {
  private let groups: [PortGroup]
  private let known = Mutex<[ObjectID: Set<ObjectID>]>([:])

  init(_ groups: [PortGroup]) { self.groups = groups }

  /// Records a list that was fetched for another purpose.
  func add(_ servers: [PortGroupServer], of group: ObjectID) {
    known.withLock { $0[group] = Set(servers.map(\.objectID)) }
  }

  /// The ids that servers of other groups have; or a group that had to be listed and cannot be.
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
      add(list.servers, of: id)
      return .success(Set(list.servers.map(\.objectID)))
    case .gone:
      add([], of: id)
      return .success([])
    case .unreadable(let group): return .failure(group)
    }
  }
}
