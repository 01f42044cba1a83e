import Bytes

/// Collects the cells of one record and makes a checked row of them, or says all that is wrong.
///
/// The rules are those of the API page; the wording of every complaint stands in `Complaint`.
package struct RowDraft: Sendable {
  /// How a cell was written.
  package enum Cell: Sendable, Equatable {
    case text(String)
    /// The form that empties a field: `%null%`, `<X/>`, `""` or `null`.
    case emptied
  }

  private let fallback: Operation
  private let allowed: Set<DiagnosticCode>
  private let recordPlace: Place
  private var fields = FieldValues()
  private var match = FieldValues()
  private var group = GroupReference()
  private var operation: Operation?
  private var places: [Column: Place] = [:]
  /// The columns with a cell that is an error.
  private var broken: Set<Column> = []
  package private(set) var diagnostics: [Diagnostic] = []

  /// Begins a row.
  ///
  /// - Parameters:
  ///   - place: Where the record begins.
  ///   - fallback: The operation of rows without one.
  ///   - allowed: Errors that shall only be warnings.
  package init(at place: Place, fallback: Operation, allowed: Set<DiagnosticCode> = []) {
    recordPlace = place
    self.fallback = fallback
    self.allowed = allowed
  }

  /// Takes one cell; a cell that is left alone (absent, or empty in CSV) is simply not given.
  package mutating func set(_ column: Column, _ cell: Cell, at place: Place) {
    places[column] = place
    let known = diagnostics.count
    take(column, cell, place)
    if diagnostics[known...].contains(where: { $0.severity == .error }) { broken.insert(column) }
  }

  private mutating func take(_ column: Column, _ cell: Cell, _ place: Place) {
    switch column {
    case .ignored: break
    case .field(let field): fields[field] = checked(field, cell, column, place)
    case .match(let field): match[field] = checked(field, cell, column, place)
    case .portGroup:
      guard case .text(let name) = cell else { break }
      group.name = name
      checkName(name, place)
    case .integrationMethod:
      guard case .text(let text) = cell else { break }
      guard
        let method = Int(text.trimmed.wholeNumber ?? "").flatMap(IntegrationMethod.init(rawValue:))
      else {
        return reportValue(
          text.trimmed, column, .integrationUnknown, place, Complaint.integration(text))
      }
      group.integration = method
    case .operation:
      guard case .text(let word) = cell else { break }
      guard let known = Operation(word: word.trimmed) else {
        return reportValue(
          word.trimmed, column, .operationUnknown, place, Complaint.operation(word))
      }
      operation = known
    }
  }

  /// How the row names its group; nil where it does not, or where that cell is wrong itself.
  ///
  /// Complete once the row is finished.
  package var groupReference: GroupReference? {
    let columns: [Column] = [.portGroup, .field(.groupObjectID)]
    return group.isEmpty || !broken.isDisjoint(with: columns) ? nil : group
  }

  /// Checks the row as a whole.
  ///
  /// - Returns: The row, or `nil` if anything was an error; `diagnostics` holds them all.
  package mutating func finish() -> Row? {
    group.objectID = fields[.groupObjectID].text.flatMap { ObjectID($0) }
    let row = Row(
      operation: operation ?? fallback, group: group,
      fields: fields.filtered { $0 != .groupObjectID && $0 != .uri && $0 != .groupURI },
      match: match)
    if row.group.isEmpty, !broken.contains(.field(.groupObjectID)) {
      report(.groupMissing, recordPlace, Complaint.groupMissing)
    }
    // What a row needs depends on its operation.
    if !broken.contains(.operation) { checkNeeds(row) }
    checkSkinny(row)
    return diagnostics.contains { $0.severity == .error } ? nil : row
  }

  /// Checks that the row says enough; a cell that is wrong is not reported as a lack as well.
  private mutating func checkNeeds(_ row: Row) {
    let hasHost = has(.host) || has(.hostV6)
    let match = Field.matchable.map(Column.match).first { places[$0] != nil }
    let isFound = row.objectID != nil || broken.contains(.field(.objectID)) || match != nil
    if row.operation == .create, let match {
      report(.matchOnCreate, place(match), Complaint.matchOnCreate)
    }
    if row.fields.service == .pimg, row.operation != .upsert {
      report(.pimgReadOnly, place(.field(.service)), Complaint.pimgService(row.operation))
    }
    if !row.operation.canCreate, !hasHost, !isFound {
      return report(.rowUnidentified, recordPlace, Complaint.rowUnidentified(row.operation))
    }
    if !has(.service), row.operation == .create || !isFound {
      report(.serviceMissing, recordPlace, Complaint.serviceMissing(row.operation))
    }
    if !hasHost, row.operation == .create ? match == nil : !isFound {
      report(.hostMissing, recordPlace, Complaint.hostMissing, severity: .warning)
    }
  }

  private mutating func checkSkinny(_ row: Row) {
    if row.fields[.skinnyStateMachine].text != nil, let method = row.group.integration,
      method != .sccp
    {
      report(.skinnyNotSCCP, place(.field(.skinnyStateMachine)), Complaint.skinnyNotSCCP(method))
    }
  }

  /// True if the row has a text in this field, be it a wrong one.
  private func has(_ field: Field) -> Bool {
    fields[field].text != nil || broken.contains(.field(field))
  }

  private func place(_ column: Column) -> Place { places[column] ?? recordPlace }

  private func allows(_ code: DiagnosticCode) -> Bool {
    code.canBeAllowed && allowed.contains(code)
  }

  /// Takes a complaint; `hasValue` is false where there is nothing to keep if it were allowed.
  private mutating func report(
    _ code: DiagnosticCode, _ place: Place, _ complaint: Complaint,
    severity: Diagnostic.Severity = .error, hasValue: Bool = true
  ) {
    let isAllowed = severity == .error && hasValue && allows(code)
    diagnostics.append(
      Diagnostic(
        isAllowed ? .warning : severity, code, at: place, complaint.message,
        hint: isAllowed ? "" : complaint.hint))
  }
}

