import PortGroupModel
import RowLedger
import UnityConnection

/// Plans batches group by group, and reports what would be done; several workers run at the same time.
struct PlanningWorker: Sendable {
  /// What the plan is for.
  enum Purpose: Sendable {
    /// A dry run: it is only shown.
    case dryRun
    /// A question: it is recorded too, because only what was shown may be sent.
    case question
    /// A plan file: it is shown, and recorded with what else the file says of the group.
    case file
    /// It is only counted, before anything of an approved plan is sent.
    case comparison
  }

  let planning: BatchPlanning
  let purpose: Purpose
  let groups: OpenGroups
  let order: PlanOrder
  let count: PlanCount
  /// True if a group may lose its last call manager or SIP proxy.
  let allowLast: Bool

  private var shared: SharedWork { planning.shared }

  /// Plans open groups until none is left.
  ///
  /// - Returns: Why it ended early; `nil` if it did not.
  func work() async -> RunStop? {
    do throws(RunStop) {
      while let group = try await next() {
        try await plan(group)
        order.end(group.id)
      }
      return nil
    } catch {
      // The other workers are not to begin another group either.
      shared.client.control.requestStop(error)
      return error
    }
  }

  private func next() async throws(RunStop) -> LedgerGroup? {
    try shared.client.control.check()
    return try await groups.next { order.begin($0.id) }
  }

  private func plan(_ claimed: LedgerGroup) async throws(RunStop) {
    let unsent = UnsentGroup(claimed, since: shared.client.clock.now(), shared)
    switch try await planning.prepare(claimed) {
    case .gone(let rows):
      // Rows of a run that asks fail only when it sends.
      switch purpose {
      case .dryRun, .file: try await unsent.recordGone(rows)
      case .comparison: count.add(refused: rows.count { !$0.state.isFinal })
      case .question: break
      }
    case .unreadable(let group, let rows): try await unsent.record(rows, without: group)
    case .unplanned: break
    case .planned(let plan, let rows):
      shared.tally.unnamed(plan.unnamed, of: claimed.group)
      let plan = plan.guarded(on: plan.before, allowLast: allowLast)
      if purpose == .question || purpose == .file { try await shared.book.record(plan) }
      if purpose == .file {
        try await shared.book.record(
          GroupFindings(listed: plan.before, extra: plan.unnamed), of: claimed
        )
      }
      report(plan, rows, claimed, inDoubt: [])
    case .resumed(let rest, let listed, let rows):
      report(
        rest.plan.guarded(on: listed, allowLast: allowLast), rows, claimed,
        inDoubt: Set(rest.lost.keys), done: rest.alreadyDone)
    }
  }

  private func report(
    _ plan: BatchPlan, _ rows: [BatchRow], _ claimed: LedgerGroup, inDoubt: Set<RowID>,
    done: Set<RowID> = []
  ) {
    let places = Dictionary(rows.map { ($0.id, $0.place) }) { first, _ in first }
    var steps = plan.steps.filter { !done.contains($0.row) }
    // Such a delete waits for another step that no longer holds.
    if purpose == .comparison { steps.removeAll { $0.decision == .refuse(.afterFailure) } }
    count.add(steps, done: plan.steps.count - steps.count)
    if purpose == .comparison { return shared.tally.advance(shared.client, by: plan.steps.count) }
    let context = PlanContext(plan)
    let planned = plan.steps.compactMap { step in
      places[step.row].map {
        let progress: PlannedRow.Progress =
          done.contains(step.row) ? .done : inDoubt.contains(step.row) ? .inDoubt : .none
        return PlannedRow(step, at: $0, in: context, of: claimed.group, progress)
      }
    }
    order.add(planned, of: claimed.id)
    shared.tally.advance(shared.client, by: plan.steps.count)
  }
}
