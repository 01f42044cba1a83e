import BatchEngine
import FoundationEssentials
import PortGroupModel
import RowLedger

/// What `runs show` reports of a run in addition to its books: related runs, waits, slow groups, verdicts.
struct RunDetails {
  let parent: RelatedRun?
  let children: [RelatedRun]
  let waits: [(cause: WaitCause, sum: WaitSum)]
  let slowest: [(group: PortGroup, time: Duration)]
  let verdicts: [(verdict: Verdict, count: Int)]
  /// Sorted by name.
  let groupsToReset: [String]
  let sessions: SessionText
  /// When the user was first asked whether to send the run, and when the user agreed.
  let agreement: (asked: Date?, agreed: Date?)
  /// Empty for a run that read no files, and for one of an earlier version.
  let inputs: [RunInput]

  init(of run: Run, in ledger: Ledger) async throws(LedgerError) {
    parent = try await ledger.parent(of: run.id)
    children = try await ledger.children(of: run.id)
    waits = try await ledger.waits(of: run.id)
    slowest = try await ledger.slowestGroups(of: run.id)
    let counts = try await ledger.verdicts(of: run.id)
    verdicts = Verdict.allCases.compactMap { verdict in counts[verdict].map { (verdict, $0) } }
    groupsToReset = try await ledger.groupNamesToReset(of: run.id)
    sessions = SessionText(run: run, sessions: try await ledger.sessions(of: run.id))
    inputs = try await ledger.inputs(of: run.id)
    agreement = try await ledger.agreement(of: run.id)
  }

  /// What was recorded when the run began; `nil` for a run of an earlier version.
  var opening: SessionOpening? { sessions.sessions.first { $0.number == 1 }?.opening }

  /// Its parent and its child runs, each with a label.
  var relatives: [(label: String, run: RunID)] {
    let from = parent.map { [($0.relation == .undo ? "undoes" : "tries again", $0.run)] } ?? []
    return from + children.map { ($0.relation == .undo ? "undone by" : "tried again by", $0.run) }
  }

  /// Tables for waits, slow groups and verdicts, if there is something to show.
  func texts(for stream: TextStream) -> [String] {
    var texts = [sessions.table(for: stream)].compactMap(\.self)
    if !waits.isEmpty {
      var table = TextTable([.text("waited for"), .number("times"), .number("in all")])
      for (cause, sum) in waits {
        table.add([
          TextTable.Cell(cause.meaning), TextTable.Cell(Quantity.count(sum.count)),
          TextTable.Cell(Quantity.time(sum.time)),
        ])
      }
      texts.append(table.text(for: stream))
    }
    if slowest.contains(where: { $0.time >= Self.slow }) {
      var table = TextTable([.text("slowest groups"), .number("took")])
      for (group, time) in slowest {
        table.add([
          TextTable.Cell(group.displayName), TextTable.Cell(Quantity.time(time)),
        ])
      }
      texts.append(table.text(for: stream))
    }
    if !verdicts.isEmpty {
      var table = TextTable([.text("read back"), .number("rows")])
      for (verdict, count) in verdicts {
        table.add([TextTable.Cell(verdict.rawValue), TextTable.Cell(Quantity.count(count))])
      }
      texts.append(table.text(for: stream))
    }
    return texts
  }

  /// If all groups were faster than this, there is no table.
  private static let slow = Duration.seconds(1)

}

extension WaitCause {
  /// A short description.
  fileprivate var meaning: String {
    switch self {
    case .busy: "a busy server"
    case .unreachable: "a server out of reach"
    case .nameUnknown: "a name that was not known"
    case .timedOut: "answers that did not come in time"
    case .noAnswer: "connections that ended without an answer"
    case .failed: "a server that failed"
    case .settling: "creations that may have been on their way"
    }
  }
}
