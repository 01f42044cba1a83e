import PortGroupModel
import Synchronization
import UnityConnection

/// Lists the servers of all groups, several groups at a time, and stages them.
struct GroupReading {
  let book: RunBook
  /// The target's number among the files of the run.
  let file: Int
  let client: PacedClient
  let groups: [PortGroup]
  /// Called with each group that was read to its end, and its servers; on any task.
  var onRead: @Sendable (PortGroup, [PortGroupServer]) -> Void = { _, _ in }

  func read(workers: Int) async throws(RunStop) {
    let queue = GroupQueue(groups)
    let tally = RunTally(total: groups.count, done: 0, slots: workers)
    let stop = await withTaskGroup(of: RunStop?.self) { tasks in
      for _ in 0..<workers {
        tasks.addTask {
          do throws(RunStop) {
            while let group = queue.next() { try await stage(group, tally) }
            return nil
          } catch {
            client.control.requestStop(error)
            return error
          }
        }
      }
      return await tasks.reduce(nil) { $0 ?? $1 }
    }
    if let stop { throw client.control.stop ?? stop }
    if let remark = tally.unknownFieldsRemark { client.report(.remark(remark)) }
  }

  private func stage(_ group: PortGroup, _ tally: RunTally) async throws(RunStop) {
    switch try await client.servers(of: group) {
    // The group was deleted meanwhile: there is nothing to export.
    case .gone: break
    // A file without this group would look complete.
    case .unreadable(let group):
      throw group.isWebPage ? .wrongTarget(group.sentence) : .server(group.sentence)
    case .listed(let list):
      tally.met(unknownFields: list.unknownFields)
      try await book.stageExported(list.servers, of: group, file: file)
      onRead(group, list.servers)
    }
    tally.advance(client)
  }
}

/// A queue of groups for several workers.
private final class GroupQueue: Sendable {
  private let groups: Mutex<ArraySlice<PortGroup>>

  init(_ groups: [PortGroup]) { self.groups = Mutex(groups[...]) }

  func next() -> PortGroup? { groups.withLock { $0.popFirst() } }
}
