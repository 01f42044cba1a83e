// What the journal says of a row: what was meant, and what came of it.

package import FoundationEssentials
package import PortGroupModel
internal import SQLiteStore

/// The journal of one row.
package struct JournalEntry: Sendable, Equatable {
  /// What is to be sent; without the server as it was found, which is in the group's before-image.
  package var change: Change?
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
    change = Change.Verb(rawValue: row.text(first + 1)).flatMap { verb in
      Change(verb, server: target, set: fields, before: nil)
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

extension Change.Verb {
  /// How the ledger calls a change that took effect.
  var participle: String {
    switch self {
    case .create: "created"
    case .update: "updated"
    case .delete: "deleted"
    }
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
      Change.Verb.allCases.first { $0.participle == row.text(first) },
      objectID: ObjectID(row.text(first + 1)),
      before: before, after: after)
  }
}
