import BulkFiles
import PortGroupModel

/// Makes a row of each record of a file; a struct, so that Swift checks no exclusive access at run time (speed).
struct RowUnderstanding {
  private let file: String
  private let isTable: Bool
  private let rule: NullRule
  private var constants: ConstantCells
  var map: ColumnMap
  private var builder: RowBuilder
  private(set) var record = BulkRecord()
  /// The number of records, including invalid ones.
  private(set) var count = 0
  private var hasEnded = false
  /// Rows without any value, which are skipped, and the line of the first.
  private(set) var emptyRows = 0
  private(set) var firstEmptyRow = 0

  init(file: String, _ format: BulkFormat, _ options: InputOptions) {
    self.file = file
    isTable = format.isTable
    rule = format.nullRule
    map = ColumnMap(options)
    constants = ConstantCells(options)
    builder = RowBuilder(mode: options.mode, allowed: options.allowed)
  }

  enum Step {
    case row
    case end
    /// The end was already returned.
    case behindEnd
  }

  /// Reads the next record that has a value.
  mutating func next(_ reader: RecordReader, _ read: inout ReadRow) throws(InputFault) -> Step {
    if hasEnded { return .behindEnd }
    // An error also ends the file.
    hasEnded = true
    while try take(reader, &read) {
      if read.record > 0 {
        count += 1
        hasEnded = false
        return .row
      }
      if emptyRows == 0 { firstEmptyRow = record.line }
      emptyRows += 1
    }
    return .end
  }

  /// Reads the next record; false at the end.
  ///
  /// A record without any value gets the number 0 and is skipped.
  private mutating func take(_ reader: RecordReader, _ read: inout ReadRow) throws(InputFault)
    -> Bool
  {
    switch try reader.next(&record) {
    case .end: return false
    case .invalid(let fault):
      let isEmpty = fault.kind == .raggedRow && isEmptyLine(reader.dialect)
      read = ReadRow(
        record: isEmpty ? 0 : fault.record, line: fault.line, row: nil,
        diagnostics: isEmpty ? [] : [conflict(fault) ?? FileComplaint.fault(fault, file: file)])
    case .record:
      if record.nameCount > map.checks.count { map.learn(reader.names) }
      read.record = record.number
      read.line = record.line
      if !read.diagnostics.isEmpty { (read.diagnostics, read.strayGroup) = ([], nil) }
      read.isValid = builder.fill(&read.filled, from: record, &constants, map, rule)
      if isLikeComment { read.isValid = false }
      if !read.isValid || !constants.cells.isEmpty, holdsNothing {
        read.record = 0
      } else if !read.isValid {
        report(reader.names, &read)
      }
    }
    return true
  }

  /// True if all cells of the record are empty or blank.
  private var holdsNothing: Bool {
    isTable
      && (0..<record.count).allSatisfy {
        record.bytes(at: $0).allSatisfy { $0 == 0x20 || $0 == 0x09 }
      }
  }

  /// True for a row that begins like a comment, although comments are not expected.
  private var isLikeComment: Bool {
    guard isTable, record.byteCount > 0 else { return false }
    return record.bytes[0] == UInt8(ascii: "#")
  }

  /// The fault of a line that git writes between two versions of a file; `nil` for other lines.
  private func conflict(_ fault: InputFault) -> Diagnostic? {
    let marks = ["<<<<<<< ", "=======", ">>>>>>> "]
    guard isTable, marks.contains(where: { record.rawBytes.starts(with: Array($0.utf8)) })
    else { return nil }
    return FileComplaint.conflict(
      at: Place(file: file, line: fault.line, column: fault.column, record: fault.record))
  }

  /// True if a line with another number of cells has only delimiters and blanks, or is Ctrl-Z (the end of a file in DOS).
  private func isEmptyLine(_ dialect: TextDialect) -> Bool {
    let delimiter = dialect.delimiter?.rawValue
    return record.rawBytes.elementsEqual([0x1A])
      || record.rawBytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == delimiter }
  }
}

// MARK: - Faults in words

extension RowUnderstanding {
  /// Adds the diagnostics of a record with errors or warnings.
  private func report(_ names: [String], _ read: inout ReadRow) {
    if repeatsHeadings(names) {
      read.diagnostics = [FileComplaint.repeatedHeadings(at: recordPlace)]
      return
    }
    let cells = FaultPlaces(record, names, map, file: file, rule)
    read.diagnostics = cells.nameFaults
    read.isValid = read.diagnostics.isEmpty && !builder.hasError
    if read.isValid, isLikeComment {
      read.diagnostics.append(
        FileComplaint.commented(
          at: Place(file: file, line: record.line, column: 1, record: record.number)))
    }
    for fault in builder.faults {
      read.diagnostics.append(
        fault.diagnostic(at: fault.column.map { cells.place(of: $0, constants) } ?? recordPlace))
    }
    if !read.isValid { read.strayGroup = builder.groupReference(of: read.filled) }
  }

  private var recordPlace: Place {
    Place(file: file, line: record.line, column: record.column, record: record.number)
  }

  /// True if each cell has the text of its own heading.
  private func repeatsHeadings(_ names: [String]) -> Bool {
    isTable && record.count == names.count
      && (0..<record.count).allSatisfy { record.text(at: $0) == names[$0] }
  }
}

// MARK: - Rows

extension RowBuilder {
  /// Fills the row; false if the row or the name of a cell has a fault.
  fileprivate mutating func fill(
    _ row: inout Row, from record: BulkRecord, _ constants: inout ConstantCells, _ map: ColumnMap,
    _ rule: NullRule
  ) -> Bool {
    begin(&row)
    guard !constants.cells.isEmpty else {
      let bytes = record.bytes.span
      let areNamesValid = put(record, bytes, map, rule, &row)
      return finish(&row, of: bytes) && areNamesValid
    }
    constants.join(to: record)
    let bytes = constants.joined.span
    let areNamesValid = put(record, bytes, map, rule, &row)
    for constant in constants.cells where !has(constant.check.columns) {
      let start = record.byteCount + constant.range.lowerBound
      let text = bytes.extracting(start..<start + constant.range.count)
      if constant.empties {
        putEmpty(constant.check, to: &row)
      } else {
        put(text, from: start, constant.check, to: &row)
      }
    }
    return finish(&row, of: bytes) && areNamesValid
  }

  /// Adds the cells of a record; false if a cell has an unknown name, or the column of another cell.
  ///
  /// `bytes` begins with the bytes of the record.
  private mutating func put(
    _ record: BulkRecord, _ bytes: Span<UInt8>, _ map: ColumnMap, _ rule: NullRule,
    _ row: inout Row
  ) -> Bool {
    let fields = record.fields.span
    let checks = map.checks.span
    var seen = ColumnSet()
    var areNamesValid = true
    for index in fields.indices {
      let field = fields[index]
      guard let check = checks[Int(field.name)], !seen.overlaps(check.columns) else {
        areNamesValid = false
        continue
      }
      seen.insert(check.columns)
      // Safe without a check: the reader guarantees that a field's range is within the record's bytes.
      let cell = unsafe bytes.extracting(
        unchecked: Range(uncheckedBounds: (Int(field.lower), Int(field.upper))))
      switch rule.meaning(of: cell) {
      case .absent: continue
      case .emptyWord where check.column != .portGroup, .emptied: putEmpty(check, to: &row)
      case .emptyWord, .text: put(cell, from: Int(field.lower), check, to: &row)
      }
    }
    return areNamesValid
  }
}
