// Makes a row of a record: columns, null rules, constants; quickly where nothing is odd, with care where something is.

import BulkFiles
import PortGroupModel

/// Reads and understands the records of one file; a struct, so that its state costs no access checks.
struct RowUnderstanding {
  private let file: String
  private let format: BulkFormat
  private let options: InputOptions
  private var constants: ConstantCells
  var map: ColumnMap
  private var cells = PlainCells()
  private(set) var record = BulkRecord()
  private var places: [(line: Int, column: Int)] = []
  /// How many records there were, also those that are wrong as a whole.
  private(set) var count = 0
  private var hasEnded = false
  /// Rows without any value, which are passed over, and the line of the first.
  private(set) var emptyRows = 0
  private(set) var firstEmptyRow = 0

  init(file: String, _ format: BulkFormat, _ options: InputOptions) {
    self.file = file
    self.format = format
    self.options = options
    map = ColumnMap(options)
    constants = ConstantCells(options)
  }

  enum Step {
    case row
    case end
    /// The end was told already.
    case behindEnd
  }

  /// Takes the next record.
  mutating func next(_ reader: RecordReader, _ read: inout ReadRow) throws(InputFault) -> Step {
    if hasEnded { return .behindEnd }
    // What is thrown is the end, too.
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

  /// Takes the next record; false at the end.
  ///
  /// One without any value gives number 0 and is to be passed over.
  private mutating func take(_ reader: RecordReader, _ read: inout ReadRow) throws(InputFault)
    -> Bool
  {
    switch try reader.next(&record) {
    case .end: return false
    case .invalid(let fault):
      let isEmpty = fault.kind == .raggedRow && isDebris(reader.dialect)
      read = ReadRow(
        record: isEmpty ? 0 : fault.record, line: fault.line, row: nil,
        diagnostics: isEmpty ? [] : [conflict(fault) ?? FileComplaint.fault(fault, file: file)])
    case .record:
      if record.nameCount > map.uses.count { map.learn(reader.names) }
      read.record = record.number
      read.line = record.line
      if !read.diagnostics.isEmpty { (read.diagnostics, read.strayGroup) = ([], nil) }
      read.isValid =
        !isLikeComment
        && cells.fill(&read.plain, from: record, &constants, map, format, options.mode)
      if !read.isValid || !constants.cells.isEmpty, holdsNothing {
        read.record = 0
      } else if !read.isValid {
        draft(reader.names, &read)
      }
    }
    return true
  }

  /// True if all cells of the record are empty, or blank.
  private var holdsNothing: Bool {
    format == .csv
      && (0..<record.count).allSatisfy {
        record.bytes(at: $0).allSatisfy { $0 == 0x20 || $0 == 0x09 }
      }
  }

  /// True for a row that begins as a comment would, where comments were not asked for.
  private var isLikeComment: Bool {
    format == .csv && record.rawBytes.first == UInt8(ascii: "#")
  }

  /// What a line is that git leaves between two versions of a file; `nil` for other lines.
  private func conflict(_ fault: InputFault) -> Diagnostic? {
    let marks = ["<<<<<<< ", "=======", ">>>>>>> "]
    guard format == .csv, marks.contains(where: { record.rawBytes.starts(with: Array($0.utf8)) })
    else { return nil }
    return FileComplaint.conflict(
      at: Place(file: file, line: fault.line, column: fault.column, record: fault.record))
  }

  /// True if a line of another number of cells is made of delimiters and blanks, or is Ctrl-Z (the end of a file in DOS).
  private func isDebris(_ dialect: TextDialect) -> Bool {
    let delimiter = dialect.delimiter?.rawValue
    return record.rawBytes.elementsEqual([0x1A])
      || record.rawBytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == delimiter }
  }

  /// True if each cell holds its own heading.
  private func repeatsHeadings(_ names: [String]) -> Bool {
    format == .csv && record.count == names.count
      && (0..<record.count).allSatisfy { record.text(at: $0) == names[$0] }
  }

