import Bytes

/// Makes a row of the cells of a record, and finds all faults of the cells and of the row.
///
/// The cells of correct rows need no strings: a row gets the bytes of its record in one copy.
package struct RowBuilder: Sendable {
  private let mode: Operation
  private let allowed: Set<DiagnosticCode>
  /// The group of the previous row; the next row usually has the same group, and can share its strings.
  private var name = Shared<String>()
  private var id = Shared<ObjectID>()
  /// The columns of the row that have a text.
  private var filled = ColumnSet()
  /// The columns of the row with a cell that empties the field.
  private var emptied = ColumnSet()
  /// The columns with an error.
  private var broken = ColumnSet()
  /// The number of bytes of the record that contain the texts of the row.
  private var end = 0
  /// Texts that are not part of the record.
  private var replacements: [(column: Column, text: String)] = []
  /// All faults of the row: those of its cells in their order, then those of the whole row.
  package private(set) var faults: [RowFault] = []

  /// Creates a builder for the rows of a file.
  ///
  /// - Parameters:
  ///   - mode: the operation of rows without one.
  ///   - allowed: errors that are only warnings.
  package init(mode: Operation, allowed: Set<DiagnosticCode> = []) {
    self.mode = mode
    self.allowed = allowed
  }

  /// A value, and the bytes from which it was made.
  private struct Shared<Value: Sendable>: Sendable {
    private(set) var value: Value?
    private var bytes: [UInt8] = []

    func isMade(of other: Span<UInt8>) -> Bool { value != nil && bytes.span.isEqual(to: other) }

    mutating func keep(_ bytes: Span<UInt8>, _ value: Value) {
      self.bytes = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
      self.value = value
    }
  }

  /// Begins a row.
  package mutating func begin(_ row: inout Row) {
    row.operation = mode
    row.group.integration = nil
    row.fields.begin()
    row.match.begin()
    filled = ColumnSet()
    emptied = ColumnSet()
    end = 0
    if !faults.isEmpty {
      faults = []
      broken = ColumnSet()
    }
    if !replacements.isEmpty { replacements = [] }
  }

  /// True if the row has a cell in the column, with a text or a form that empties the field.
  package func has(_ column: ColumnSet) -> Bool {
    filled.overlaps(column) || emptied.overlaps(column)
  }

  /// Adds a cell with a text.
  ///
  /// - Parameters:
  ///   - cell: its bytes, which are valid UTF-8.
  ///   - start: where they begin in the bytes of the record.
  ///   - check: the check of the cell's column; the row must not have a cell of this column yet.
  ///   - row: gets the value.
  package mutating func put(
    _ cell: Span<UInt8>, from start: Int, _ check: CellCheck, to row: inout Row
  ) {
    filled.insert(check.columns)
    if case .portGroup = check.column, name.isMade(of: cell) { return shareName(cell, &row) }
    if case .field(.groupObjectID) = check.column, id.isMade(of: cell) {
      row.group.objectID = id.value
      return
    }
    switch check.check(cell) {
    case .part(let part): put(part, of: cell, from: start, check.column, &row)
    case .operation(let operation): row.operation = operation
    case .integration(let method): row.group.integration = method
    case .id(let id): putID(id, of: cell, check.column, &row)
    case .ignored: return
    case .number(let number): replacements.append((check.column, String(number)))
    case .repaired(let id):
      faults.append(RowFault(.warning, .repaired(id), in: check.column))
      putID(id, of: cell, check.column, &row)
    case .wrong(let fault, let part):
      let isError = report(fault, cell, check, hasValue: part != nil)
      if !isError, let part { put(part, of: cell, from: start, check.column, &row) }
    }
  }

  /// Adds a cell in a form that empties its field.
  package mutating func putEmpty(_ check: CellCheck, to row: inout Row) {
    emptied.insert(check.columns)
    guard check.keepsEmpty else { return }
    switch check.column {
    case .field(let field): row.fields.setEmpty(field)
    case .match(let field): row.match.setEmpty(field)
    case .portGroup, .integrationMethod, .operation, .ignored: break
    }
  }

  /// Ends a row: gives it its texts, and checks it as a whole.
  ///
  /// - Parameters:
  ///   - row: the row.
  ///   - bytes: the bytes of the record, which contain the cells.
  /// - Returns: True if nothing is wrong; else `faults` are all errors and warnings.
  package mutating func finish(_ row: inout Row, of bytes: Span<UInt8>) -> Bool {
    if !hasValue(ColumnSet(.portGroup)) { row.group.name = nil }
    if !hasValue(ColumnSet(.field(.groupObjectID))) { row.group.objectID = nil }
    row.fields.keep(bytes.extracting(0..<end))
    if row.hasMatch { row.match.keep(bytes.extracting(0..<end)) }
    for (column, text) in replacements {
      switch column {
      case .field(let field): row.fields[field] = .text(text)
      case .match(let field): row.match[field] = .text(text)
      case .portGroup, .integrationMethod, .operation, .ignored: break
      }
    }
    checkWhole(&row)
    return faults.isEmpty
  }

  /// True if the last row has an error.
  package var hasError: Bool { faults.contains { $0.severity == .error } }

  /// How the last row names its group; `nil` if it does not, or if that cell is wrong.
  package func groupReference(of row: Row) -> GroupReference? {
    row.group.isEmpty || broken.overlaps(.groups) ? nil : row.group
  }
}

