package import BulkFiles
package import PortGroupModel

/// One record of a file, valid or not.
package struct ReadRow: Sendable {
  /// The number of the record, from 1; a heading line is not counted.
  package var record: Int
  /// The line where it begins.
  package var line: Int
  /// All errors and warnings about it, each with its place.
  package var diagnostics: [Diagnostic]
  /// Whether there is a row; if not, `diagnostics` has the errors.
  package internal(set) var isValid: Bool
  /// How an invalid row names its group, if that can be read.
  package internal(set) var strayGroup: GroupReference?
  /// The row if it is valid, otherwise undefined; reused for all rows, with its memory.
  var filled: Row

  /// Creates an empty record, which a reader fills.
  package init() { self.init(record: 0, line: 0, row: nil, diagnostics: []) }

  init(record: Int, line: Int, row: Row?, diagnostics: [Diagnostic]) {
    self.record = record
    self.line = line
    self.diagnostics = diagnostics
    isValid = row != nil
    filled = row ?? Row(operation: .upsert, group: GroupReference(), fields: [:])
  }

  /// The row; `nil` if it has errors, which are in `diagnostics`.
  package var row: Row? { isValid ? filled : nil }
}

/// A file that cannot be read, or cannot be read further; at least one diagnostic is an error.
package struct InputFailure: Error, Sendable, Equatable {
  package var diagnostics: [Diagnostic]

  package init(diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
}

/// Reads the rows of one file and checks them, one at a time.
///
/// An empty CSV cell leaves a field unchanged; `%null%`, `<X/>`, `""` and `null` empty it.
package final class RowReader {
  private let reader: RecordReader
  private let source: ByteSource
  private let options: InputOptions
  /// Without exclusivity checks, for the reason described in `RecordReader`.
  @exclusivity(unchecked) private var understanding: RowUnderstanding
  /// Warnings about the file as a whole; complete at the end of the file.
  package private(set) var notes: [Diagnostic] = []

  /// Opens a file, or standard input for `-`, and reads everything before the first row.
  ///
  /// - Parameters:
  ///   - path: the file's path.
  ///   - options: how to read the file.
  ///   - isStopped: called at every read, and repeatedly while a read waits for a pipe or a terminal; if it returns
  ///     true, the read fails.
  /// - Throws: `InputFailure` with all that is wrong with the file or its headings.
  package convenience init(
    path: String, options: InputOptions, isStopped: @escaping @Sendable () -> Bool = { false }
  ) throws(InputFailure) {
    let source: ByteSource
    do throws(InputFault) {
      source = try ByteSource(path: path, isStopped: isStopped)
    } catch {
      throw InputFailure(diagnostics: [FileComplaint.fault(error, file: path)])
    }
    source.beginDigest()
    try self.init(source, options: options)
  }

  /// Reads everything before the first row.
  ///
  /// - Throws: `InputFailure` with all that is wrong with the file or its headings.
  package init(_ source: ByteSource, options: InputOptions) throws(InputFailure) {
    self.options = options
    self.source = source
    do throws(InputFault) {
      reader = try RecordReader(
        source, format: options.format, delimiter: options.delimiter, encoding: options.encoding,
        comment: options.comment, schema: options.checksSchema ? ServerSchema.compiled() : nil,
        shape: serverShape, limits: options.limits)
    } catch {
      throw InputFailure(diagnostics: [FileComplaint.fault(error, file: source.name)])
    }
    unsafe understanding = RowUnderstanding(file: source.name, reader.format, options)
    unsafe understanding.map.learn(reader.names)
    guard reader.format.isTable else { return }
    let faults = unsafe understanding.map.checkHeadings(
      reader.names, places: reader.namePlaces, file: file, constants: options.constants)
    guard !faults.isEmpty else { return }
    throw InputFailure(diagnostics: HeadingSearch.improved(faults, reader))
  }

  /// The file as the user named it; `-` for standard input.
  package var file: String { reader.file }

  /// The size and the digest of a file, to be taken at its end; `nil` if it was not read to its end.
  package func takeDigest() -> FileDigest? { source.takeDigest() }

  package var format: BulkFormat { reader.format }

  /// How the file is written.
  package var dialect: TextDialect { reader.dialect }

  /// The headings, elements or keys found so far, and what each means.
  package var headings: [(name: String, column: Column?)] {
    unsafe zip(reader.names, understanding.map.columns).map { ($0, $1) }
  }

  /// Blank lines of a CSV file so far; they are skipped.
  package var blankLines: Int { reader.blankLines }

  /// The next row; `nil` at the end.
  ///
  /// `next(_:)` is faster for many rows.
  package func next() throws(InputFailure) -> ReadRow? {
    var read = ReadRow()
    return try next(&read) ? read : nil
  }

  /// Fills `read` with the next row; false at the end.
  ///
  /// - Throws: `InputFailure` if the rest cannot be read, or if the number of rows is not the declared one.
  package func next(_ read: inout ReadRow) throws(InputFailure) -> Bool {
    let step: RowUnderstanding.Step
    do throws(InputFault) {
      step = try unsafe understanding.next(reader, &read)
    } catch {
      throw InputFailure(diagnostics: [FileComplaint.fault(error, file: file)])
    }
    switch step {
    case .row:
      if options.checksSchema { refuse(&read) }
      return true
    case .end:
      try checkEnd()
      return false
    case .behindEnd: return false
    }
  }

  /// Adds the faults that the schema finds in a row, if it is used.
  private func refuse(_ read: inout ReadRow) {
    let faults = reader.takeViolations()
    if faults.isEmpty { return }
    read.isValid = false
    read.diagnostics += faults.map { FileComplaint.fault($0, file: file) }
  }

  /// The record of the last row as text in the file's own format, for the ledger and for rejects.
  package var raw: String { unsafe reader.rawText(of: understanding.record) }

  private func checkEnd() throws(InputFailure) {
    let faults = options.checksSchema ? reader.takeViolations() : []
    if !faults.isEmpty {
      throw InputFailure(diagnostics: faults.map { FileComplaint.fault($0, file: file) })
    }
    let count = unsafe understanding.count
    let empty = unsafe (count: understanding.emptyRows, first: understanding.firstEmptyRow)
    if empty.count > 0 {
      notes.append(FileComplaint.emptyRows(empty.count, first: empty.first, file))
    }
    if count == 0 { notes.append(FileComplaint.noRows(file)) }
    guard let total = reader.declaredTotal, Int(total.text) != count else { return }
    let isAllowed = options.allowed.contains(.totalMismatch)
    let complaint = FileComplaint.total(
      total.text, counted: count,
      at: Place(
        file: file, line: total.line, column: total.column, field: "total", value: total.text),
      isAllowed: isAllowed)
    guard isAllowed else { throw InputFailure(diagnostics: [complaint]) }
    notes.append(complaint)
  }
}
