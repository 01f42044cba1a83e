import PortGroupModel
import RowLedger

/// The part of the ledger for one run, whose errors are thrown as `RunStop`.
///
/// Writes are durable when a call returns.
struct RunBook: Sendable {
  let ledger: Ledger
  let run: RunID

  /// A list that is read page by page.
  struct Pages<Element: Sendable>: Sendable {
    private var pages: LedgerPages<Element>

    fileprivate init(_ pages: LedgerPages<Element>) { self.pages = pages }

    /// The next elements; empty at the end.
    mutating func next() async throws(RunStop) -> [Element] {
      do throws(LedgerError) {
        return try await pages.next()
      } catch {
        throw .ledger(error)
      }
    }

    /// All remaining elements, in memory: for lists that are known to be short.
    func all() async throws(RunStop) -> [Element] {
      do throws(LedgerError) {
        return try await pages.all()
      } catch {
        throw .ledger(error)
      }
    }
  }

  /// A queued write.
  struct Write<Value: Sendable>: Sendable {
    fileprivate let write: LedgerWrite<Value>

    /// The result of the write when it is durable; may be read only once.
    func value() async throws(RunStop) -> Value {
      do throws(LedgerError) {
        return try await write.value()
      } catch {
        throw .ledger(error)
      }
    }
  }

  /// The book of a run in a temporary ledger, which ends with this process: for files that are only checked or compared.
  static func throwaway(for input: ImportInput) async throws(RunStop) -> RunBook {
    do throws(LedgerError) {
      let ledger = try Ledger.open(.throwaway)
      let opening = RunOpening(
        kind: .import, source: input.source, target: RunTarget(url: ""), toolVersion: "")
      return RunBook(ledger: ledger, run: try await ledger.beginStaging(opening))
    } catch {
      throw .ledger(error)
    }
  }

  /// Calls the ledger, and throws its error as `RunStop`.
  func ask<Value>(
    _ work: (Ledger, RunID) async throws -> Value
  ) async throws(RunStop) -> Value {
    do {
      return try await work(ledger, run)
    } catch {
      throw .ledger(LedgerError(error, in: ledger.path))
    }
  }

  private func list<Element>(
    _ work: (Ledger, RunID) async throws -> LedgerPages<Element>
  ) async throws(RunStop) -> Pages<Element> {
    Pages(try await ask(work))
  }
}

// MARK: - The run

extension RunBook {
  func books() async throws(RunStop) -> Books { try await ask { try await $0.books(of: $1) } }

  /// Records the id that the server reports.
  func identify(as server: ObjectID) async throws(RunStop) {
    try await ask { try await $0.identify($1, as: server) }
  }

  /// Makes this process the owner of a run that is resumed.
  func reopen(isVerified: Bool) async throws(RunStop) {
    try await ask { try await $0.reopen($1, isVerified: isVerified) }
  }

  /// Adds waits of the run.
  func add(_ waits: [WaitCause: WaitSum]) async throws(RunStop) {
    try await ask { try await $0.add(waits, to: $1) }
  }

  func end(_ ending: RunEnding, exitCode: Int) async throws(RunStop) {
    try await ask { try await $0.end($1, ending, exitCode: exitCode) }
  }
}

// MARK: - Staging

extension RunBook {
  /// Records an input file, or the target of an export; returns its number.
  func addFile(_ name: String, dialect: String = "{}") async throws(RunStop) -> Int {
    try await ask { try await $0.addFile(name, dialect: dialect, to: $1) }
  }

  /// Records what was read of an input file.
  func add(_ input: RunInput) async throws(RunStop) {
    try await ask { try await $0.add(input, to: $1) }
  }

  func stage(_ rows: [StagedRow]) async throws(RunStop) {
    try await ask { try await $0.stage(rows, in: $1) }
  }

  /// Begins to record rows after those of earlier calls; the write returns the number of rows.
  func begin(staging rows: StagedRows) -> Write<Int> {
    Write(write: ledger.begin(staging: rows, in: run))
  }

  func stageExported(
    _ servers: [PortGroupServer], of group: PortGroup, file: Int
  ) async throws(RunStop) {
    try await ask { try await $0.stageExported(servers, of: group, file: file, in: $1) }
  }

