import PortGroupFiles
import PortGroupModel
package import RowLedger
package import UnityConnection

/// Makes port groups as a source says, and reports whether they are.
package struct Restorer: Sendable {
  let source: RestoreSource
  let terms: RestoreTerms
  /// Which groups and rows of the source are restored.
  let selection: RowSelection
  let options: PushOptions
  package let setting: RunSetting

  /// Creates a restorer.
  package init(
    source: RestoreSource, terms: RestoreTerms, selection: RowSelection, options: PushOptions,
    setting: RunSetting
  ) {
    self.source = source
    self.terms = terms
    self.selection = selection
    var options = options
    options.restore = terms
    options.isPart = selection.limit != nil
    self.options = options
    self.setting = setting
  }

  /// The record of the run before it begins.
  package var opening: RunOpening {
    RunOpening(
      kind: .restore, source: source.name, target: setting.target,
      options: StoredOptions(options, reading: reading).json, toolVersion: setting.toolVersion,
      isDry: options.isDry)
  }

  private var reading: StoredOptions.Reading {
    var input = ImportInput(files: [])
    if case .file(let own) = source { input = own }
    input.selection = selection
    return input.reading
  }

  /// Reads and checks the source, finds what must be deleted, sends everything, and compares.
  ///
  /// - Parameters:
  ///   - run: A run that was recorded with `opening`.
  ///   - client: The target.
  /// - Returns: The books and the verdict, and why the run stopped early, if it did.
  package func perform(_ run: RunID, on client: ConnectionClient) async -> RunResult {
    let client = PacedClient(to: client, options.pace, setting)
    let missing = MissingCount()
    do throws(RunStop) {
      let groups = try await RunStaging(run: run, setting: setting, client: client)
        .stage(fill: fill) { run, groups async throws(RunStop) in
          try await check(run, groups, client, missing)
        }
      var result = await RunPusher(
        run: run, kind: .restore, options: options, setting: setting, client: client,
        groups: groups
      ).push()
      result.verdict?.missing = missing.value
      return result
    } catch {
      return await setting.abandon(run, by: error)
    }
  }

  // MARK: The source

  private func fill(_ run: RunID) async throws(RunStop) {
    let book = setting.book(of: run)
    try await check(try await source.origins(), book)
    switch source {
    case .file(let input):
      var staging = Staging(
        book: book, input: input, control: setting.control, report: setting.report)
      // What is read from a pipe is known only now.
      staging.checkContent = { content async throws(RunStop) in
        let written = try await input.exports.exports(thatWrote: content)
        try await check(written.map(\.origin), book)
      }
      try await staging.read()
    case .stored(let configuration): try await stage(configuration, book)
    }
    if let row = try await book.firstRowWithOperation() {
      throw .misused(
        "\(row.place.file):\(row.place.line): the row has an operation or a Match value, and a restore takes only "
          + "servers as they are to be")
    }
  }

  /// Refuses a source that is known to be from another server.
  private func check(
    _ origins: [ConfigurationOrigin], _ book: RunBook
  ) async throws(RunStop) {
    guard !terms.allowsOtherTarget, let newest = origins.first else { return }
    let target = try await book.record().opening.target
    // An export of a server that did not report its id, or of an earlier version, has only its address.
    let own = [target.identity, setting.target.identity].compactMap(\.self)
    if origins.contains(where: { $0.identity.map(own.contains) ?? false }) { return }
    throw .otherTarget(
      OtherTarget(
        source: source.name, origin: newest.text,
        target: ConfigurationOrigin(
          url: target.url, identity: target.identity, targetName: target.name
        ).text))
  }

  private func stage(
    _ configuration: any StoredConfiguration, _ book: RunBook
  ) async throws(RunStop) {
    let file = try await book.addFile(configuration.name, dialect: ServerRecords.dialect.json)
    var number = 0
    for group in try await configuration.sortedGroups() {
      try setting.control.check()
      guard let id = group.objectID else { continue }
      let own = PortGroup(
        objectID: id, displayName: group.name ?? "", integration: group.integration)
      let reference = GroupReference(
        objectID: id, name: group.name, integration: group.integration)
      var rows: [StagedRow] = []
      for fields in try await configuration.servers(of: group) {
        number += 1
        rows.append(
          StagedRow(
            file: file, record: number, line: number,
            row: Row(operation: .upsert, group: reference, fields: fields),
            raw: ServerRecords.text(fields, in: own, .upsert)))
      }
      if !rows.isEmpty { try await book.stage(rows) }
    }
  }

  // MARK: The groups

  private func check(
    _ run: RunID, _ groups: [PortGroup], _ client: PacedClient, _ missing: MissingCount
  ) async throws(RunStop) -> Int {
    let book = setting.book(of: run)
    missing.value = try await resolve(book, groups)
    if !terms.onlyServices.isEmpty {
      let count = try await book.keepOnly(services: Set(terms.onlyServices))
      // A server that the source may mean must neither be left alone unseen nor deleted.
      if count > 0 {
        throw .unsuitable(
          "\(count) \(count == 1 ? "row" : "rows") of \(source.name) \(count == 1 ? "gives" : "give") no service, so that it "
            + "is not known whether \(count == 1 ? "it is" : "they are") to be restored")
      }
    }
    try await CrossCheck(
      book: book, allowed: allowed, exports: exports, report: setting.report
    ).check()
    try await RowSelection(limit: selection.limit).apply(to: run, of: groups, in: setting)
    if terms.isExact || terms.replaces, try await !book.hasInvalidRows() {
      let file = try await book.addFile(source.name, dialect: ServerRecords.dialect.json)
      try await SurplusServers(book: book, client: client, terms: terms, file: file).stage()
    }
    return try await book.groupCount()
  }

  private func resolve(_ book: RunBook, _ groups: [PortGroup]) async throws(RunStop) -> Int {
    var complete: [ConfigurationGroup] = []
    if case .stored(let configuration) = source {
      complete = try await configuration.sortedGroups()
    } else {
      try await remarkOnNames(book, groups)
    }
    return try await SourceGroups(
      book: book, source: source.name, onlyGroups: selection.groups, missing: terms.missingGroups,
      complete: complete, report: setting.report
    ).resolve(groups)
  }

  /// Says so if a file has ids of port groups, and none of them is on the target.
  private func remarkOnNames(_ book: RunBook, _ groups: [PortGroup]) async throws(RunStop) {
    let ids = Set(groups.map(\.objectID))
    var hasID = false
    var references = try await book.groupReferences()
    while case let page = try await references.next(), !page.isEmpty {
      for id in page.compactMap(\.reference.objectID) {
        if ids.contains(id) { return }
        hasID = true
      }
    }
    guard hasID else { return }
    setting.report(
      .remark(
        "none of the port group ids in \(source.name) is on the target: these groups match by name alone"
      ))
  }

  private var allowed: Set<DiagnosticCode> {
    switch source {
    case .file(let input): input.options.allowed
    case .stored: DiagnosticCode.ofServerValues
    }
  }

  private var exports: KnownExports {
    if case .file(let input) = source { input.exports } else { KnownExports(in: nil) }
  }
}

/// The number of groups of the source that the target lacks and that are skipped.
private final class MissingCount {
  var value = 0
}

extension StoredConfiguration {
  /// Its groups by name, so that rows and plans have the same order each time.
  fileprivate func sortedGroups() async throws(RunStop) -> [ConfigurationGroup] {
    try await groups().sorted {
      ($0.title, $0.objectID?.text ?? "") < ($1.title, $1.objectID?.text ?? "")
    }
  }
}
