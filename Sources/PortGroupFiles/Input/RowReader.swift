// Pulls checked rows out of one file: records, columns, null rules, constants.

package import BulkFiles
package import PortGroupModel

/// One record of a file, understood or not.
package struct ReadRow: Sendable, Equatable {
  /// The number of the record, from 1; a heading line is not counted.
  package var record: Int
  /// The line where it begins.
  package var line: Int
  /// The row, or nil where something is wrong; `diagnostics` say what.
  package var row: Row?
  /// All that is wrong or doubtful about it, each with its place.
  package var diagnostics: [Diagnostic]
  /// The record as text in the file's own format, for the ledger and for rejects.
  package var raw: String
}

/// A file that cannot be read, or not any further; at least one diagnostic is an error.
package struct InputFailure: Error, Sendable, Equatable {
  package var diagnostics: [Diagnostic]

  package init(diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
}

/// Reads the rows of one file, one at a time.
///
/// An empty CSV cell leaves a field alone; `%null%`, `<X/>`, `""` and `null` empty it.
package final class RowReader {
  private let reader: RecordReader
  private let options: InputOptions
  private let constants: [(column: Column, bit: UInt64, text: String)]
  private var map: ColumnMap
  private var record = BulkRecord()
  private var places: [(line: Int, column: Int)] = []
  private var count = 0
  private var hasEnded = false
  /// Warnings about the file as a whole; complete when the end was reached.
  package private(set) var notes: [Diagnostic] = []

  /// Opens a file, or standard input for `-`, and reads what comes before the first row.
  ///
  /// - Parameters:
  ///   - path: the file's path.
  ///   - options: how it is understood.
  ///   - isStopped: asked at every read, and while a pipe or a terminal keeps it waiting; true lets the
  ///     reading fail.
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
    try self.init(source, options: options)
  }

  /// Reads what comes before the first row.
  ///
  /// - Throws: `InputFailure` with all that is wrong with the file or its headings.
  package init(_ source: ByteSource, options: InputOptions) throws(InputFailure) {
    self.options = options
    constants = options.constants.map { ($0.key, ColumnMap.bit($0.key), $0.value) }.sorted {
      $0.column.name < $1.column.name
    }
    map = ColumnMap(options)
    do throws(InputFault) {
      reader = try RecordReader(
        source, format: options.format, delimiter: options.delimiter, encoding: options.encoding,
        comment: options.comment, schema: options.checksSchema ? ServerSchema.compiled() : nil,
        shape: serverShape, limits: options.limits)
    } catch {
      throw InputFailure(diagnostics: [FileComplaint.fault(error, file: source.name)])
    }
    map.learn(reader.names)
    guard reader.format == .csv else { return }
    let faults = map.checkHeadings(
      reader.names, places: reader.namePlaces, file: file, constants: options.constants)
    if !faults.isEmpty { throw InputFailure(diagnostics: faults) }
  }

  /// The file as the user named it; `-` for standard input.
  package var file: String { reader.file }

  package var format: BulkFormat { reader.format }

  /// How the file is written.
  package var dialect: TextDialect { reader.dialect }

  /// The headings, elements or keys met so far, and what each means.
  package var headings: [(name: String, column: Column?)] {
    zip(reader.names, map.columns).map { ($0, $1) }
  }

  /// Blank lines of a CSV file so far; they are skipped.
  package var blankLines: Int { reader.blankLines }

  /// The next row, or nil at the end.
  ///
  /// - Throws: `InputFailure` where nothing behind can be read any more, or where the file at its end
  ///   does not hold what it promised.
  package func next() throws(InputFailure) -> ReadRow? {
    if hasEnded { return nil }
    do throws(InputFault) {
      switch try reader.next(&record) {
      case .end:
        hasEnded = true
      case .invalid(let fault):
        count += 1
        return checked(
          ReadRow(
            record: fault.record, line: fault.line, row: nil,
            diagnostics: [FileComplaint.fault(fault, file: file)], raw: reader.rawText(of: record)))
      case .record:
        count += 1
        return checked(understood())
      }
    } catch {
      hasEnded = true
      throw InputFailure(diagnostics: [FileComplaint.fault(error, file: file)])
    }
    try checkEnd()
    return nil
  }

  /// The row with what the schema says against it, if one is asked.
  private func checked(_ row: ReadRow) -> ReadRow {
    guard options.checksSchema, case let faults = reader.takeViolations(), !faults.isEmpty else {
      return row
    }
    var row = row
    row.row = nil
    row.diagnostics += faults.map { FileComplaint.fault($0, file: file) }
    return row
  }

  private func checkEnd() throws(InputFailure) {
    let faults = options.checksSchema ? reader.takeViolations() : []
    if !faults.isEmpty {
      throw InputFailure(diagnostics: faults.map { FileComplaint.fault($0, file: file) })
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

  private func understood() -> ReadRow {
    let names = reader.names
    map.learn(names)
    record.fillPlaces(&places)
    var draft = RowDraft(
      at: Place(
        file: file, line: record.line, column: record.column, record: record.number),
      fallback: options.mode, allowed: options.allowed)
    var faults: [Diagnostic] = []
    var seen: UInt64 = 0
    var given: UInt64 = 0
    for index in 0..<record.count {
      let name = record.name(at: index)
      let column = map.columns[name]
      if column == .ignored { continue }
      let cell = cell(at: index, of: column)
      let text = if case .text(let text) = cell { text } else { "" }
      let place = Place(
        file: file, line: places[index].line, column: places[index].column, record: record.number,
        field: names[name], value: text)
      guard let column else {
        faults.append(FileComplaint.unknownElement(names[name], at: place))
        continue
      }
      let bit = map.bits[name]
      if seen & bit != 0 {
        faults.append(FileComplaint.duplicateElement(column, at: place))
        continue
      }
      seen |= bit
      guard let cell else { continue }
      given |= bit
      draft.set(column, cell, at: place)
    }
    fillConstants(except: given, &draft)
    let row = draft.finish()
    let diagnostics = faults + draft.diagnostics
    return ReadRow(
      record: record.number, line: record.line, row: faults.isEmpty ? row : nil,
      diagnostics: diagnostics, raw: reader.rawText(of: record))
  }

  private func fillConstants(except given: UInt64, _ draft: inout RowDraft) {
    for (column, bit, text) in constants where given & bit == 0 {
      let place = Place(
        file: file, line: record.line, column: record.column, record: record.number,
        field: column.name, value: text)
      draft.set(column, isEmptyWord(text, in: column) ? .emptied : .text(text), at: place)
    }
  }

  /// The cell by its format's null rule; nil where it leaves the field alone.
  private func cell(at index: Int, of column: Column?) -> RowDraft.Cell? {
    switch reader.format {
    case .csv:
      let bytes = record.bytes(at: index)
      if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return nil }
      let text = record.text(at: index)
      return isEmptyWord(text, in: column) ? .emptied : .text(text)
    case .xml:
      // An element that was broken over two lines by a pretty printer holds nothing either.
      let isBlank = record.bytes(at: index).allSatisfy { $0 <= 0x20 }
      return isBlank ? .emptied : .text(record.text(at: index))
    case .json:
      return record.isEmpty(at: index) ? .emptied : .text(record.text(at: index))
    }
  }

  /// True for the word that empties a field; a port group may be named like it, and is never emptied.
  private func isEmptyWord(_ text: String, in column: Column?) -> Bool {
    column != .portGroup && text.utf8.count == emptyWord.utf8.count
      && text.lowercased() == emptyWord
  }
}
