import BulkFiles
import PortGroupFiles
import PortGroupModel
import RowLedger

/// Reads files row by row into the ledger, and reports all errors of all files.
struct Staging {
  let book: RunBook
  let input: ImportInput
  let control: RunControl
  let report: @Sendable (RunEvent) -> Void
  /// Collects the groups that invalid rows name.
  var invalidRowReferences = InvalidRowReferences()
  /// Called with the content of each file that was read to its end; an error ends the run.
  var checkContent: (@Sendable (ContentDigest) async throws(RunStop) -> Void)?

  /// The number of rows that one transaction records.
  private static let chunk = 1_000
  /// The number of transactions that may be pending while the next rows are read.
  private static let ahead = 2

  /// Reads all files, even if one of them cannot be read to its end.
  ///
  /// - Throws: `RunStop.input` if a file could not be read to its end: the rest is not known, so
  ///   not even its valid rows may be sent.
  func read() async throws(RunStop) {
    var isBroken = false
    var count = 0
    for path in input.files {
      guard let failure = try await read(path, &count) else { continue }
      // Reading also fails if the run was asked to stop.
      try control.check()
      for diagnostic in failure.diagnostics { report(.diagnostic(diagnostic)) }
      isBroken = true
    }
    if isBroken { throw .input }
  }

  /// Stages the rows of one file.
  ///
  /// - Returns: Why the file could not be read to its end; `nil` if it was.
  private func read(_ path: String, _ count: inout Int) async throws(RunStop) -> InputFailure? {
    var options = input.options
    options.allowed.formUnion(try await input.exports.allowed(in: path))
    let reader: RowReader
    do throws(InputFailure) {
      reader = try RowReader(path: path, options: options) { [control] in control.stop != nil }
    } catch {
      try await book.add(RunInput(name: path))
      return error
    }
    let file = try await book.addFile(path, dialect: reader.fileDialect.json)
    let failure = try await stage(reader, as: file, &count)
    let digest = failure == nil ? reader.takeDigest() : nil
    try await book.add(RunInput(name: path, size: digest?.size, sha256: digest?.sha256))
    if let failure { return failure }
    if let digest { try await checkContent?(digest.content) }
    let notes = reader.notes
    for note in notes { report(.diagnostic(note)) }
    try await book.add(notes)
    return nil
  }

  /// Stages all records of a file; the next rows are read while earlier ones are recorded.
  private func stage(
    _ reader: RowReader, as file: Int, _ count: inout Int
  ) async throws(RunStop) -> InputFailure? {
    var pending: [(write: RunBook.Write<Int>, rows: StagedRows)] = []
    // Recorded rows are kept for another round, so that this thread frees the memory that it has allocated.
    // If the writer's thread freed it, both threads would often wait for the allocator's lock.
    var kept: StagedRows?
    var row = ReadRow()
    var failure: InputFailure?
    while control.stop == nil {
      let rows: StagedRows
      do throws(InputFailure) {
        rows = try chunk(of: reader, as: file, &row)
      } catch {
        failure = error
        break
      }
      if rows.isEmpty { break }
      pending.append((book.begin(staging: rows), rows))
      guard pending.count > Self.ahead else { continue }
      let first = pending.removeFirst()
      try await finish(first.write, &count)
      withExtendedLifetime(kept) {}
      kept = first.rows
    }
    // Also if the file could not be read to its end: an error of the ledger has priority.
    for (write, _) in pending { try await finish(write, &count) }
    try control.check()
    return failure
  }

  private func finish(_ write: RunBook.Write<Int>, _ count: inout Int) async throws(RunStop) {
    count += try await write.value()
    report(.progress(RunProgress(done: count)))
  }

  /// The next rows of the file, in the ledger's form; `nil` at its end.
  private func chunk(
    of reader: RowReader, as file: Int, _ row: inout ReadRow
  ) throws(InputFailure) -> StagedRows {
    var chunk: [StagedRow] = []
    chunk.reserveCapacity(Self.chunk)
    while chunk.count < Self.chunk, try reader.next(&row) {
      for diagnostic in row.diagnostics { report(.diagnostic(diagnostic)) }
      if let group = row.strayGroup, let first = row.diagnostics.first {
        invalidRowReferences.add(
          group, at: Place(file: first.place.file, line: row.line, record: row.record))
      }
      chunk.append(
        StagedRow(
          file: file, record: row.record, line: row.line, row: row.row,
          diagnostics: row.diagnostics, raw: reader.raw))
    }
    return StagedRows(chunk)
  }
}
