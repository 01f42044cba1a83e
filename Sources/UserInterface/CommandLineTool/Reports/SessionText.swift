import FoundationEssentials
import PortGroupModel
import RowLedger

/// The sessions of a run as a table.
struct SessionText {
  let run: Run
  let sessions: [Session]

  /// True if a table says more than the head: several sessions, or one that is not the first.
  private var isWorthTable: Bool { sessions.count > 1 || (sessions.first?.number ?? 1) > 1 }

  /// The table; `nil` if there was only one session.
  func table(for stream: TextStream) -> String? {
    guard isWorthTable else { return nil }
    var table = TextTable([
      .number("session"), .name("started"), .name("ended"), .name("how"), .name("who"),
      .name("reason"),
    ])
    if let first = sessions.first, first.number > 1 {
      // Its end was removed when it was resumed.
      table.add(["1", "\(stream.moment(run.started))", "not known", "not known", "not known", ""])
    }
    for session in sessions {
      table.add([
        TextTable.Cell(String(session.number)), TextTable.Cell(stream.moment(session.started)),
        TextTable.Cell(session.recordedEnd.map { stream.moment($0.date) } ?? ""),
        TextTable.Cell(session.how), TextTable.Cell(session.opening.who ?? "not known"),
        TextTable.Cell(session.remarks),
      ])
    }
    return table.text(for: stream)
  }
}

extension Session {
  /// `done`, `interrupted`, `crashed`, `at work`.
  var how: String {
    switch end {
    case .ended(let ending, _, _): ending.how.rawValue
    case .working: "at work"
    case .crashed: "crashed"
    }
  }

  /// The reason, and what a resume adds to the run's ticket and note.
  fileprivate var remarks: String {
    let own = number > 1
    return [
      recordedEnd?.ending.reason, own ? opening.ticket.map { "ticket \($0)" } : nil,
      own ? opening.note.map { "note: \($0)" } : nil,
    ].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "; ")
  }
}
