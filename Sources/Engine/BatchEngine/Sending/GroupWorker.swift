import PortGroupModel
import RowLedger
import UnityConnection

/// Takes one group after another, and has its batch planned, sent and recorded; several work side by side.
struct GroupWorker: Sendable {
  let planning: BatchPlanning
  let groups: OpenGroups
  let shared: SharedWork
  let unsettled: UnsettledGroups
  let terms: BatchProgress.Terms
  let waitingRoom = WaitingRoom()

  private var client: PacedClient { shared.client }

  /// Takes open groups until none is left, then those that had to wait.
  ///
  /// - Returns: Why it ended before that; `nil` if it did not.
  func work() async -> RunStop? {
    do throws(RunStop) {
      while let group = try await next() {
        if !isPostponed(group) { try await push(group) }
      }
      while let waiting = waitingRoom.next() { try await resume(waiting) }
      return nil
    } catch {
      // The other workers are not to begin another group either.
      client.control.requestStop(error)
      await endWaiting(error)
      return error
    }
  }

  private func next() async throws(RunStop) -> LedgerGroup? {
    try client.control.check()
    return try await groups.next()
  }

  /// Records what is known of the batches that wait: nobody continues them in this process.
  private func endWaiting(_ stop: RunStop) async {
    while let waiting = waitingRoom.next() {
      guard case .batch(var batch) = waiting.work else { continue }
      batch.halt(stop)
      // It ends with the stop that is known already; a ledger that fails leaves its rows in doubt.
      do throws(RunStop) { try await drive(batch) } catch {}
    }
  }

  /// Puts a group aside in which another run's write may still arrive.
  private func isPostponed(_ group: LedgerGroup) -> Bool {
    guard let run = unsettled.runs[group.group.objectID] else { return false }
    let left = unsettled.due - client.clock.now()
    guard left > .zero else { return false }
    client.report(.postponed(group.group, by: run, wait: left))
    waitingRoom.add(.group(group), until: unsettled.due)
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
    case .planned(let plan, _):
      shared.tally.unnamed(plan.unnamed, of: claimed.group)
      progress = BatchProgress(plan, terms)
    case .resumed(let rest, let listed, _):
      progress = BatchProgress(resuming: rest, on: listed, terms)
    }
    try await drive(
      BatchDriver(
        group: claimed, began: began, turn: writes + client.workers * progress.writeCount,
        shared: shared, progress: progress, count: BatchCount(shared)))
  }

  private func resume(_ waiting: WaitingRoom.Waiting) async throws(RunStop) {
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

  /// Works on a batch until it has ended, or has to wait.
  private func drive(_ batch: BatchDriver) async throws(RunStop) {
    var batch = batch
    if let due = try await batch.run() { waitingRoom.add(.batch(batch), until: due) }
  }
}
