import PortGroupModel
import Synchronization
import UnityConnection

/// Which servers each group of the target has, as far as this run has seen.
///
/// A row's ObjectId that its group does not have may be another group's, and must then not be taken
/// for a new server; so the other groups are listed, once in a run and only when a row asks for it.
final class GroupDirectory: Sendable {
  private let groups: [ObjectID]
  private let known = Mutex<[ObjectID: Set<ObjectID>]>([:])

  init(_ groups: [PortGroup]) { self.groups = groups.map(\.objectID) }

  /// Takes note of a list that was fetched anyway.
  func note(_ servers: [PortGroupServer], of group: ObjectID) {
    known.withLock { $0[group] = Set(servers.map(\.objectID)) }
  }

  /// Those of the ids that servers of other groups have.
  func elsewhere(
    _ ids: Set<ObjectID>, than group: ObjectID, by courier: Courier
  ) async throws(RunStop) -> Set<ObjectID> {
    var open = ids
    for other in groups where other != group && !open.isEmpty {
      open.subtract(try await servers(of: other, by: courier))
    }
    return ids.subtracting(open)
  }

  private func servers(
    of group: ObjectID, by courier: Courier
  ) async throws(RunStop) -> Set<ObjectID> {
    if let servers = known.withLock({ $0[group] }) { return servers }
    switch try await courier.servers(of: group) {
    case .success(let list):
      note(list.servers, of: group)
      return Set(list.servers.map(\.objectID))
    case .failure(let error) where error.kind == .groupGone:
      note([], of: group)
      return []
    case .failure(let error): throw .server(error.description)
    }
  }
}
