import PortGroupModel
import RowLedger

/// Finds what is wrong with staged rows in their groups: rows that do not fit, clashes, groups that are too large.
///
/// It reads the ledger, so that memory does not grow with the number of rows; the groups must be resolved.
struct CrossCheck {
  let book: RunBook
  /// Errors that the user allows: they become warnings.
  let allowed: Set<DiagnosticCode>
  /// Recognizes files of earlier exports, in which more is allowed.
  var exports = KnownExports(in: nil)
  let report: @Sendable (RunEvent) -> Void

  /// The maximum number of rows of one group in one run.
  static let groupLimit = 10_000

  func check() async throws(RunStop) {
    let found = try await book.prescan(limit: Self.groupLimit)
    if found.needsRecheck { try await recheck() }
    if found.duplicates { try await duplicates() }
    if found.sharedPrecedences { try await precedences() }
    if found.largestGroup > Self.groupLimit { try await sizes() }
  }

  private func recheck() async throws(RunStop) {
    try await remark(try await book.rowsToRecheck()) { row async throws(RunStop) in
      let allowed = allowed.union(try await exports.allowed(in: row.place.file))
      let found = row.row?.check(in: row.group?.integration, at: row.place.place, allowed: allowed)
      return (found ?? []).map { (row.id, $0) }
    }
  }

  /// Reports duplicates; neither of two such rows is sent, because it is not known which one is right.
  private func duplicates() async throws(RunStop) {
    let clashes = try await book.duplicates()
    try await remark(clashes) { clash in
      let later = (clash.later.row, duplicate(clash, at: clash.later, of: clash.first))
      return clash.isFirstPair
        ? [(clash.first.row, duplicate(clash, at: clash.first, of: clash.later)), later]
        : [later]
    }
  }

  private func duplicate(_ clash: RowClash, at row: RowPlace, of other: RowPlace) -> Diagnostic {
    Diagnostic(
      .error, .duplicateRow, at: row.place,
      "the row means the same server of group \"\(clash.group.group.displayName)\" as the row at "
        + "\(other.location(from: row)): \(clash.fields.summary)",
      hint: "keep one of the two rows")
  }

  private func precedences() async throws(RunStop) {
    let clashes = try await book.sharedPrecedences()
    try await remark(clashes) { clash in
      let service = clash.fields.service?.title ?? "server"
      let diagnostic = Diagnostic(
        .warning, .precedenceShared, at: clash.later.place,
        "precedence \(clash.fields[.precedence].text ?? "") is that of another \(service) of group "
          + "\"\(clash.group.group.displayName)\", at \(clash.first.location(from: clash.later))",
        hint: "give each server of a service its own precedence")
      return [(clash.later.row, diagnostic)]
    }
  }

  private func remark<Found>(
    _ found: RunBook.Pages<Found>,
    _ wording: (Found) async throws(RunStop) -> [(row: RowID, diagnostic: Diagnostic)]
  ) async throws(RunStop) {
    var found = found
    while case let page = try await found.next(), !page.isEmpty {
      var remarks: [(row: RowID, diagnostic: Diagnostic)] = []
      for one in page { remarks += try await wording(one) }
      if remarks.isEmpty { continue }
      for (_, diagnostic) in remarks { report(.diagnostic(diagnostic)) }
      try await book.add(remarks)
    }
  }

  private func sizes() async throws(RunStop) {
    let large = try await book.oversizedGroups(limit: Self.groupLimit)
    var faults: [ObjectID: Diagnostic] = [:]
    for (group, first, count) in try await large.all() {
      let diagnostic = Diagnostic(
        .error, .groupTooLarge, at: first.place,
        "group \"\(group.group.displayName)\" has \(count) rows; "
          + "at most \(Self.groupLimit) can be done in one run",
        hint: "split the file")
      report(.diagnostic(diagnostic))
      faults[group.group.objectID] = diagnostic
    }
    if !faults.isEmpty { try await refuse(faults) }
  }

  /// Makes all rows of these groups invalid, because a group is never sent in part.
  private func refuse(_ faults: [ObjectID: Diagnostic]) async throws(RunStop) {
    var rows = try await book.rows(in: ["pending"])
    while case let page = try await rows.next(), !page.isEmpty {
      let remarks = page.compactMap { row -> (row: RowID, diagnostic: Diagnostic)? in
        guard var fault = row.group.flatMap({ faults[$0.objectID] }) else { return nil }
        fault.place = row.place.place
        return (row.id, fault)
      }
      try await book.add(remarks)
    }
  }
}

extension RowPlace {
  /// File and line; also the record if the other row is on the same line, as in an answer of the server.
  fileprivate func location(from other: RowPlace) -> String {
    "\(file):\(line)" + (file == other.file && line == other.line ? " (record \(record))" : "")
  }
}
