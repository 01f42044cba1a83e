import PortGroupFiles
package import PortGroupModel
import RowLedger

/// The servers of a file; its rows are in a temporary ledger, so that memory is limited for files of any length.
///
/// A field that the file does not give is not known: it is absent. A group without a row does not show.
package struct FileConfiguration: Configuration {
  package let name: String
  package let showsEmptyGroups = false
  private let ledger: Ledger
  private let found: [ConfigurationGroup: LedgerGroup]

  /// Reads the files to their end, and reports all their errors.
  ///
  /// - Parameters:
  ///   - input: The files, and how they are read.
  ///   - control: Stops reading.
  ///   - report: Receives every diagnostic.
  /// - Throws: `RunStop.input` for a file with errors, which have been reported; `RunStop.unsuitable` for a file of
  ///   instructions.
  package init(
    _ input: ImportInput, control: RunControl, report: @escaping @Sendable (RunEvent) -> Void
  ) async throws(RunStop) {
    name = input.source
    let book = try await RunBook.throwaway(for: input)
    ledger = book.ledger
    try await Staging(book: book, input: input, control: control, report: report).read()
    let groups = FileGroups(book: book, report: report)
    found = try await groups.resolve()
    try await CrossCheck(
      book: book, allowed: input.options.allowed, exports: input.exports,
      report: Self.errors(report)
    ).check()
    _ = try await book.finishStaging()
    guard try await book.books().invalid == 0 else { throw .input }
    try await Self.refuseInstructions(in: book)
  }

  package func groups() -> [ConfigurationGroup] { Array(found.keys) }

  package func servers(of group: ConfigurationGroup) async throws(RunStop) -> [FieldValues] {
    guard let group = found[group] else { return [] }
    do throws(LedgerError) {
      return try await ledger.rows(of: group.id).map { row in
        row.row.fields.filtered { $0 == .objectID || Field.compared.contains($0) }
      }
    } catch {
      throw .ledger(error)
    }
  }

  /// Reports only errors: advice about servers, such as a shared precedence, has no place in a comparison.
  private static func errors(
    _ report: @escaping @Sendable (RunEvent) -> Void
  ) -> @Sendable (RunEvent) -> Void {
    { event in
      if case .diagnostic(let diagnostic) = event, diagnostic.severity != .error { return }
      report(event)
    }
  }

  /// Refuses rows that say what to do with a server, and not how it is.
  private static func refuseInstructions(in book: RunBook) async throws(RunStop) {
    guard let report = try await book.firstRowWithOperation(), let row = report.row else { return }
    let place = "\(report.place.file):\(report.place.line)"
    if row.operation != .upsert {
      throw .unsuitable(
        "\(place) has the operation \(row.operation.rawValue): such a row changes a server, and does "
          + "not say how the group is; name a file of servers, such as an export")
    }
    guard let field = row.match.present.first else { return }
    throw .unsuitable(
      "\(place) has a \(Column.match(field).name): such a row changes a server, and does not say how "
        + "the group is; name a file of servers, such as an export")
  }
}
