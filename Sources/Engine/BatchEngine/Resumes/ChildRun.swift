import PortGroupModel
package import RowLedger
package import UnityConnection

/// A run whose rows come from an earlier run: its failed rows, or its changes to revert.
package struct ChildRun: Sendable {
  package enum Purpose: Sendable {
    /// Retries the failed rows.
    case retry
    /// Reverts the changes, the last change first.
    case undo
  }

  let parent: Run
  let purpose: Purpose
  let options: PushOptions
  let setting: RunSetting
  /// How the rows of the parent were read.
  private let reading: StoredOptions.Reading?

  /// Creates a child of a run in the ledger.
  ///
  /// A retry uses the stored options of its parent; an undo deletes only servers that its parent has created. If
  /// the parent has invalid rows, its rows are only a part of its groups.
  ///
  /// - Throws: `LedgerError` if the parent cannot be read.
  package init(
    of parent: Run, to purpose: Purpose, options: PushOptions, setting: RunSetting
  ) async throws(LedgerError) {
    self.parent = parent
    self.purpose = purpose
    self.setting = setting
    let stored = StoredOptions(json: parent.opening.options)
    reading = stored?.reading
    guard purpose == .retry else {
      self.options = options
      return
    }
    var options = stored?.applied(to: options) ?? options
    options.restore?.isRetry = true
    let books = try await setting.ledger.books(of: parent.id)
    if books.invalid > 0 { options.isPart = true }
    // A percentage refers to all rows of the parent, not to those that failed.
    options.maxDelete = .rows(options.maxDelete.rows(of: books.read - books.invalid))
    self.options = options
  }

  private var parentBook: RunBook { setting.book(of: parent.id) }

  /// A retry of an undo is an undo, and one of a restore is a restore.
  private var kind: RunKind {
    if purpose == .undo || parent.opening.kind == .undo { return .undo }
    return parent.opening.kind == .restore ? .restore : .retry
  }

  /// The record of the run before it begins.
  package var opening: RunOpening {
    var target = parent.opening.target
    target.isVerified = setting.target.isVerified
    target.name = setting.target.name
    // The server may have another name now; a sandbox is identified by its file as it was typed.
    if !target.url.hasPrefix("sandbox:") { target.url = setting.target.url }
    return RunOpening(
      kind: kind, source: parent.id.text, target: target,
      options: StoredOptions(options, reading: reading).json, toolVersion: setting.toolVersion,
      parent: parent.id, isDry: options.isDry)
  }

  /// Records the rows in a run that was recorded with `opening`, then sends them.
  package func perform(_ run: RunID, on client: ConnectionClient) async -> RunResult {
    let client = PacedClient(to: client, options.pace, setting)
    do throws(RunStop) {
      let groups = try await RunStaging(run: run, setting: setting, client: client)
        .stage(fill: fill, check: check)
      return await RunPusher(
        run: run, kind: kind, options: options, setting: setting, client: client,
        groups: groups
      ).push()
    } catch {
      return await setting.abandon(run, by: error)
    }
  }

  // MARK: Rows

  private func fill(_ run: RunID) async throws(RunStop) {
    let book = setting.book(of: run)
    for file in try await parentBook.files() {
      _ = try await book.addFile(file.name, dialect: file.dialect)
    }
    let successors = purpose == .undo ? try await parentBook.successors() : [:]
    var rows =
      purpose == .undo ? try await parentBook.changes() : try await parentBook.rows(in: ["failed"])
    while case let page = try await rows.next(), !page.isEmpty {
      try setting.control.check()
      var staged: [StagedRow] = []
      for row in page { staged.append(try await child(of: row, successors)) }
      try await book.stage(staged)
    }
  }

  private func child(
    of report: RowReport, _ successors: [ObjectID: ObjectID]
  ) async throws(RunStop) -> StagedRow {
    let raw = try await parentBook.rawRecord(of: report.id)
    let isUndone = purpose == .undo
    let row = isUndone ? try undoing(report, successors) : report.row
    return StagedRow(
      file: report.fileNumber, record: report.place.record, line: report.place.line, row: row,
      raw: raw, origin: !isUndone && kind == .undo ? report.origin : report.id)
  }

  private func undoing(
    _ report: RowReport, _ successors: [ObjectID: ObjectID]
  ) throws(RunStop) -> Row {
    let effect = report.entry?.effect ?? .none
    guard let group = report.group, let id = effect.objectID,
      let row = UndoPlanner.row(undoing: effect, in: group, successors[id] ?? id)
    else {
      throw .server(
        "of row \(report.id.number) it is not known which server it made; resume the run first")
    }
    return row
  }

  // MARK: Groups

  private func check(_ run: RunID, _ groups: [PortGroup]) async throws(RunStop) -> Int {
    let book = setting.book(of: run)
    if kind == .undo { return try await resolveAsRecorded(book, groups) }
    let count = try await GroupResolution(book: book, report: setting.report).resolve(groups)
    // A restore may delete a server and create another one for the same row of the source.
    if kind == .restore { return count }
    try await CrossCheck(
      book: book,
      // They were valid in the parent, because of the user's options or the origin of their file.
      allowed: DiagnosticCode.ofServerValues,
      report: setting.report
    ).check()
    return count
  }

  /// Uses the groups of the parent; rows of a group that no longer exists fail later.
  private func resolveAsRecorded(
    _ book: RunBook, _ groups: [PortGroup]
  ) async throws(RunStop) -> Int {
    let known = Dictionary(
      groups.map { ($0.objectID, $0) }, uniquingKeysWith: { first, _ in first })
    var references = try await book.groupReferences()
    var count = 0
    while case let page = try await references.next(), !page.isEmpty {
      let found = page.compactMap { staged -> (reference: ReferenceID, group: PortGroup)? in
        guard let id = staged.reference.objectID else { return nil }
        var group =
          known[id]
          ?? PortGroup(
            objectID: id, displayName: staged.reference.name ?? id.text,
            integration: staged.reference.integration)
        group.needsReset = false
        return (staged.id, group)
      }
      count += found.count
      try await book.resolve(found)
    }
    return count
  }
}
