import BatchEngine
import PortGroupModel
import RowLedger

/// The summary of an import for users: what happened, the books, the failed rows, and what to do next.
struct RunResultText {
  let result: RunResult
  let ledger: Ledger
  let console: Console
  /// The option for the ledger in suggested commands; empty for the default ledger.
  let ledgerOption: String
  /// True if the command could send the valid rows of a file with errors.
  var canSkipInvalid = true
  /// True for a dry run, whose books are removed when the command ends.
  var isDry = false
  /// The exit code of a run that ended earlier; `nil` if it is that of the result.
  var recordedStatus: ExitStatus?

  /// The maximum number of failed rows that are shown; the ledger has all of them.
  private static let shown = 10

  /// Prints the books to standard output, and what needs attention to standard error.
  func print() async throws(LedgerError) {
    if let books = result.books, !result.wasDeclined {
      try await printTroubles(books)
      let style: Style = result.status == .success ? .green : .yellow
      console.print(console.output.styled(verdict(books), style))
      console.write(
        books.table(wasRefused: result.status == .inputInvalid).text(for: console.output))
      if !books.balances {
        console.fail("the books do not balance; this is a defect of cupibulk, please report it")
      }
    }
    result.verdict?.report(on: console)
    for group in result.unreadableGroups { console.fail(group.sentence.escapedForDisplay) }
    if let stop = result.stop {
      console.fail(stop.sentence.escapedForDisplay)
      if await resumableRun == nil, let hint = stop.hint { console.note("    hint: \(hint)") }
    }
    await printNext()
  }

  /// The same for programs, as the object that ends the command.
  func printJSON() {
    console.end(
      with: RunResultReport(
        result: result, isDry: isDry, status: recordedStatus ?? result.status))
  }

  /// What happened, in one sentence.
  private func verdict(_ books: Books) -> String {
    let rows = Quantity.count(books.read, "row")
    /// `1 of 9 rows is`, `2 of 9 rows are`.
    func some(_ count: Int, _ one: String, _ many: String) -> String {
      "\(Quantity.count(count)) of \(rows) \(count == 1 ? one : many)"
    }
    let wrote = books.created + books.updated + books.deleted
    if books.inDoubt > 0 {
      return "Of \(Quantity.count(books.inDoubt, "row")) it is not known whether "
        + (books.inDoubt == 1 ? "it was done." : "they were done.")
    }
    if books.failed > 0 { return "\(Quantity.count(books.failed)) of \(rows) failed." }
    if books.invalid > 0, wrote + books.unchanged == 0 {
      return "Nothing was sent: \(some(books.invalid, "is", "are")) invalid."
    }
    if books.pending > 0 { return some(books.pending, "was", "were") + " not done." }
    if books.invalid > 0 {
      return
        "The good rows are done; \(some(books.invalid, "is invalid and was", "are invalid and were")) "
        + "left out."
    }
    if books.read == 0 { return "There was nothing to do." }
    if wrote == 0 {
      return "Nothing to change: the server already is as the "
        + (books.read == 1 ? "row says." : "\(rows) say.")
    }
    return "Done: \(rows), nothing failed."
  }

  private func printTroubles(_ books: Books) async throws(LedgerError) {
    guard let run = result.run, books.failed + books.inDoubt > 0 else { return }
    let origin = try await ledger.run(run)
    let rows = try await ledger.rows(of: run, states: ["failed", "inDoubt"]).first(Self.shown)
    for row in rows {
      console.note(row.line().escapedForDisplay)
      if let hint = await row.hint(in: origin, ledger) { console.note("    hint: \(hint)") }
    }
    let more = books.failed + books.inDoubt - rows.count
    if more > 0 {
      console.note(
        "… and \(Quantity.count(more)) more: cupibulk runs rows \(run) --state failed "
          + "--state inDoubt\(ledgerOption)")
    }
  }

  /// Lists rows that should delete a server and found none, because the host may be misspelt.
  private func reportDeletesWithoutServer(_ run: RunID, _ books: Books) async {
    guard books.unchanged > 0, let parent = try? await ledger.run(run),
      parent.opening.kind != .undo,
      let found = try? await ledger.deletesWithoutServer(in: run).first(Self.shown + 1),
      !found.isEmpty
    else { return }
    console.note(
      found.count == 1
        ? "1 row was to delete a server that is not there:"
        : "Rows that were to delete a server that is not there:")
    for row in found.prefix(Self.shown) { console.note("  " + row.line().escapedForDisplay) }
    if found.count > Self.shown { console.note("  … and more") }
  }

  private func names(_ groups: [PortGroup]) -> String {
    groups.map { "\"\($0.displayName.escapedForDisplay)\"" }.joined(separator: ", ")
  }

  /// What to do next.
  private func printNext() async {
    if isDry || !result.isStaged || result.wasDeclined { return }
    guard let run = result.run else { return }
    guard let books = result.books else {
      // The error of a ledger that was moved or damaged contains what to do.
      guard (try? await ledger.run(run)) != nil else { return }
      console.note(
        "Every row, and whether it is in doubt: cupibulk runs rows \(run)\(ledgerOption)")
      return
    }
    // The verdict of a restore has named them.
    if result.stop == nil, result.verdict == nil { result.unnamedServers.report(on: console) }
    await reportDeletesWithoutServer(run, books)
    if !result.groupsToReset.isEmpty {
      // One group on each line, so that a script can reset them.
      console.print("Reset these port groups before the changes take effect:")
      for group in result.groupsToReset {
        console.print("  \(group.displayName.escapedForDisplay)")
      }
    }
    if !result.groupsNotAsked.isEmpty {
      console.note(
        "Changed before the run stopped, and perhaps to be reset: "
          + names(result.groupsNotAsked))
    }
    if result.status == .inputInvalid, books.pending > 0 {
      console.note(
        canSkipInvalid
          ? "Fix the rows above, or pass --skip-invalid to send the others." : "Fix the rows above."
      )
    }
    if let run = await resumableRun {
      console.note("Resume with: cupibulk resume \(run)\(moreFailures)\(ledgerOption)")
    }
    if books.read > 0 { console.note("Every row: cupibulk runs rows \(run)\(ledgerOption)") }
  }

  /// The run that `resume` continues; `nil` if there is none, or it has nothing left.
  private var resumableRun: RunID? {
    get async {
      guard let run = result.run, let books = result.books, result.status != .inputInvalid else {
        return nil
      }
      if case .tooManyDeletes = result.stop { return nil }
      if result.wasDeclined { return nil }
      if books.pending + books.inDoubt > 0 { return run }
      if let recorded = try? await ledger.run(run), recorded.awaitsVerdict { return run }
      // If the run stopped between writing and reading back, a group is open although all of its
      // rows are final.
      guard result.stop != nil || !result.unreadableGroups.isEmpty,
        (try? await ledger.hasOpenGroups(run)) == true
      else { return nil }
      return run
    }
  }

  /// The option without which a run with too many failures would stop again at once.
  private var moreFailures: String {
    if case .tooManyFailed = result.stop { " --max-fail N" } else { "" }
  }
}

extension RunResult {
  /// True if the user did not agree to the plan of a run that has sent nothing.
  fileprivate var wasDeclined: Bool {
    switch stop {
    case .declined(_, isFinal: true), .planNotTrue: true
    default: false
    }
  }
}
