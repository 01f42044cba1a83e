import Foundation
import PortGroupModel
import RowLedger
import UnityConnection

/// Sends the writes of one group's batch, one after another in file order, and notes what came of each.
///
/// It always ends with an outcome for every row it was given, also when the run has to stop; `stop`
/// tells why then. An unknown answer is settled by looking before the next row is sent.
struct BatchSender {
  /// One row and what is to be done for it.
  struct Step {
    let row: BatchRow
    let decision: Decision
  }

  let group: PortGroup
  let before: [PortGroupServer]
  let steps: [Step]
  let courier: Courier
  let allowLast: Bool
  /// How long a creation whose answer was lost may still be on its way in the server's queue.
  let settleWait: Duration

  private(set) var outcomes: [Outcome] = []
  /// Why the batch was not finished; `nil` if it was.
  private(set) var stop: RunStop?
  private var picture: GroupPicture
  private var createdIDs: Set<ObjectID> = []
  /// True after a failure or a doubt: no delete of this group is sent any more.
  private var isTroubled = false

  /// How often a write with a lost answer is sent before the row stays in doubt.
  private static let tries = 3

  init(
    group: PortGroup, before: [PortGroupServer], steps: [Step], courier: Courier, allowLast: Bool,
    settleWait: Duration
  ) {
    self.group = group
    self.before = before
    self.steps = steps
    self.courier = courier
    self.allowLast = allowLast
    self.settleWait = settleWait
    picture = GroupPicture(before)
  }

  mutating func run() async {
    var doubt = false
    for step in steps {
      if step.decision.isWrite, stop != nil || doubt {
        note(step, .pending(doubt ? .groupInDoubt : .stopped))
        continue
      }
      await take(step)
      if case .inDoubt = outcomes.last?.state { doubt = true }
    }
  }

  private mutating func take(_ step: Step) async {
    switch step.decision {
    case .unchanged: note(step, .unchanged)
    case .refuse(let code): note(step, .failed(code), detail: code.meaning)
    case .create(let fields): await create(step, fields)
    case .update(let index, let fields): await update(step, before[index], fields)
    case .delete(let index): await delete(step, before[index])
    }
  }

  // MARK: The three writes

  private mutating func create(_ step: Step, _ fields: FieldValues) async {
    let group = group.objectID
    await send(step) { client throws(ServerError) in
      try await client.create(fields, in: group)
    } done: { sender, id, sent in
      if let id { sender.createdIDs.insert(id) }
      sender.picture.created(id, service: fields.service)
      sender.note(
        step, .created, effect: Effect(.created, objectID: id, after: fields), sent: sent)
    } look: { settlement in
      settlement.creation(fields)
    }
  }

  private mutating func update(
    _ step: Step, _ server: PortGroupServer, _ fields: FieldValues
  ) async {
    let group = group.objectID
    await send(step) { client throws(ServerError) in
      try await client.update(server.objectID, in: group, fields)
    } done: { sender, _, sent in
      var after = server.fields
      for field in fields.present { after[field] = fields[field] }
      sender.note(
        step, .updated,
        effect: Effect(.updated, objectID: server.objectID, before: server.fields, after: after),
        sent: sent)
    } look: { settlement in
      settlement.update(server.objectID, fields)
    }
  }

  private mutating func delete(_ step: Step, _ server: PortGroupServer) async {
    if isTroubled {
      return note(step, .failed(.afterFailure), detail: FailureCode.afterFailure.meaning)
    }
    if !allowLast, picture.isLast(server.objectID) {
      return note(step, .failed(.lastServer), detail: FailureCode.lastServer.meaning)
    }
    let group = group.objectID
    await send(step) { client throws(ServerError) in
      try await client.delete(server.objectID, in: group)
    } done: { sender, _, sent in
      sender.picture.deleted(server.objectID)
      sender.note(
        step, .deleted,
        effect: Effect(.deleted, objectID: server.objectID, before: server.fields), sent: sent)
    } look: { settlement in
      settlement.deletion(server.objectID)
    }
  }