// MARK: - One field

extension RowDraft {
  /// Takes a complaint about a value, or a better one where a spreadsheet left its trace in it.
  private mutating func reportValue(
    _ text: String, _ column: Column, _ code: DiagnosticCode, _ place: Place,
    _ complaint: Complaint, hasValue: Bool = true
  ) {
    guard let trace = SpreadsheetTrace.found(in: text, of: column) else {
      return report(code, place, complaint, hasValue: hasValue)
    }
    report(trace.code, place, Complaint.trace(column.name, text, trace))
  }

  /// A group may bear any name, so that a trace in it only warns; a failed formula is none.
  private mutating func checkName(_ name: String, _ place: Place) {
    guard let trace = SpreadsheetTrace.inAnyText(name) else { return }
    report(
      trace.code, place, Complaint.trace(Column.portGroup.name, name, trace),
      severity: trace == .formulaError ? .error : .warning)
  }
}

extension RowDraft {
  /// The value of the cell in the form that is stored and sent, or absent where it is wrong.
  private mutating func checked(
    _ field: Field, _ cell: Cell, _ column: Column, _ place: Place
  ) -> FieldValue {
    guard case .text(let raw) = cell else {
      // An empty id or address is none; they are never written.
      return field.rule.kind == .objectID || field.rule.kind == .uri ? .absent : .empty
    }
    let text = raw.trimmed
    switch field.rule.kind {
    case .uri: return .text(raw)
    case .objectID: return checkedID(raw, column, place)
    case .host, .hostV6: return checkedHost(text, field, column, place)
    case .integer(let range): return checkedInteger(text, range, field, column, place)
    case .enumeration(let cases): return checkedCase(text, cases, field, column, place)
    }
  }

  private mutating func checkedID(_ raw: String, _ column: Column, _ place: Place) -> FieldValue {
    if let id = ObjectID(raw.trimmed) { return .text(id.text) }
    if let id = ObjectID.mended(raw) {
      report(.guidMended, place, Complaint.guidMended(column.name, id), severity: .warning)
      return .text(id.text)
    }
    reportValue(raw.trimmed, column, .guidSyntax, place, Complaint.guid(column.name, raw))
    return .absent
  }

  private mutating func checkedHost(
    _ text: String, _ field: Field, _ column: Column, _ place: Place
  ) -> FieldValue {
    if HostMistake.isPlaceholder(text) || HostMistake.powerShell(text) != nil {
      report(.hostSyntax, place, Complaint.host(column.name, text, .badLabel("")))
      return allows(.hostSyntax) ? .text(text) : .absent
    }
    do throws(Host.Fault) {
      if field == .host { try Host.check(text) } else { try Host.checkV6(text) }
    } catch {
      reportValue(
        text, column, .hostSyntax, place, Complaint.host(column.name, text, error),
        hasValue: !text.isEmpty)
      return allows(.hostSyntax) && !text.isEmpty ? .text(text) : .absent
    }
    return .text(text)
  }

  private mutating func checkedInteger(
    _ text: String, _ range: ClosedRange<Int>, _ field: Field, _ column: Column, _ place: Place
  ) -> FieldValue {
    let isPrecedence = field == .precedence
    guard let number = text.wholeNumber else {
      reportValue(
        text, column, isPrecedence ? .precedenceNotANumber : .portNotANumber, place,
        Complaint.notANumber(column.name, text, range))
      return .absent
    }
    let code: DiagnosticCode = isPrecedence ? .precedenceOutOfRange : .portOutOfRange
    if !range.contains(Int(number) ?? .max) {
      report(code, place, Complaint.outOfRange(column.name, text, range, code))
      guard allows(code) else { return .absent }
    }
    return .text(number)
  }

  private mutating func checkedCase(
    _ text: String, _ cases: [FieldRule.EnumerationCase], _ field: Field, _ column: Column,
    _ place: Place
  ) -> FieldValue {
    if field == .service, let service = RemoteService(word: text) {
      return .text(String(service.rawValue))
    }
    let number = text.wholeNumber
    if let number, cases.contains(where: { String($0.value) == number }) { return .text(number) }
    let code: DiagnosticCode = field == .service ? .serviceUnknown : .skinnyUnknown
    reportValue(
      text, column, code, place, Complaint.enumeration(column.name, text, cases),
      hasValue: number != nil)
    guard let number, allows(code) else { return .absent }
    return .text(number)
  }
}
