import BulkFiles
import PortGroupFiles
import PortGroupModel
import RowLedger

/// Reads files row by row into the ledger; all that is wrong with any row of any file is told at once.
struct Staging {
  let run: RunID
  let ledger: Ledger
  let input: ImportInput
  let control: RunControl
  let report: @Sendable (RunEvent) -> Void

  /// How many rows one transaction books.
  private static let chunk = 500

  /// Reads all files, also when one of them turns out to be unreadable.
  ///
  /// - Throws: `RunStop.input` if a file could not be read to its end: what stands behind is not known,
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
    let reader: RowReader
    do throws(InputFailure) {
      reader = try RowReader(path: path, options: input.options) { [control] in
        control.stop != nil
      }
    } catch {
      throw failure(error)
    }
    let file = try await booked { () async throws(LedgerError) in
      try await ledger.addFile(path, dialect: reader.fileDialect.json, to: run)
    }
    var chunk: [StagedRow] = []
    var row = ReadRow()
    while try next(reader, &row) {
      for diagnostic in row.diagnostics { report(.diagnostic(diagnostic)) }
      chunk.append(
        StagedRow(
          file: file, record: row.record, line: row.line, row: row.row,
          diagnostics: row.diagnostics, raw: reader.raw))
      guard chunk.count == Self.chunk else { continue }
      try await stage(&chunk, &count)
    }
    try await stage(&chunk, &count)
    let notes = reader.notes
    for note in notes { report(.diagnostic(note)) }
    try await booked { () async throws(LedgerError) in try await ledger.add(notes, to: run) }
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

  private func stage(_ chunk: inout [StagedRow], _ count: inout Int) async throws(Failure) {
    if let stop = control.stop { throw .stop(stop) }
    guard !chunk.isEmpty else { return }
    let rows = chunk
    try await booked { () async throws(LedgerError) in try await ledger.stage(rows, in: run) }
    count += rows.count
    chunk.removeAll(keepingCapacity: true)
    report(.progress(RunProgress(done: count)))
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
