/// The decisions for the rows of one group, in the order in which they are shown and sent.
///
/// Planning returns this value. A dry run prints it; a run records it in the ledger, then sends it.
package struct BatchPlan: Sendable, Equatable {
  /// One row and its decision.
  package struct Step: Sendable, Equatable {
    package let row: RowID
    /// What the row asks for.
    package let request: Row
    package fileprivate(set) var decision: Decision
    /// The server that the row means, as it was found; `nil` if no server matches.
    package let found: PortGroupServer?
    /// True if an earlier row has already failed: then nothing may be deleted.
    package fileprivate(set) var isAfterFailure = false
    /// True if it is part of a cycle of updates, each of which takes what the next one frees.
    package fileprivate(set) var isCircular = false
  }

  /// The before-image: the servers of the group as they were listed.
  package let before: [PortGroupServer]
  /// All rows, in the order of §5.4 of the design: creates, updates, deletes.
  package private(set) var steps: [Step] = []
  /// The servers that no row of the input names; only if all rows of the input are planned.
  package var unnamed: [PortGroupServer] = []

  /// The rows of a batch that failed before the batch was planned, or before it was planned again.
  package struct EarlierFailures: Sendable, Equatable {
    /// True if a row that does not delete has failed.
    package var hasWrite = false
    /// The first row to delete that has failed.
    package var firstDelete: RowID?

    package init() {}

    /// Records a row that failed.
    package mutating func add(_ row: RowID, _ operation: Operation) {
      guard operation == .delete else { return hasWrite = true }
      firstDelete = firstDelete.map { min($0, row) } ?? row
    }
  }

  /// Puts the rows of a group in order.
  ///
  /// - Parameters:
  ///   - rows: The rows with their decisions, in the order of the file, or of the undo.
  ///   - before: The group as it was listed.
  ///   - failures: The rows of the batch that have already failed.
  ///   - keepsOrder: True if the rows are in the order of sending already, as those of a plan file.
  package init(
    _ rows: [(id: RowID, request: Row, plan: RowPlan)], on before: [PortGroupServer],
    after failures: EarlierFailures = EarlierFailures(), keepsOrder: Bool = false
  ) {
    self.before = before
    let order = SendingOrder(of: rows.map(\.request.operation), rows.map(\.plan.decision))
    var hasRefusal = false
    steps = (keepsOrder ? Array(rows.indices) : order.indices).map { index in
      let (id, request, plan) = rows[index]
      var step = Step(row: id, request: request, decision: plan.decision, found: plan.found)
      let isLater = failures.firstDelete.map { $0 < id } ?? false
      step.isAfterFailure = hasRefusal || failures.hasWrite || isLater
      step.isCircular = order.circular.contains(index)
      if case .refuse = step.decision { hasRefusal = true }
      return step
    }
  }

  /// The outcomes of the rows for which nothing is sent.
  package var settled: [Outcome] { steps.compactMap { $0.settled(on: before) } }

  /// The rows for which something is sent, in order.
  package var writes: [(step: Step, change: Change)] {
    steps.compactMap { step in step.decision.change.map { (step, $0) } }
  }

  /// The plan, with all deletes refused that could not be sent at their turn.
  ///
  /// - Parameters:
  ///   - listed: The servers of the group now.
  ///   - allowLast: True if the group may lose its last call manager or SIP proxy.
  /// - Returns: The same steps in the same order.
  package func guarded(on listed: [PortGroupServer], allowLast: Bool) -> BatchPlan {
    var deletes = DeleteGuard(listed, allowLast: allowLast)
    var plan = self
    for index in plan.steps.indices {
      let step = plan.steps[index]
      switch step.decision {
      case .refuse: deletes.rowFailed()
      case .unchanged: break
      case .write(let change):
        guard change.verb == .delete, let server = change.server else {
          deletes.done(change, newID: nil)
          continue
        }
        if let code = deletes.refusal(of: server, isAfterFailure: step.isAfterFailure) {
          deletes.rowFailed()
          plan.steps[index].decision = .refuse(code)
        } else {
          deletes.done(change, newID: nil)
        }
      }
    }
    return plan
  }
}

extension BatchPlan.Step {
  /// True for a row to delete a server that does not exist.
  package var lacksServer: Bool { request.operation == .delete && decision == .unchanged(nil) }

  /// Why this row is refused, as a text; `nil` if the code is enough, or the row is not refused.
  package var reason: String? {
    guard case .refuse(let code) = decision else { return nil }
    return switch code {
    case .cannotEmpty: found.map { request.fields.reasonCannotEmpty(on: $0.fields) }
    case .noMatch: request.reasonNoMatch
    default: nil
    }
  }

  /// The outcome of a row for which nothing is sent; `nil` for writes.
  fileprivate func settled(on before: [PortGroupServer]) -> Outcome? {
    switch decision {
    case .write: nil
    case .unchanged(let server):
      Outcome(
        row: row, state: .unchanged, detail: lacksServer ? "there is no such server" : nil,
        effect: Effect(nil, objectID: server))
    case .refuse(let code):
      Outcome(
        row: row, state: .failed(code), detail: reason ?? code.meaning,
        effect: refusedEffect(on: before))
    }
  }

  /// The effect of sending nothing; for a server that the row names only by its id, the ledger keeps the values.
  private func refusedEffect(on before: [PortGroupServer]) -> Effect {
    guard !request.namesHost, let id = request.objectID else { return .none }
    return Effect(nil, objectID: id, before: before.first { $0.objectID == id }?.fields)
  }
}
