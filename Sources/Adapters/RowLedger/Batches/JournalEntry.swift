// What the journal says of a row: what was meant, and what came of it.

package import FoundationEssentials
package import PortGroupModel
internal import SQLiteStore

/// A write that is going to be sent for a row; durable before it leaves.
package struct Intent: Sendable, Equatable {
  package enum Action: String, Sendable, CaseIterable {
    case create
    case update
    case delete
  }

  package var action: Action
  /// The fields to be sent; none for a deletion.
  package var fields: FieldValues
  /// The server to change; nil for a creation.
  package var target: ObjectID?

  package init(_ action: Action, fields: FieldValues = [:], target: ObjectID? = nil) {
    self.action = action
    self.fields = fields
    self.target = target
  }
}

/// What became of a row.
package struct Outcome: Sendable, Equatable {
  package var row: RowID
  package var state: RowState
  /// The server's sentence, or another remark for people.
  package var detail: String?
  package var effect: Effect
  /// What the read-back showed; nil where the row was not read back.
  package var verdict: Verdict?
  /// When its last write left; nil if none did.
  package var sent: Moment?

  package init(
    row: RowID, state: RowState, detail: String? = nil, effect: Effect = .none,
    verdict: Verdict? = nil, sent: Moment? = nil
  ) {
    self.row = row
    self.state = state
    self.detail = detail
    self.effect = effect
    self.verdict = verdict
    self.sent = sent
  }
}

/// The journal of one row.
package struct JournalEntry: Sendable, Equatable {
  package var intent: Intent?
  /// When the intent was booked; no write of it left before.
  package var journaled: Date?
  /// When its last write left, as far as an outcome told.
  package var sent: Moment?
  /// True while the intent has no outcome: after a crash its write may have been sent or not.
  package var isOpen: Bool
  package var effect: Effect
  package var verdict: Verdict?

  /// The columns that `init(_:from:)` reads.
  static let columns = """
    journal.row, journal.action, journal.sent_fields, journal.target_id, journal.journaled,
    journal.sent, journal.verdict, journal.is_open, \(Effect.columns(of: "journal")),
    journal.sent_boot, journal.sent_uptime_ms
    """
  static let columnCount = 14

  /// Reads the columns from `first` on; nil where the row has no entry.
  init?(_ row: borrowing ResultRow, from first: Int) {
    if row.isNull(first) { return nil }
    let fields = row.fields(first + 2)
    let target = ObjectID(row.text(first + 3))
    intent = Intent.Action(rawValue: row.text(first + 1)).map { action in
      Intent(action, fields: fields, target: target)
    }
    journaled = row.optionalText(first + 4).flatMap(Timestamp.date)
    sent = row.optionalText(first + 5).flatMap(Timestamp.date).map { date in
      Moment(
        date: date, boot: row.text(first + 12), uptime: .milliseconds(row.integer(first + 13)))
    }
    verdict = Verdict(rawValue: row.text(first + 6))
    isOpen = row.integer(first + 7) != 0
    effect = Effect(row, from: first + 8)
  }
}

extension Effect {
  /// True for an entry of the journal whose row changed the server, as a condition.
  static let isChange = "journal.effect IN ('created', 'updated', 'deleted')"

  /// The columns that `init(_:from:)` reads, of a table of journal entries.
  static func columns(of table: String) -> String {
    ["effect", "effect_id", "before", "after"].map { "\(table).\($0)" }.joined(separator: ", ")
  }

  init(_ row: borrowing ResultRow, from first: Int) {
    let before = row.optionalFields(first + 2)
    let after = row.optionalFields(first + 3)
    self.init(
      Kind(rawValue: row.text(first)) ?? .none, objectID: ObjectID(row.text(first + 1)),
      before: before, after: after)
  }
}
