/// What the check of a cell finds: a value, or what is wrong.
package enum CellResult: Sendable, Equatable {
  /// The value is this part of the cell's bytes.
  case part(Range<Int>)
  /// The value is an id; the cell may have it in upper case.
  case id(ObjectID)
  /// The value is an id that was written in an unusual way, which gets a warning.
  case repaired(ObjectID)
  /// The value is the number that a word means.
  case number(Int)
  case operation(Operation)
  case integration(IntegrationMethod)
  /// The value of this column is ignored.
  case ignored
  /// Wrong, with the value to use if the user allows this fault; `nil` if it has no value.
  case wrong(CellFault, ifAllowed: Range<Int>? = nil)
}

/// What is wrong with a cell, without any text.
package enum CellFault: Sendable, Equatable {
  case notAGUID
  case notANumber(ClosedRange<Int>)
  case outOfRange(ClosedRange<Int>)
  /// Not one of the numbers of an enumeration.
  case notInList
  case host(Host.Fault)
  /// A word that people or programs write in place of a missing host, such as `N/A`.
  case placeholder
  case unknownOperation
  case unknownIntegration
  /// The name of a group that a spreadsheet or a word processor has changed.
  case spreadsheetTrace

  /// The code of the fault in a column.
  package func code(in column: Column?) -> DiagnosticCode {
    let rule = column?.field?.rule
    return switch self {
    case .notAGUID: .guidSyntax
    case .notANumber: rule?.syntaxCode ?? .portNotANumber
    case .outOfRange: rule?.rangeCode ?? .portOutOfRange
    case .notInList: rule?.syntaxCode ?? .serviceUnknown
    case .host, .placeholder: .hostSyntax
    case .unknownOperation: .operationUnknown
    case .unknownIntegration: .integrationUnknown
    case .spreadsheetTrace: .spreadsheetError
    }
  }

  /// True if a trace of a spreadsheet, if there is one, explains the fault better.
  var mayBeTrace: Bool {
    switch self {
    case .outOfRange, .placeholder: false
    default: true
    }
  }
}
