package import FoundationEssentials
package import PortGroupModel
internal import SQLStores

/// The journal of one row.
package struct JournalEntry: Sendable, Equatable {
  /// The change to send; the server as it was found is in the group's before-image.
  package var change: Change?
  /// When the intent was recorded; none of its writes was sent before.
  package var journaled: Date?
  /// When its last write was sent, if an outcome is known.
  package var sent: Moment?
  /// True while the intent has no outcome: after a crash it is unknown whether its write was sent.
  package var isOpen: Bool
  package var effect: Effect
  package var verdict: Verdict?

  /// The columns that `init(_:)` reads.
  static let columns = """
    journal.row, journal.action, journal.sent_fields, journal.target_id, journal.journaled,
    journal.sent, journal.sent_boot, journal.sent_uptime_ms, journal.is_open,
    \(Effect.columns(of: "journal")), journal.verdict
    """

  /// Reads the columns; `nil` where the row has no entry.
  init?(_ row: inout ColumnReader) {
    guard row.optionalInteger() != nil else {
      row.skip(13)
      return nil
    }
    let verb = Change.Verb(rawValue: row.text())
    let (fields, server) = (row.fields(), ObjectID(row.text()))
    change = verb.flatMap { Change($0, server: server, set: fields, before: nil) }
    journaled = row.optionalText().flatMap(Timestamp.date)
    sent = Moment(&row)
    isOpen = row.flag()
    effect = Effect(&row) ?? .none
    verdict = Verdict(rawValue: row.text())
  }
}

extension Moment {
  /// Reads the date and, if a later version wrote it, the boot and its clock; `nil` without a date.
  fileprivate init?(_ row: inout ColumnReader) {
    let date = row.optionalText().flatMap(Timestamp.date)
    let (boot, uptime) = (row.text(), row.integer())
    guard let date else { return nil }
    self.init(date: date, boot: boot, uptime: .milliseconds(uptime))
  }
}

extension Change.Verb {
  /// The ledger's word for a change that took effect.
  var participle: String {
    switch self {
    case .create: "created"
    case .update: "updated"
    case .delete: "deleted"
    }
  }
}

extension Effect {
  /// An SQL condition that is true for an entry of the journal whose row changed the server.
  static let isChange = "journal.effect IN ('created', 'updated', 'deleted')"

  /// The columns that `init(_:)` reads, of a table of journal entries.
  static func columns(of table: String) -> String {
    ["effect", "effect_id", "before", "after"].map { "\(table).\($0)" }.joined(separator: ", ")
  }

  /// Reads the columns; `nil` if nothing is known.
  ///
  /// A row that changed nothing may still have a server: the server that it refers to.
  init?(_ row: inout ColumnReader) {
    let (kind, id) = (row.optionalText(), row.optionalText())
    let (before, after) = (row.optionalFields(), row.optionalFields())
    if kind == nil, id == nil { return nil }
    self.init(
      Change.Verb.allCases.first { $0.participle == kind }, objectID: id.flatMap { ObjectID($0) },
      before: before, after: after)
  }
}