  /// The servers of an export in the order of a file.
  func exportedServers() async throws(RunStop) -> Pages<ExportedServer> {
    try await list { try await $0.exportedServers(of: $1) }
  }

  /// Records groups that belong to the run although no row names them.
  func add(_ groups: [PortGroup]) async throws(RunStop) {
    try await ask { try await $0.add(groups, to: $1) }
  }

  /// Records rows of a group of the target; once for each group.
  func stage(_ rows: [StagedRow], of group: PortGroup) async throws(RunStop) {
    try await ask { try await $0.stage(rows, of: group, in: $1) }
  }

  /// Removes the valid rows of these references, and returns their number.
  func drop(_ references: [ReferenceID]) async throws(RunStop) -> Int {
    try await ask { try await $0.drop(references, from: $1) }
  }

  /// Removes the valid rows of other services, and of none; returns the number of the latter.
  func keepOnly(services: Set<Int>) async throws(RunStop) -> Int {
    try await ask { try await $0.keepOnly(services: services, in: $1) }
  }

  /// True if a staged row is invalid, also before the rows are visible.
  func hasInvalidRows() async throws(RunStop) -> Bool {
    var rows = try await rows(in: ["invalid"])
    return try await !rows.next().isEmpty
  }

  /// The first row with an operation or `Match…` cells.
  func firstRowWithOperation() async throws(RunStop) -> RowReport? {
    var rows: Pages<RowReport> = try await list { try await $0.rowsWithOperation(of: $1) }
    return try await rows.next().first
  }

  /// The run as it is in the ledger now.
  func record() async throws(RunStop) -> Run { try await ask { try await $0.run($1) } }

  /// Makes the rows visible, and returns their number.
  func finishStaging() async throws(RunStop) -> Int {
    try await ask { try await $0.finishStaging($1) }
  }

  /// The names of groups in the rows.
  func groupReferences() async throws(RunStop) -> Pages<StagedReference> {
    try await list { try await $0.groupReferences(of: $1) }
  }

  func resolve(_ found: [(reference: ReferenceID, group: PortGroup)]) async throws(RunStop) {
    try await ask { try await $0.resolve(found, in: $1) }
  }

  /// The groups to which the rows refer.
  func groups() async throws(RunStop) -> Pages<LedgerGroup> {
    try await list { try await $0.groups(of: $1) }
  }

  /// The groups to which the rows refer, by name.
  func groupsByName() async throws(RunStop) -> Pages<LedgerGroup> {
    try await list { try await $0.groupsByName(of: $1) }
  }

  /// The number of groups to which the rows refer.
  func groupCount() async throws(RunStop) -> Int {
    var groups = try await groups()
    var count = 0
    while case let page = try await groups.next(), !page.isEmpty { count += page.count }
    return count
  }

  func keepOnly(
    groups: Set<ObjectID>?, first limit: Int?
  ) async throws(RunStop) -> (ofOtherGroups: Int, beyondLimit: Int) {
    try await ask { try await $0.keepOnly(groups: groups, first: limit, in: $1) }
  }
}

// MARK: - Checks

extension RunBook {
  /// Records diagnostics that do not belong to single rows.
  func add(_ diagnostics: [Diagnostic]) async throws(RunStop) {
    try await ask { try await $0.add(diagnostics, to: $1) }
  }

  /// Records diagnostics of rows; rows with an error become invalid.
  func add(_ remarks: [(row: RowID, diagnostic: Diagnostic)]) async throws(RunStop) {
    try await ask { ledger, _ in try await ledger.add(remarks) }
  }

  /// Makes every row of a group reference invalid.
  func refuse(_ reference: ReferenceID, _ diagnostic: Diagnostic) async throws(RunStop) {
    _ = try await ask { ledger, _ in try await ledger.refuse(reference, diagnostic) }
  }

  func prescan(limit: Int) async throws(RunStop) -> Prescan {
    try await ask { try await $0.prescan(in: $1, limit: limit) }
  }

  func rowsToRecheck() async throws(RunStop) -> Pages<RowReport> {
    try await list { try await $0.rowsToRecheck(of: $1) }
  }

  func duplicates() async throws(RunStop) -> Pages<RowClash> {
    try await list { try await $0.duplicates(in: $1) }
  }

  func sharedPrecedences() async throws(RunStop) -> Pages<RowClash> {
    try await list { try await $0.sharedPrecedences(in: $1) }
  }

