import PortGroupModel
import RowLedger
import UnityConnection

/// Plans, sends and records batches, group by group; several workers run at the same time.
struct GroupWorker: Sendable {
  let planning: BatchPlanning
  let groups: OpenGroups
  let unsettled: UnsettledGroups
  let terms: BatchProgress.Terms
  let waitingWork = WaitingWork()

  private var shared: SharedWork { planning.shared }
  private var client: PacedClient { shared.client }

  /// Processes open groups until none is left, then those that had to wait.
  ///
  /// - Returns: Why it ended early; `nil` if it did not.
  func work() async -> RunStop? {
    do throws(RunStop) {
      while let group = try await next() {
        if !isPostponed(group) { try await push(group) }
      }
      while let waiting = waitingWork.next() { try await resume(waiting) }
      return nil
    } catch {
      // The other workers must not begin another group either.
      client.control.requestStop(error)
      await endWaiting(error)
      return error
    }
  }

  private func next() async throws(RunStop) -> LedgerGroup? {
    try client.control.check()
    return try await groups.next()
  }

  /// Records what is known of the waiting batches, because this process does not continue them.
  private func endWaiting(_ stop: RunStop) async {
    while let waiting = waitingWork.next() {
      guard case .batch(var batch) = waiting.work else { continue }
      batch.halt(stop)
      // The run ends with the stop that is already known; if the ledger fails, the rows stay in
      // doubt.
      do throws(RunStop) { try await drive(batch) } catch {}
    }
  }

  /// Postpones a group in which another run's write may still arrive.
  private func isPostponed(_ group: LedgerGroup) -> Bool {
    guard let run = unsettled.runs[group.group.objectID] else { return false }
    let left = unsettled.due - client.clock.now()
    guard left > .zero else { return false }
    client.report(.postponed(group.group, by: run, wait: left))
    waitingWork.add(.group(group), until: unsettled.due)
    return true
  }

  private func push(_ claimed: LedgerGroup) async throws(RunStop) {
    let began = client.clock.now()
    let writes = client.gate.writes
    let progress: BatchProgress
    switch try await planning.prepare(claimed) {
    case .gone(let rows):
      return try await UnsentGroup(claimed, since: began, shared).recordGone(rows)
    case .unreadable(let group, let rows):
      return try await UnsentGroup(claimed, since: began, shared).record(rows, without: group)
    case .unplanned: return
    case .planned(let plan, _):
      shared.tally.unnamed(plan.unnamed, of: claimed.group)
      progress = BatchProgress(plan, terms)
    case .resumed(let rest, let listed, _):
      progress = BatchProgress(resuming: rest, on: listed, terms)
    }
    try await drive(
      BatchDriver(
        group: claimed, began: began, turn: writes + client.workers * progress.writeCount,
        progress: progress, count: BatchCount(shared)))
  }

  private func resume(_ waiting: WaitingWork.Waiting) async throws(RunStop) {
    switch waiting.work {
    case .group(let group):
      try await wait(until: waiting.due)
      try await push(group)
    case .batch(var batch):
      do throws(RunStop) {
        try await wait(until: waiting.due)
      } catch {
        batch.halt(error)
      }
      try await drive(batch)
    }
  }

  private func wait(until due: Duration) async throws(RunStop) {
    let left = due - client.clock.now()
    if left > .zero { try await client.sleep(left, for: .settling) }
  }

  /// Works on a batch until it has ended or must wait.
  private func drive(_ batch: BatchDriver) async throws(RunStop) {
    var batch = batch
    if let due = try await batch.run() { waitingWork.add(.batch(batch), until: due) }
  }
}