// MARK: - Values

extension RowBuilder {
  @inline(__always)
  private func hasValue(_ column: ColumnSet) -> Bool {
    filled.overlaps(column) && !broken.overlaps(column)
  }

  /// Gives a part of a cell to the field of its column.
  @inline(__always)
  private mutating func put(
    _ part: Range<Int>, of cell: Span<UInt8>, from start: Int, _ column: Column, _ row: inout Row
  ) {
    let range = start &+ part.lowerBound..<start &+ part.upperBound
    switch column {
    case .field(let field): row.fields.set(field, to: range)
    case .match(let field): row.match.set(field, to: range)
    case .portGroup: return putName(cell, &row)
    case .integrationMethod, .operation, .ignored: return
    }
    end = max(end, range.upperBound)
  }

  private mutating func putName(_ bytes: Span<UInt8>, _ row: inout Row) {
    let text = String(utf8: bytes)
    row.group.name = text
    // A name with a warning is checked in every row.
    if faults.last?.column != .portGroup { name.keep(bytes, text) }
  }

  /// Gives the row the group name of the previous row.
  private func shareName(_ bytes: Span<UInt8>, _ row: inout Row) {
    // A comparison is faster than counting another reference. The bytes are compared,
    // because strings with different spellings of one letter are equal.
    if let known = row.group.name, known.utf8.span.isEqual(to: bytes) { return }
    row.group.name = name.value
  }

  private mutating func putID(
    _ id: ObjectID, of cell: Span<UInt8>, _ column: Column, _ row: inout Row
  ) {
    guard column == .field(.groupObjectID) else {
      return replacements.append((column, id.text))
    }
    row.group.objectID = id
    if faults.last?.column != column { self.id.keep(cell, id) }
  }
}

// MARK: - Faults

extension RowBuilder {
  /// Adds a fault of a cell; true if it is an error.
  private mutating func report(
    _ fault: CellFault, _ cell: Span<UInt8>, _ check: CellCheck, hasValue: Bool
  ) -> Bool {
    let found = RowFault(
      fault, String(utf8: cell), in: check.column, allowed: hasValue ? allowed : [])
    faults.append(found)
    guard found.severity == .error else { return false }
    broken.insert(check.columns)
    return true
  }

  /// Checks the row as a whole; `inout`, because a copy of the row would cost as much as the check.
  private mutating func checkWhole(_ row: inout Row) {
    if !filled.overlaps(.groups) { report(.error, .groupMissing) }
    // What a row needs depends on its operation.
    if !broken.overlaps(ColumnSet(.operation)) { checkNeeds(&row) }
    if let method = row.group.integration, method != .sccp, row.fields.holds(.skinnyStateMachine) {
      report(.error, .skinnyNotSCCP(method), in: .field(.skinnyStateMachine))
    }
  }

  /// Checks that the row has enough cells for its operation; a wrong cell is not missing.
  private mutating func checkNeeds(_ row: inout Row) {
    let operation = row.operation
    let hasService = filled.overlaps(ColumnSet(.field(.service)))
    let hasHost = filled.overlaps(.hosts)
    let hasMatch = has(.matches)
    let isFound = hasMatch || filled.overlaps(ColumnSet(.field(.objectID)))
    if operation == .create, hasMatch {
      let match = Field.matchable.map(Column.match).first { has(ColumnSet($0)) }
      report(.error, .matchOnCreate, in: match)
    }
    if operation != .upsert, row.fields.isPIMG {
      report(.error, .pimgReadOnly(operation), in: .field(.service))
    }
    if !operation.canCreate, !hasHost, !isFound {
      return report(.error, .rowUnidentified(operation))
    }
    if !hasService, operation == .create || !isFound {
      report(.error, .serviceMissing(operation))
    }
    if !hasHost, operation == .create ? !hasMatch : !isFound {
      report(.warning, .hostMissing)
    }
  }

  /// Adds a fault of the whole row, or of one column.
  private mutating func report(
    _ severity: Diagnostic.Severity, _ reason: RowFault.Reason, in column: Column? = nil
  ) {
    faults.append(RowFault(severity, reason, in: column, allowed: allowed))
  }
}

extension FieldValues {
  /// True if the service is one that the API cannot change.
  @inline(__always)
  fileprivate var isPIMG: Bool {
    withUTF8(of: .service) { text in
      guard let text, let number = WholeNumber(text) else { return false }
      return number.value == RemoteService.pimg.rawValue
    }
  }
}
