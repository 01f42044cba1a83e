import PortGroupFiles
import PortGroupModel
package import RowLedger
package import UnityConnection

/// Imports files into a server: read and check everything, then push group by group.
package struct Importer: Sendable {
  /// Books the input as rows of a run that is staging.
  typealias Fill = @Sendable (RunID) async throws(RunStop) -> Void

  /// How the ledger names the input.
  let source: String
  /// The files that rows come from, as the user named them; none where they come from elsewhere.
  var files: [String] = []
  /// Recognizes those of our own.
  var exports = KnownExports(in: nil)
  let reading: StoredOptions.Reading?
  let allowed: Set<DiagnosticCode>
  let selection: RowSelection
  let fill: Fill
  /// The groups of invalid rows.
  let strays: StrayReferences
  let options: PushOptions
  package let setting: RunSetting

  /// Takes rows from files.
  package init(input: ImportInput, options: PushOptions, setting: RunSetting) {
    let strays = StrayReferences()
    self.init(
      source: input.source, reading: input.reading, allowed: input.options.allowed,
      selection: input.selection, strays: strays, options: options, setting: setting
    ) { run async throws(RunStop) in
      try await Staging(
        book: RunBook(ledger: setting.ledger, run: run), input: input, control: setting.control,
        report: setting.report, strays: strays
      ).read()
    }
    files = input.files
    exports = input.exports
  }

  /// Takes rows from anywhere.
  init(
    source: String, reading: StoredOptions.Reading? = nil, allowed: Set<DiagnosticCode> = [],
    selection: RowSelection = RowSelection(), strays: StrayReferences = StrayReferences(),
    options: PushOptions, setting: RunSetting, fill: @escaping Fill
  ) {
    self.source = source
    self.reading = reading
    self.allowed = allowed
    self.selection = selection
    self.fill = fill
    self.strays = strays
    self.options = options
    self.setting = setting
  }

  /// What is known of the run before anything is read.
  package var opening: RunOpening {
    RunOpening(
      kind: .import, source: source, target: setting.target,
      options: StoredOptions(options, reading: reading).json, toolVersion: setting.toolVersion,
      isDry: options.isDry)
  }

  /// Reads, checks and pushes.
  ///
  /// - Parameters:
  ///   - run: A run that was begun with `opening`.
  ///   - client: The server to push to.
  /// - Returns: The books and why it stopped, if it did; `nil` books if it stopped before the whole input was staged.
  package func perform(_ run: RunID, on client: ConnectionClient) async -> RunResult {
    let client = PacedClient(to: client, options.pace, setting)
    do throws(RunStop) {
      let groups = try await RunStaging(run: run, setting: setting, client: client)
        .stage(fill: fill) { run, groups async throws(RunStop) in
          try await OriginCheck(files: files, exports: exports, report: setting.report)
            .check(by: client)
          return try await check(run, groups)
        }
      return await RunPusher(
        run: run, kind: .import, options: options, setting: setting, client: client,
        groups: groups
      ).push()
    } catch {
      return await setting.abandon(run, by: error)
    }
  }

  private func check(_ run: RunID, _ groups: [PortGroup]) async throws(RunStop) -> Int {
    let book = RunBook(ledger: setting.ledger, run: run)
    let count = try await GroupResolution(book: book, report: setting.report)
      .resolve(groups, and: strays)
    try await CrossCheck(book: book, allowed: allowed, exports: exports, report: setting.report)
      .check()
    try await selection.apply(to: run, of: groups, in: setting)
    return count
  }
}
