import Bytes

/// A fault of a row or of one of its cells, as data; `diagnostic(at:)` returns its words.
package struct RowFault: Sendable {
  enum Reason: Sendable {
    case cell(CellFault)
    case repaired(ObjectID)
    case trace(SpreadsheetTrace)
    case groupMissing
    case hostMissing
    case matchOnCreate
    case serviceMissing(Operation)
    case rowUnidentified(Operation)
    case pimgReadOnly(Operation)
    case skinnyNotSCCP(IntegrationMethod)

    func code(in column: Column?) -> DiagnosticCode {
      switch self {
      case .cell(let fault): fault.code(in: column)
      case .repaired: .guidRepaired
      case .trace(let trace): trace.code
      case .groupMissing: .groupMissing
      case .hostMissing: .hostMissing
      case .matchOnCreate: .matchOnCreate
      case .serviceMissing: .serviceMissing
      case .rowUnidentified: .rowUnidentified
      case .pimgReadOnly: .pimgReadOnly
      case .skinnyNotSCCP: .skinnyNotSCCP
      }
    }
  }

  /// The column of the cell that it is about; `nil` if it is about the whole row.
  package let column: Column?
  let reason: Reason
  /// The text of the cell as it was written; empty if the fault is not about a text.
  let text: String
  package let code: DiagnosticCode
  package let severity: Diagnostic.Severity
  /// True for an error that the user has allowed.
  let isAllowed: Bool

  init(
    _ severity: Diagnostic.Severity, _ reason: Reason, in column: Column?, _ text: String = "",
    allowed: Set<DiagnosticCode> = []
  ) {
    self.column = column
    self.reason = reason
    self.text = text
    code = reason.code(in: column)
    isAllowed = severity == .error && code.canBeAllowed && allowed.contains(code)
    self.severity = isAllowed ? .warning : severity
  }

  /// A fault of a cell, or the trace of a spreadsheet that explains it better.
  ///
  /// - Parameters:
  ///   - fault: what is wrong.
  ///   - text: the text of the cell.
  ///   - column: its column.
  ///   - allowed: errors that are only warnings; empty if the cell has no usable value.
  init(_ fault: CellFault, _ text: String, in column: Column, allowed: Set<DiagnosticCode>) {
    let value = column == .portGroup ? text : text.trimmed
    if fault.mayBeTrace, let trace = SpreadsheetTrace.found(in: value, of: column) {
      // A group can have any name; a failed formula is not a name.
      let isError = column != .portGroup || trace == .formulaError
      self.init(isError ? .error : .warning, .trace(trace), in: column, value)
    } else {
      self.init(.error, .cell(fault), in: column, text, allowed: allowed)
    }
  }
}

// MARK: - In words

extension RowFault {
  /// The fault as a message for people, at the place of its cell, or of the record.
  package func diagnostic(at place: Place) -> Diagnostic {
    let complaint = self.complaint
    // A user who allowed the error needs no hint.
    return Diagnostic(
      severity, code, at: place, complaint.message, hint: isAllowed ? "" : complaint.hint)
  }

  private var complaint: Complaint {
    switch reason {
    case .cell(let fault): complaint(about: fault, in: column ?? .ignored)
    case .repaired(let id): .guidRepaired(column?.name ?? "", id)
    case .trace(let trace): .trace(column?.name ?? "", text, trace)
    case .groupMissing: .groupMissing
    case .hostMissing: .hostMissing
    case .matchOnCreate: .matchOnCreate
    case .serviceMissing(let operation): .serviceMissing(operation)
    case .rowUnidentified(let operation): .rowUnidentified(operation)
    case .pimgReadOnly(let operation): .pimgService(operation)
    case .skinnyNotSCCP(let method): .skinnyNotSCCP(method)
    }
  }

  private func complaint(about fault: CellFault, in column: Column) -> Complaint {
    let name = column.name
    let value = text.trimmed
    switch fault {
    case .notAGUID: return .guid(name, text)
    case .notANumber(let range): return .notANumber(name, value, range)
    case .outOfRange(let range): return .outOfRange(name, value, range, code)
    case .notInList: return .enumeration(name, value, column.field?.rule.cases ?? [])
    case .placeholder: return .host(name, value, .badLabel(0..<0), label: "")
    case .host(let fault):
      if case .badLabel(let range) = fault {
        return .host(name, value, fault, label: value.utf8Part(range))
      }
      return .host(name, value, fault, label: "")
    case .unknownOperation: return .operation(text)
    case .unknownIntegration: return .integration(text)
    // Used only if the trace was not found again.
    case .spreadsheetTrace: return .trace(name, text, .formulaError)
    }
  }
}
