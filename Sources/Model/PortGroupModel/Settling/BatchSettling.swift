// Settles writes with lost answers by the group's list; requests a wait if a write may still be in the server's queue.

extension BatchProgress {
  /// Finds out which of the lost writes took effect; the others are sent again, unless that is not allowed.
  ///
  /// A creation without an effect may still be in the server's queue, so the list is read again after `settleWait`. A
  /// creation that was answered is not in the queue.
  ///
  /// - Returns: The wait before the group is listed again; `nil` if nothing has to wait.
  mutating func settle(on servers: [PortGroupServer]) -> Action? {
    var settlement = settlement(on: servers)
    var waiting: [(write: Int, lost: LostWrite)] = []
    var again: [Int] = []
    for (index, lost) in doubts {
      let write = writes[index]
      switch settlement.finding(of: write.change) {
      case .done where lost.isDenied: confirmedGone(index, lost.sent)
      case .notDone where lost.isDenied:
        note(
          write.row, .failed(.refused),
          detail: "\(lost.reason); yet the group's list still shows the server",
          effect: Effect(nil, objectID: write.change.server), sent: lost.sent)
      case .done(let id): done(index, id, lost.sent)
      case .unclear(let id):
        doubt(
          index, lost,
          "\(lost.reason); the new server \(id) may be the one of this row in another form")
      case .notDone where write.change.verb == .create && !lost.isAnswered && !lost.hasWaited:
        waiting.append((index, lost))
      case .notDone where write.attempts >= Self.maxAttempts:
        doubt(
          index, lost, "it was sent \(Self.maxAttempts) times, and no effect shows: \(lost.reason)")
      case .notDone: again.append(index)
      }
    }
    doubts = waiting
    unsent = again + unsent
    guard let due = doubts.map({ $0.lost.left + terms.settleWait }).max() else { return nil }
    for index in doubts.indices { doubts[index].lost.hasWaited = true }
    return .wait(
      until: due, reason: "a creation may still be on its way (\(doubts[0].lost.reason))")
  }

  private func settlement(on servers: [PortGroupServer]) -> Settlement {
    var settlement = Settlement(
      before: before, after: servers, claimed: createdIDs.union(foreign))
    // Creations that were answered without an id claim their servers first.
    for effect in earlier + outcomes.map(\.effect)
    where effect.verb == .create && effect.objectID == nil {
      if let sent = effect.after { _ = settlement.creation(sent) }
    }
    return settlement
  }

  /// Records that the group's list confirms the answer to a delete: the server no longer exists.
  private mutating func confirmedGone(_ index: Int, _ sent: Moment?) {
    let write = writes[index]
    // If the row was sent before and that answer was lost, the earlier delete removed the server.
    guard write.attempts == 1, !write.mayHaveBeenSent, let id = write.change.server else {
      return done(index, nil, sent)
    }
    deletes.noteGone(id)
    note(
      write.row, .unchanged, detail: "it was gone already", effect: Effect(nil, objectID: id),
      sent: sent)
  }

  mutating func leaveInDoubt() {
    for (index, lost) in doubts { doubt(index, lost, lost.reason) }
    doubts = []
  }

  private mutating func doubt(_ index: Int, _ lost: LostWrite, _ detail: String) {
    isStuck = true
    // A later process waits from this moment, so it must not be too early.
    note(writes[index].row, .inDoubt, detail: detail, sent: lost.latest ?? lost.sent)
  }
}
