package import BulkFiles
package import PortGroupModel

/// Converts a file between CSV, XML, JSON and JSON Lines, without a server.
///
/// The text of every cell is unchanged, and only what the output format requires is checked. Columns get the API's
/// names and the order of `Column.all`. Ignored columns (`Junk`, `FailureReason`) are left out.
package struct FileConversion {
  /// The reason why nothing was written.
  package enum Failure: Error, Sendable, Equatable {
    /// The input has errors; the diagnostics are those that were not reported before.
    case input([Diagnostic])
    case output(OutputFailure)
  }

  private let options: InputOptions
  private let format: BulkFormat
  private let isLines: Bool
  private var map: ColumnMap
  private var errors: [Diagnostic] = []
  /// The written cells that a spreadsheet treats as formulas; CSV only.
  package private(set) var formulas = FormulaCells()
  /// The indices in `Column.all` of the file's columns.
  private var used: Set<Int> = []

  /// - Parameters:
  ///   - options: how the input is read; the constants and the mode are not used.
  ///   - format: the output format.
  ///   - lines: JSON only: whether to write one object on each line instead of the API's list.
  package init(options: InputOptions, format: BulkFormat, lines: Bool = false) {
    self.options = options
    self.format = format
    isLines = lines
    map = ColumnMap(options)
  }

  /// Converts a file, or standard input for `-`.
  ///
  /// - Returns: the number of records written.
  /// - Throws: as `run(from:to:)`, also if the file cannot be opened.
  package mutating func run(fromFile file: String, to path: String) throws(Failure) -> Int {
    let source: ByteSource
    do throws(InputFault) {
      source = try ByteSource(path: file)
    } catch {
      throw .input([FileComplaint.fault(error, file: file)])
    }
    return try run(from: source, to: path)
  }

  /// Converts one file.
  ///
  /// - Returns: the number of records written.
  /// - Throws: `Failure` with all errors of the input, up to 1,000; then the output does not appear.
  package mutating func run(
    from source: ByteSource, to path: String
  ) throws(Failure) -> Int {
    do {
      let spool = try RecordSpool()
      try read(source, into: spool)
      guard errors.isEmpty else { throw Failure.input(errors) }
      try write(spool, to: path)
      return spool.count
    } catch let failure as Failure {
      throw failure
    } catch let failure as OutputFailure {
      throw .output(failure)
    } catch let failure as InputFailure {
      throw .input(errors + failure.diagnostics)
    } catch let fault as InputFault {
      throw .input(errors + [FileComplaint.fault(fault, file: source.name)])
    } catch {
      throw .input(errors)
    }
  }

  private static let maxErrors = 1000

  private mutating func read(_ source: ByteSource, into spool: RecordSpool) throws {
    let reader = try RecordReader(source, options)
    map.learn(reader.names)
    if reader.format.isTable {
      errors += map.checkHeadings(
        reader.names, places: reader.namePlaces, file: reader.file, constants: [:],
        forRows: false)
      for column in map.columns { use(column) }
    }
    var record = BulkRecord()
    var count = 0
    while errors.count < Self.maxErrors {
      let step = try reader.next(&record)
      if step == .end { break }
      count += 1
      if case .invalid(let fault) = step {
        errors.append(FileComplaint.fault(fault, file: reader.file))
        continue
      }
      map.learn(reader.names)
      let cells = cells(of: record, reader)
      if errors.isEmpty { try spool.add(cells) }
    }
    guard let total = reader.declaredTotal, errors.isEmpty, Int(total.text) != count,
      !options.allowed.contains(.totalMismatch)
    else { return }
    errors.append(
      FileComplaint.total(
        total.text, counted: count,
        at: Place(
          file: reader.file, line: total.line, column: total.column, field: "total",
          value: total.text),
        isAllowed: false))
  }

  private mutating func use(_ column: Column?) {
    guard let column, column != .ignored, let index = Column.all.firstIndex(of: column) else {
      return
    }
    used.insert(index)
  }

  private mutating func cells(of record: BulkRecord, _ reader: RecordReader) -> [OutputCell] {
    var cells = [OutputCell](repeating: .absent, count: Column.all.count)
    var given: Set<Int> = []
    for field in 0..<record.count {
      let name = record.name(at: field)
      let text = record.text(at: field)
      guard let column = map.columns[name] else {
        if !reader.format.isTable {
          errors.append(
            FileComplaint.unknownElement(reader.names[name], at: place(field, record, reader)))
        }
        continue
      }
      guard column != .ignored, let index = Column.all.firstIndex(of: column) else { continue }
      guard given.insert(index).inserted else {
        if !reader.format.isTable {
          errors.append(
            FileComplaint.duplicateElement(column, at: place(field, record, reader)))
        }
        continue
      }
      cells[index] = cell(text, reader.format)
      guard case .text = cells[index] else { continue }
      if !format.canHold(text) || format.nullRule.holdsNothing(text) {
        errors.append(
          FileComplaint.notConvertible(column, text, format, at: place(field, record, reader)))
      }
    }
    for index in given where cells[index] != .absent { used.insert(index) }
    return cells
  }

  private func cell(_ text: String, _ from: BulkFormat) -> OutputCell {
    guard from.nullRule.holdsNothing(text) else { return .text(text) }
    return from.nullRule == .blankLeaves && text.lowercased() != emptyWord ? .absent : .empty
  }

  private func place(_ field: Int, _ record: BulkRecord, _ reader: RecordReader) -> Place {
    let place = record.place(at: field)
    return Place(
      file: reader.file, line: place.line, column: place.column, record: record.number,
      field: reader.names[record.name(at: field)], value: record.text(at: field))
  }

  private mutating func write(_ spool: RecordSpool, to path: String) throws(OutputFailure) {
    let columns = used.sorted()
    let named = columns.map { Column.all[$0] }
    let writer = try RecordWriter(
      to: OutputFile(path: path), format: format,
      layout: RecordLayout(
        columns: named.map(\.name), shape: serverShape, emptyWord: emptyWord),
      total: spool.count, lines: isLines)
    try spool.readBack { cells throws(OutputFailure) in
      let cells = columns.map { cells[$0] }
      if format.isTable { formulas.look(at: cells, columns: named) }
      try writer.write(cells)
    }
    try writer.finish()
  }
}
