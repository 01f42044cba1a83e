// From rows and decisions to steps, intents and outcomes, and back.

import PortGroupModel
import RowLedger

extension BatchSender.Step {
  /// What becomes of a row for which nothing is sent; `nil` for writes.
  func settled(on before: [PortGroupServer]) -> Outcome? {
    switch decision {
    case .unchanged(let server):
      Outcome(
        row: row.id, state: .unchanged,
        detail: lacksServer ? "there is no such server" : nil,
        effect: Effect(.none, objectID: server.map { before[$0].objectID }))
    case .refuse(let code, let server):
      Outcome(
        row: row.id, state: .failed(code),
        detail: reason(code, server, before) ?? code.meaning,
        effect: Effect(none: row.row, on: before))
    case .create, .update, .delete: nil
    }
  }

  /// True for a row that is to delete a server and found none.
  var lacksServer: Bool { row.row.operation == .delete && decision == .unchanged(server: nil) }

  /// Why this row is refused, in its own words; `nil` where the code's say it all.
  func reason(_ code: FailureCode, _ server: Int?, _ before: [PortGroupServer]) -> String? {
    switch code {
    case .cannotEmpty: server.map { row.row.fields.reasonCannotEmpty(on: before[$0].fields) }
    case .noMatch: row.row.reasonNoMatch
    default: nil
    }
  }

  /// The intent of a write; the contract of the caller is that it is one.
  func intent(on before: [PortGroupServer]) -> Intent {
    switch decision {
    case .create(let fields): Intent(.create, fields: fields)
    case .update(let index, let fields):
      Intent(.update, fields: fields, target: before[index].objectID)
    case .delete(let index): Intent(.delete, target: before[index].objectID)
    case .unchanged, .refuse: preconditionFailure("nothing is sent for \(decision)")
    }
  }
}

extension Effect {
  /// Nothing was done to a row's server; of one that the row names by its id alone the books keep what it is.
  init(none row: Row, on before: [PortGroupServer]) {
    guard !row.namesHost, let id = row.objectID else {
      self = .none
      return
    }
    self.init(.none, objectID: id, before: before.first { $0.objectID == id }?.fields)
  }
}

extension Decision {
  /// The decision that an intent was booked for; `nil` if its server is not in the before-image.
  init?(_ intent: Intent, on before: [PortGroupServer]) {
    let index = before.firstIndex { $0.objectID == intent.target }
    switch (intent.action, index) {
    case (.create, _): self = .create(intent.fields)
    case (.update, let index?): self = .update(server: index, intent.fields)
    case (.delete, let index?): self = .delete(server: index)
    case (.update, nil), (.delete, nil): return nil
    }
  }
}

extension BatchRow {
  /// The write that may have left in an earlier process.
  ///
  /// A settle wait counts from now on unless it was recorded when that was, by the clock of this boot. What is
  /// recorded of an open intent is of an earlier write: the one after it may have left as well.
  func lost(now: Duration) -> BatchSender.LostWrite? {
    guard state == .inDoubt || entry?.isOpen == true else { return nil }
    let sent = entry?.isOpen == true ? nil : entry?.sent
    let ago = sent.flatMap { Moment.now().elapsed(since: $0) } ?? .zero
    return BatchSender.LostWrite(
      reason: "an earlier process ended before its answer came", left: now - ago,
      sent: entry?.sent ?? entry?.journaled.map { Moment(date: $0) }, isAnswered: false)
  }

  /// What is known of a row that was written and not read back; `nil` for others.
  var unread: Outcome? {
    guard state.isFinal, let entry, entry.verdict == nil, entry.effect.kind != .none else {
      return nil
    }
    return Outcome(row: id, state: state, effect: entry.effect, sent: entry.sent)
  }
}