  func oversizedGroups(
    limit: Int
  ) async throws(RunStop) -> Pages<(group: LedgerGroup, first: RowPlace, count: Int)> {
    try await list { try await $0.oversizedGroups(in: $1, limit: limit) }
  }

  /// The rows in these states, in the order of the input.
  func rows(in states: Set<String>) async throws(RunStop) -> Pages<RowReport> {
    try await list { try await $0.rows(of: $1, states: states) }
  }
}

// MARK: - What earlier runs have done

extension RunBook {
  func files() async throws(RunStop) -> [LedgerFile] {
    try await ask { try await $0.files(of: $1) }
  }

  /// The rows that changed the server, in the reverse order of the input.
  func changes() async throws(RunStop) -> Pages<RowReport> {
    try await list { try await $0.changes(of: $1) }
  }

  func rawRecord(of row: RowID) async throws(RunStop) -> String {
    try await ask { ledger, _ in try await ledger.rawRecord(of: row) }
  }

  /// The new ids of servers that an undo has recreated.
  func successors() async throws(RunStop) -> [ObjectID: ObjectID] {
    try await ask { ledger, _ in try await ledger.successors() }
  }

  /// The servers of a group that other runs are known to have created.
  func foreignServers(in group: LedgerGroup) async throws(RunStop) -> Set<ObjectID> {
    try await ask { try await $0.serversCreated(in: group.group.objectID, otherThan: $1) }
  }

  /// The servers of a group to which finished rows of this run's ancestors refer.
  func serversOfAncestors(in group: PortGroup) async throws(RunStop) -> Set<ObjectID> {
    try await ask { try await $0.serversOfAncestors(of: $1, in: group.objectID) }
  }

  /// The servers that a group had before the runs whose changes its rows revert.
  func serversBeforeRuns(revertedIn group: LedgerGroup) async throws(RunStop) -> Set<ObjectID> {
    try await ask { ledger, _ in try await ledger.serversBeforeRuns(revertedIn: group.id) }
  }

  /// The groups in which other runs have rows in doubt, with the newest such run of each.
  func unsettledGroups() async throws(RunStop) -> [ObjectID: RunID] {
    try await ask { try await $0.unsettledGroups(otherThan: $1) }
  }
}

// MARK: - Batches

extension RunBook {
  /// The number of rows that delete.
  func deletions() async throws(RunStop) -> Int { try await ask { try await $0.deletions(in: $1) } }

  /// The next open groups after `last`; empty at the end.
  func openGroups(after last: PortGroup?) async throws(RunStop) -> [LedgerGroup] {
    try await ask { try await $0.openGroups(of: $1, after: last) }
  }

  func rows(of group: LedgerGroup) async throws(RunStop) -> [BatchRow] {
    try await ask { ledger, _ in try await ledger.rows(of: group.id) }
  }

  func beforeImage(of group: LedgerGroup) async throws(RunStop) -> [PortGroupServer]? {
    try await ask { ledger, _ in try await ledger.beforeImage(of: group.id) }
  }

  /// The groups that were changed in any process.
  func changedGroups() async throws(RunStop) -> [LedgerGroup] {
    try await ask { try await $0.changedGroups(of: $1) }
  }

  func setNeedsReset(_ group: LedgerGroup) async throws(RunStop) {
    try await ask { ledger, _ in try await ledger.setNeedsReset(true, of: group.id) }
  }

  /// Records a plan: its intents, its before-image, and the rows that need no request.
  func journal(_ plan: BatchPlan, of group: LedgerGroup) async throws(RunStop) {
    try await ask { ledger, _ in try await ledger.journal(plan, of: group.id) }
  }

  /// Marks the intents of rows as open again.
  func reopenIntents(of rows: [RowID], in group: LedgerGroup) async throws(RunStop) {
    try await ask { ledger, _ in try await ledger.reopenIntents(of: rows, in: group.id) }
  }

  /// Records outcomes of rows; `took` is the time that the group took.
  func record(
    _ outcomes: [Outcome], of group: LedgerGroup, owesReadBack: Bool = false, took: Duration
  ) async throws(RunStop) {
    try await ask { ledger, _ in
      try await ledger.record(outcomes, of: group.id, owesReadBack: owesReadBack, took: took)
    }
  }
}
