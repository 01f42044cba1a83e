import PortGroupFiles
import PortGroupModel
package import RowLedger
package import UnityConnection

/// Imports files: reads and checks everything, then sends the rows group by group.
package struct Importer: Sendable {
  /// Records the input as rows of a run that is staging.
  typealias Fill = @Sendable (RunID) async throws(RunStop) -> Void

  /// The input's name in the ledger.
  let source: String
  /// The files with the rows, as the user named them; empty if the rows come from another source.
  var files: [String] = []
  /// Recognizes files of earlier exports.
  var exports = KnownExports(in: nil)
  let reading: StoredOptions.Reading?
  let allowed: Set<DiagnosticCode>
  let selection: RowSelection
  let fill: Fill
  /// The groups that invalid rows name.
  let invalidRowReferences: InvalidRowReferences
  let options: PushOptions
  package let setting: RunSetting

  /// Creates an importer of files.
  package init(input: ImportInput, options: PushOptions, setting: RunSetting) {
    let invalidRowReferences = InvalidRowReferences()
    self.init(
      source: input.source, reading: input.reading, allowed: input.options.allowed,
      selection: input.selection, invalidRowReferences: invalidRowReferences, options: options,
      setting: setting
    ) { run async throws(RunStop) in
      try await Staging(
        book: setting.book(of: run), input: input, control: setting.control,
        report: setting.report, invalidRowReferences: invalidRowReferences
      ).read()
    }
    files = input.files
    exports = input.exports
  }

  /// Creates an importer of rows from any source.
  init(
    source: String, reading: StoredOptions.Reading? = nil, allowed: Set<DiagnosticCode> = [],
    selection: RowSelection = RowSelection(),
    invalidRowReferences: InvalidRowReferences = InvalidRowReferences(),
    options: PushOptions, setting: RunSetting, fill: @escaping Fill
  ) {
    self.source = source
    self.reading = reading
    self.allowed = allowed
    self.selection = selection
    self.fill = fill
    self.invalidRowReferences = invalidRowReferences
    self.options = options
    self.setting = setting
  }

  /// The record of the run before it begins.
  package var opening: RunOpening {
    RunOpening(
      kind: .import, source: source, target: setting.target,
      options: StoredOptions(options, reading: reading).json, toolVersion: setting.toolVersion,
      isDry: options.isDry)
  }

  /// Reads and checks the input, and sends it.
  ///
  /// - Parameters:
  ///   - run: A run that was recorded with `opening`.
  ///   - client: The target.
  /// - Returns: The books, and why the run stopped early, if it did; the books are `nil` if it stopped before the
  ///   whole input was staged.
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
    let book = setting.book(of: run)
    let count = try await GroupResolution(book: book, report: setting.report)
      .resolve(groups, reportingUnknown: invalidRowReferences)
    try await CrossCheck(book: book, allowed: allowed, exports: exports, report: setting.report)
      .check()
    try await selection.apply(to: run, of: groups, in: setting)
    return count
  }
}
