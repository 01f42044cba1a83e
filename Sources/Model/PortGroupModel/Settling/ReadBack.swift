/// Judges the written rows of a batch by the group's list afterwards.
///
/// The server answers 204 even if it ignores fields.
struct ReadBack {
  /// The group before the batch.
  let before: [PortGroupServer]
  /// The group after the batch.
  let after: [PortGroupServer]
  /// What was sent for each written row.
  let changes: [RowID: Change]

  /// The outcomes with verdicts; rows whose write was not stored become failed, and keep their effects.
  func judged(_ outcomes: [Outcome]) -> [Outcome] {
    var listed: [ObjectID: FieldValues] = [:]
    for server in after { listed[server.objectID] = server.fields }
    let found = withIDs(outcomes)
    return found.map { outcome in judged(outcome, listed) }
  }

  /// Assigns to creations that were answered without an id the new server that has their key.
  private func withIDs(_ outcomes: [Outcome]) -> [Outcome] {
    let claimed = Set(outcomes.compactMap(\.effect.objectID))
    var settlement = Settlement(before: before, after: after, claimed: claimed)
    return outcomes.map { outcome in
      guard outcome.effect.verb == .create, outcome.effect.objectID == nil,
        let sent = outcome.effect.after, case .done(let id?) = settlement.creation(sent)
      else { return outcome }
      var outcome = outcome
      outcome.effect.objectID = id
      return outcome
    }
  }

  private func judged(_ outcome: Outcome, _ listed: [ObjectID: FieldValues]) -> Outcome {
    guard outcome.effect.verb != nil, let sent = changes[outcome.row]?.set else { return outcome }
    let shown = outcome.effect.objectID.flatMap { listed[$0] }
    var outcome = outcome
    if outcome.effect.verb == .delete {
      outcome.verdict = shown == nil ? .verified : .ignored
    } else {
      outcome.verdict = Verdict.judge(
        sent: sent, before: outcome.effect.before, after: shown)
      if let shown { outcome.effect.after = left(by: outcome.effect, as: shown) }
    }
    switch outcome.verdict {
    case .ignored:
      if let shown, isAllButEmptied(sent, shown) {
        outcome.state = .failed(.cannotEmpty)
        outcome.detail = sent.reasonCannotEmpty(on: shown)
      } else {
        outcome.state = .failed(.ignored)
        outcome.detail = difference(sent, shown) ?? FailureCode.ignored.meaning
      }
    case .missing:
      outcome.state = .failed(.missing)
      outcome.detail = FailureCode.missing.meaning
    case .overwritten:
      outcome.detail =
        "another client changed it meanwhile: " + (difference(sent, shown) ?? "")
    case .verified, .normalised, nil: break
    }
    return outcome
  }

  /// The values that the run left, in the form in which the server shows them.
  ///
  /// A third value is from another client. It is not recorded as the run's own value, because undo must not restore it.
  private func left(by effect: Effect, as shown: FieldValues) -> FieldValues {
    guard effect.verb == .update, let before = effect.before, let after = effect.after else {
      return shown
    }
    var left = shown
    for field in Field.writable
    where !after.agrees(with: shown, in: field) && !before.agrees(with: shown, in: field) {
      left[field] = after[field]
    }
    return left
  }

  /// True if only fields that the server cannot empty differ from what was sent.
  private func isAllButEmptied(_ sent: FieldValues, _ shown: FieldValues) -> Bool {
    let fixed = sent.fixed(on: shown)
    return !fixed.isEmpty
      && sent.present.allSatisfy { fixed.contains($0) || sent.agrees(with: shown, in: $0) }
  }

  /// The fields that differ from what was sent, for users.
  private func difference(_ sent: FieldValues, _ shown: FieldValues?) -> String? {
    guard let shown else { return nil }
    let parts = sent.present.filter { !sent.agrees(with: shown, in: $0) }.map { field in
      "\(field.name) was sent as \(sent[field].text ?? "empty") "
        + "and reads \(shown[field].text ?? "empty")"
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}
