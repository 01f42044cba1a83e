import FoundationEssentials
import RowLedger
import SnapshotRepository

/// The snapshots from which a run of the ledger restores that is not finished, or for which a plan may still be applied.
enum NeededSnapshots {
  /// The longest time for which a plan is usually valid, and a day.
  private static let planAge: TimeInterval = 8 * 86_400

  /// The names of the snapshots; none if there is no ledger.
  static func ids(_ context: CommandContext) async -> Set<String> {
    // Nothing is created for this question.
    let path =
      context.arguments.givenText(.ledger) ?? StateFolder(environment: context.environment).ledger
    guard let ledger = try? LedgerAccess.openToLook(context), ledger.path == path else { return [] }
    var pages = ledger.summaries(RunFilter(kind: .restore))
    var needed: Set<String> = []
    while let page = try? await pages.next(), !page.isEmpty {
      for summary in page where isOpen(summary) {
        let source = summary.run.opening.source
        guard let at = source.utf8.lastIndex(of: UInt8(ascii: "@")),
          let id = SnapshotID(source[source.utf8.index(after: at)...])
        else { continue }
        needed.insert(id.text)
      }
    }
    return needed
  }

  private static func isOpen(_ summary: RunSummary) -> Bool {
    let run = summary.run
    if run.opening.isDry { return run.started > Date.now - planAge }
    guard let ending = run.ending else { return true }
    return ending.how != .done && ending.how != .declined
      && summary.books.pending + summary.books.inDoubt > 0
  }
}
