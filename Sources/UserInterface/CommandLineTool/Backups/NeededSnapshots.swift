import FoundationEssentials
import Glibc
import RowLedger
import SnapshotRepository

/// The snapshots from which a run of the ledger restores that is not finished, or for which a plan may still be applied.
enum NeededSnapshots {
  /// The longest time for which a plan is usually valid, and a day.
  private static let planAge: TimeInterval = 8 * 86_400

  /// The names of the snapshots; none if there is no ledger.
  ///
  /// - Throws: `CommandFailure` if there is a ledger that cannot be read: then nothing may be forgotten.
  static func ids(_ context: CommandContext) async throws(CommandFailure) -> Set<String> {
    // Nothing is created for this question.
    let path =
      context.arguments.givenText(.ledger) ?? StateFolder(environment: context.environment).ledger
    guard unsafe access(path, F_OK) == 0 else { return [] }
    let ledger = try LedgerAccess.openToLook(context)
    var pages = ledger.summaries(RunFilter(kind: .restore))
    var needed: Set<String> = []
    while case let page = try await LedgerAccess.reading({ try await pages.next() }), !page.isEmpty
    {
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