  // MARK: Sending and settling

  private mutating func send(
    _ step: Step,
    _ write: @escaping @Sendable (ConnectionClient) async throws(ServerError) -> WriteAnswer,
    done: (inout BatchSender, ObjectID?, Date) -> Void,
    look: (inout Settlement) -> Settlement.Finding
  ) async {
    var sent = Date.now
    for attempt in 1...Self.tries {
      let delivery: Courier.Delivery
      let left: Courier.Departure
      do throws(Courier.Undelivered) {
        (delivery, left) = try await courier.send(write)
      } catch {
        stop = error.stop
        return note(
          step,
          .pending(attempt > 1 ? .settled : error.wasTried ? .notProcessed : .stopped))
      }
      sent = left.date
      switch delivery {
      case .done(let id): return done(&self, id, sent)
      case .refused(let refusal):
        if case .delete = step.decision, refusal.status == 404 || refusal.status == 410 {
          // After a lost answer it is ours: it took effect after we had looked.
          if attempt > 1 { return done(&self, nil, sent) }
          return note(step, .unchanged, detail: "it was gone already", sent: sent)
        }
        return note(step, .failed(.refused), detail: refusal.sentence, sent: sent)
      case .unknown(let setback):
        do throws(RunStop) {
          switch try await settle(step, setback, left.time, look) {
          case .done(let id): return done(&self, id, sent)
          case .notDone: continue
          case .unclear(let id):
            let detail =
              "\(setback.reason); the new server \(id) may be the one of this row in another form"
            return note(step, .inDoubt, detail: detail, sent: sent)
          }
        } catch {
          stop = error
          return note(step, .inDoubt, detail: setback.reason, sent: sent)
        }
      }
    }
    note(
      step, .inDoubt, detail: "the answer was lost \(Self.tries) times, and no effect shows",
      sent: sent)
  }

  /// Looks whether a write took effect.
  ///
  /// A creation that does not show may still be in the server's queue, so it is looked for once more
  /// after `settleWait`; a complete 500 left no queue.
  private func settle(
    _ step: Step, _ setback: Setback, _ sentAt: Duration,
    _ look: (inout Settlement) -> Settlement.Finding
  ) async throws(RunStop) -> Settlement.Finding {
    let finding = try await lookOnce(look)
    guard case .create = step.decision, finding == .notDone, setback.status != 500 else {
      return finding
    }
    let left = settleWait - (courier.clock.now() - sentAt)
    if left > .zero {
      courier.report(
        .waiting(reason: "a creation may still be on its way (\(setback.reason))", delay: left))
      try await courier.control.sleep(for: left, on: courier.clock)
    }
    return try await lookOnce(look)
  }

  private func lookOnce(
    _ look: (inout Settlement) -> Settlement.Finding
  ) async throws(RunStop) -> Settlement.Finding {
    let group = group.objectID
    let result = try await courier.ask { client throws(ServerError) in
      try await client.servers(of: group)
    }
    let servers: [PortGroupServer]
    switch result {
    case .failure(let error) where error.kind == .groupGone: servers = []
    // Any other error shows nothing, so that nothing may be sent again.
    default: servers = try result.orStop().servers
    }
    var settlement = Settlement(before: before, after: servers, claimed: createdIDs)
    // Creations that were answered without an id claim their servers first.
    for effect in outcomes.map(\.effect) where effect.kind == .created && effect.objectID == nil {
      if let sent = effect.after { _ = settlement.creation(sent) }
    }
    return look(&settlement)
  }

  private mutating func note(
    _ step: Step, _ state: RowState, detail: String? = nil, effect: Effect = .none,
    sent: Date? = nil
  ) {
    switch state {
    case .failed, .inDoubt: isTroubled = true
    default: break
    }
    outcomes.append(
      Outcome(row: step.row.id, state: state, detail: detail, effect: effect, sent: sent))
  }
}
