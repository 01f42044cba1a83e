import PortGroupModel
import RowLedger
import UnityConnection

/// Compares each group of a restore with its source when everything was sent: all fields, and all servers.
struct RestoreCheck {
  let run: RunID
  let setting: RunSetting
  let client: PacedClient

  /// What was found, and the groups that could not be listed.
  struct Findings {
    var verdict = RestoreVerdict()
    var unreadable: [UnreadableGroup] = []
  }

  /// Lists all groups of the restore.
  ///
  /// - Returns: The findings; `nil` if the rows of the source are no longer in the ledger.
  func compare() async throws(RunStop) -> Findings? {
    guard let root = try await restoreRoot() else { return nil }
    let terms = StoredOptions(json: root.opening.options)?.restore ?? RestoreTerms()
    let book = setting.book(of: root.id)
    var findings = Findings()
    findings.verdict.isExact = terms.isExact
    findings.verdict.isPart = try await isPart(root, book)
    var groups = try await book.groups()
    while case let page = try await groups.next(), !page.isEmpty {
      for group in page {
        try setting.control.check()
        switch try await client.servers(of: group.group) {
        case .unreadable(let unreadable):
          findings.unreadable.append(unreadable)
          findings.verdict.unread += 1
        case .gone: findings.verdict.addGone(group.group)
        case .listed(let list):
          let present = list.servers.map(\.fields.whole).filter(terms.includes)
          findings.verdict.add(
            group.group,
            GroupComparison(old: try await wanted(group, book, terms), new: present))
        }
      }
    }
    return findings
  }

  private func wanted(
    _ group: LedgerGroup, _ book: RunBook, _ terms: RestoreTerms
  ) async throws(RunStop) -> [FieldValues] {
    try await book.rows(of: group).map(\.row).filter { $0.operation != .delete }.map(\.fields)
      .filter(terms.includes)
  }

  private func isPart(_ root: Run, _ book: RunBook) async throws(RunStop) -> Bool {
    let options = StoredOptions(json: root.opening.options)
    if options?.isPart ?? false { return true }
    return try await book.books().invalid > 0
  }

  /// The restore with the rows of the source: this run, or for a retry of failed rows its first ancestor.
  private func restoreRoot() async throws(RunStop) -> Run? {
    var root = try await setting.book(of: run).record()
    while let parent = root.opening.parent {
      root = try await setting.book(of: parent).record()
    }
    // A retry whose ancestor was pruned has only the rows that had failed.
    return root.opening.kind == .restore
      && StoredOptions(json: root.opening.options)?.restore?.isRetry != true ? root : nil
  }
}
