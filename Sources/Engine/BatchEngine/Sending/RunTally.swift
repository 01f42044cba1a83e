import PortGroupModel
import RowLedger
import Synchronization

/// The shared counters of all workers of a run, for the progress line and the summary.
final class RunTally: Sendable {
  private struct Counts {
    var progress: RunProgress
    var changed: [LedgerGroup] = []
    var unknownFields: Set<String> = []
    var unreadable: [ObjectID: UnreadableGroup] = [:]
    var unnamed = UnnamedServers()
  }

  private let counts: Mutex<Counts>

  init(
    total: Int, done: Int, slots: Int, isPlanning: Bool = false, isRestore: Bool = false
  ) {
    var progress = RunProgress(done: done, total: total, slots: slots)
    progress.isPlanning = isPlanning
    var counts = Counts(progress: progress)
    counts.unnamed.isOfRestore = isRestore
    self.counts = Mutex(counts)
  }

  /// The groups that were changed.
  var changedGroups: [LedgerGroup] { counts.withLock(\.changed) }

  /// The groups that could not be listed, by name; each once, with the first reason.
  var unreadableGroups: [UnreadableGroup] {
    counts.withLock { counts in
      counts.unreadable.values.sorted {
        ($0.group.displayName, $0.group.objectID) < ($1.group.displayName, $1.group.objectID)
      }
    }
  }

  /// The servers of planned groups that no row names.
  var unnamedServers: UnnamedServers { counts.withLock(\.unnamed) }

  /// A sentence about unknown fields of the server; `nil` if there are none.
  var unknownFieldsRemark: String? {
    let names = counts.withLock { $0.unknownFields.sorted() }
    guard !names.isEmpty else { return nil }
    return "the server also sends fields that cupibulk does not know, and leaves alone: "
      + names.joined(separator: ", ")
  }

  func unreadable(_ group: UnreadableGroup) {
    counts.withLock { counts in
      counts.unreadable[group.group.objectID] = counts.unreadable[group.group.objectID] ?? group
    }
  }

  func unnamed(_ servers: [PortGroupServer], of group: PortGroup) {
    counts.withLock { $0.unnamed.add(servers, of: group) }
  }

  /// Takes over what planning has found in the groups, and not its progress.
  func add(findingsOf planning: RunTally) {
    let found = planning.counts.withLock { $0 }
    counts.withLock { counts in
      counts.unknownFields.formUnion(found.unknownFields)
      counts.unreadable.merge(found.unreadable) { own, _ in own }
      counts.unnamed = found.unnamed
    }
  }

  func changed(_ group: LedgerGroup) { counts.withLock { $0.changed.append(group) } }

  func met(unknownFields: [String]) {
    if !unknownFields.isEmpty { counts.withLock { $0.unknownFields.formUnion(unknownFields) } }
  }

  /// Counts a row that was sent and answered, and whose batch is not recorded yet.
  func answered(_ client: PacedClient) { report(client) { $0.underway += 1 } }

  /// Counts recorded outcomes and reports the progress.
  ///
  /// - Parameters:
  ///   - outcomes: The outcomes that were recorded.
  ///   - underway: How many of these rows were counted as answered before.
  ///   - client: Sends the report.
  func recorded(_ outcomes: [Outcome], underway: Int = 0, _ client: PacedClient) {
    report(client) { progress in
      progress.done += outcomes.count(where: \.state.isFinal)
      progress.underway -= underway
      progress.failed += outcomes.failures
      progress.inDoubt += outcomes.count { $0.state == .inDoubt }
    }
  }

  /// Counts finished work and reports the progress.
  func advance(_ client: PacedClient, by done: Int = 1) { report(client) { $0.done += done } }

  private func report(_ client: PacedClient, _ change: (inout RunProgress) -> Void) {
    let usage = client.gate.usage
    let progress = counts.withLock { counts in
      change(&counts.progress)
      counts.progress.inFlight = usage.inFlight
      counts.progress.slots = usage.limit
      return counts.progress
    }
    client.report(.progress(progress))
  }
}
