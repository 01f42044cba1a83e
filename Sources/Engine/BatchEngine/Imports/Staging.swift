import BulkFiles
import PortGroupFiles
import PortGroupModel
import RowLedger

/// Reads files row by row into the ledger; all that is wrong with any row of any file is reported at once.
struct Staging {
  let run: RunID
  let ledger: Ledger
  let input: ImportInput
  let control: RunControl
  let report: @Sendable (RunEvent) -> Void
  /// Takes the groups of invalid rows.
  var strays = StrayReferences()

  /// How many rows one transaction books.
  private static let chunk = 1_000
  /// How many transactions may wait to be recorded while the next rows are read.
  private static let ahead = 2

  /// Reads all files, also when one of them turns out to be unreadable.
  ///
  /// - Throws: `RunStop.input` if a file could not be read to its end: what follows is not known,
  ///   so that not even its good rows may be sent.
  func read() async throws(RunStop) {
    var isBroken = false
    var count = 0
    for path in input.files {
      do throws(Failure) {
        try await read(path, &count)
      } catch {
        switch error {
        case .stop(let stop): throw stop
        case .input(let failure):
          for diagnostic in failure.diagnostics { report(.diagnostic(diagnostic)) }
          isBroken = true
        }
      }
    }
    if isBroken { throw .input }
  }

  private enum Failure: Error {
    case input(InputFailure)
    case stop(RunStop)
  }

  private func read(_ path: String, _ count: inout Int) async throws(Failure) {
    var options = input.options
    do throws(RunStop) {
      options.allowed.formUnion(try input.exports.allowed(in: path))
    } catch {
      throw .stop(error)
    }
    let reader: RowReader
    do throws(InputFailure) {
      reader = try RowReader(path: path, options: options) { [control] in control.stop != nil }
    } catch {
      throw failure(error)
    }
    let file = try await booked { () async throws(LedgerError) in
      try await ledger.addFile(path, dialect: reader.fileDialect.json, to: run)
    }
    try await stage(reader, as: file, &count)
    let notes = reader.notes
    for note in notes { report(.diagnostic(note)) }
    try await booked { () async throws(LedgerError) in try await ledger.add(notes, to: run) }
  }

  /// Stages all records of a file: while some rows are recorded, the next are read.
  private func stage(
    _ reader: RowReader, as file: Int, _ count: inout Int
  ) async throws(Failure) {
    var pending: [(write: LedgerWrite<Int>, rows: StagedRows)] = []
    // Rows that are recorded are kept for another round, so that their memory is freed where it was taken: a
    // writer that frees it and a reader that takes some wait for each other's lock all the time.
    var kept: StagedRows?
    var row = ReadRow()
    var failure: Failure?
    do throws(Failure) {
      while case let rows = try chunk(of: reader, as: file, &row), !rows.isEmpty {
        if let stop = control.stop { throw .stop(stop) }
        pending.append((ledger.begin(staging: rows, in: run), rows))
        guard pending.count > Self.ahead else { continue }
        let first = pending.removeFirst()
        try await finish(first.write, &count)
        withExtendedLifetime(kept) {}
        kept = first.rows
      }
    } catch {
      failure = error
    }
    // Also where the file turned out unreadable: what the ledger has to say comes first.
    for (write, _) in pending { try await finish(write, &count) }
    if let failure { throw failure }
  }

  private func finish(_ write: LedgerWrite<Int>, _ count: inout Int) async throws(Failure) {
    count += try await booked { () async throws(LedgerError) in try await write.value() }
    report(.progress(RunProgress(done: count)))
  }

  /// The next rows of the file, ready for the ledger; none at its end.
  private func chunk(
    of reader: RowReader, as file: Int, _ row: inout ReadRow
  ) throws(Failure) -> StagedRows {
    var chunk: [StagedRow] = []
    chunk.reserveCapacity(Self.chunk)
    while chunk.count < Self.chunk, try next(reader, &row) {
      for diagnostic in row.diagnostics { report(.diagnostic(diagnostic)) }
      if let group = row.strayGroup, let first = row.diagnostics.first {
        strays.add(
          group, at: Place(file: first.place.file, line: row.line, record: row.record))
      }
      chunk.append(
        StagedRow(
          file: file, record: row.record, line: row.line, row: row.row,
          diagnostics: row.diagnostics, raw: reader.raw))
    }
    return StagedRows(chunk)
  }

  private func next(_ reader: RowReader, _ row: inout ReadRow) throws(Failure) -> Bool {
    do throws(InputFailure) {
      return try reader.next(&row)
    } catch {
      throw failure(error)
    }
  }

  /// Reading fails also because the run was asked to stop.
  private func failure(_ failure: InputFailure) -> Failure {
    control.stop.map { .stop($0) } ?? .input(failure)
  }

  private func booked<Value>(
    _ work: () async throws(LedgerError) -> Value
  ) async throws(Failure) -> Value {
    do throws(LedgerError) {
      return try await work()
    } catch {
      throw .stop(RunStop(error))
    }
  }
}