  /// Takes the record cell by cell, each with its place, and says all that is wrong.
  private mutating func draft(_ names: [String], _ read: inout ReadRow) {
    if repeatsHeadings(names) {
      let place = Place(
        file: file, line: record.line, column: record.column, record: record.number)
      read = ReadRow(
        record: record.number, line: record.line, row: nil,
        diagnostics: [FileComplaint.repeatedHeadings(at: place)])
      return
    }
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
      let bit = map.uses[name].bit
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
    if isLikeComment, row != nil, faults.isEmpty {
      faults.append(
        FileComplaint.commented(
          at: Place(file: file, line: record.line, column: 1, record: record.number)))
    }
    read = ReadRow(
      record: record.number, line: record.line,
      row: faults.contains { $0.severity == .error } ? nil : row,
      diagnostics: faults + draft.diagnostics)
    if !read.isValid { read.strayGroup = draft.groupReference }
  }

  private func fillConstants(except given: UInt64, _ draft: inout RowDraft) {
    for constant in constants.cells where given & constant.bit == 0 {
      let place = Place(
        file: file, line: record.line, column: record.column, record: record.number,
        field: constant.column.name, value: constant.text)
      draft.set(constant.column, constant.empties ? .emptied : .text(constant.text), at: place)
    }
  }

  /// The cell by its format's null rule; nil where it leaves the field alone.
  private func cell(at index: Int, of column: Column?) -> RowDraft.Cell? {
    let text = record.text(at: index)
    switch format.meaning(of: text.utf8.span) {
    case .absent: return nil
    case .emptied: return .emptied
    case .text: return .text(text)
    case .emptyWord, .maybeEmptied:
      return isEmptyWord(text, in: column) ? .emptied : .text(text)
    }
  }
}

extension PlainCells {
  /// Fills the row if all its cells are plainly right; if not, it may hold anything.
  fileprivate mutating func fill(
    _ row: inout Row, from record: BulkRecord, _ constants: inout ConstantCells, _ map: ColumnMap,
    _ format: BulkFormat, _ operation: Operation
  ) -> Bool {
    begin(&row, operation)
    guard !constants.cells.isEmpty else {
      let bytes = record.bytes.span
      return take(record, bytes, map, format, &row) != nil && finish(&row, of: bytes)
    }
    constants.join(to: record)
    let bytes = constants.joined.span
    guard let given = take(record, bytes, map, format, &row) else { return false }
    for constant in constants.cells where given & constant.bit == 0 {
      let start = record.byteCount + constant.range.lowerBound
      let text = bytes.extracting(start..<start + constant.range.count)
      let isTaken =
        constant.empties
        ? putEmptied(in: constant.plain, to: &row)
        : put(text, from: start, in: constant.plain, to: &row)
      guard isTaken else { return false }
    }
    return finish(&row, of: bytes)
  }

  /// Takes the cells of a record, and gives the bits of the columns that they fill; nil where one is odd.
  ///
  /// `bytes` begins with those of the record.
  fileprivate mutating func take(
    _ record: BulkRecord, _ bytes: Span<UInt8>, _ map: ColumnMap, _ format: BulkFormat,
    _ row: inout Row
  ) -> UInt64? {
    let fields = record.fields.span
    let uses = map.uses.span
    var seen: UInt64 = 0
    var given: UInt64 = 0
    for index in fields.indices {
      let field = fields[index]
      let name = Int(field.name)
      if uses[name].isIgnored { continue }
      let bit = uses[name].bit
      guard bit != 0, seen & bit == 0 else { return nil }
      seen |= bit
      // A reader gives each field a range of the record's bytes.
      let cell = unsafe bytes.extracting(
        unchecked: Range(uncheckedBounds: (Int(field.lower), Int(field.upper))))
      switch format.meaning(of: cell) {
      case .absent: continue
      case .emptied: guard putEmptied(in: uses[name].plain, to: &row) else { return nil }
      case .text:
        guard put(cell, from: Int(field.lower), in: uses[name].plain, to: &row) else { return nil }
      case .emptyWord:
        guard putEmptyWord(in: uses[name].plain, to: &row) else { return nil }
      case .maybeEmptied: return nil
      }
      given |= bit
    }
    return given
  }
}
