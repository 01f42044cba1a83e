import Bytes

/// The check of all cells of one column, made from the field table once for a file.
///
/// Only this type knows what a cell must be. A check is fast: it uses no object, and makes no string of a correct
/// cell. `RowFault` has the words for faults.
package struct CellCheck: Sendable {
  package let column: Column
  /// The column as a set; empty for ignored columns.
  package let columns: ColumnSet
  private let rule: Rule

  /// What the text of a cell must be.
  private enum Rule: Sendable {
    /// Any text, which is ignored.
    case unused
    /// The name of a port group: any text, with its white space.
    case groupName
    case groupID
    case objectID
    case operation
    case integration
    case host(Host.Family)
    case integer(ClosedRange<Int>)
    /// The numbers of a list, a bit for each; all are less than 64 above the lowest.
    case enumeration(lowest: Int, bits: UInt64)
  }

  package init(_ column: Column) {
    self.column = column
    columns = ColumnSet(column)
    rule =
      switch column {
      case .portGroup: .groupName
      case .integrationMethod: .integration
      case .operation: .operation
      case .ignored: .unused
      case .field(.groupObjectID): .groupID
      case .field(let field), .match(let field): CellCheck.rule(of: field)
      }
  }

  private static func rule(of field: Field) -> Rule {
    switch field.rule.kind {
    case .objectID: return .objectID
    case .uri: return .unused
    case .host: return .host(.v4)
    case .hostV6: return .host(.v6)
    case .integer(let range): return .integer(range)
    case .enumeration(let cases):
      let lowest = cases.map(\.value).min() ?? 0
      let bits = cases.reduce(0 as UInt64) { $0 | 1 << UInt64($1.value - lowest) }
      return .enumeration(lowest: lowest, bits: bits)
    }
  }

  /// True if the column has fields whose value can be empty; ids and addresses are then absent.
  var keepsEmpty: Bool {
    switch rule {
    case .host, .integer, .enumeration: true
    case .unused, .groupName, .groupID, .objectID, .operation, .integration: false
    }
  }

  /// Returns the value of a cell with a text, in the form that is stored and sent, or what is wrong with it.
  @inline(__always)
  package func check(_ cell: Span<UInt8>) -> CellResult {
    let part = cell.trimmedBounds
    let text = part.count == cell.count ? cell : cell.extracting(part)
    switch rule {
    case .unused: return .ignored
    case .groupName: return CellCheck.checkName(cell)
    case .operation:
      guard let operation = Operation(utf8: text) else { return .wrong(.unknownOperation) }
      return .operation(operation)
    case .integration:
      guard let number = WholeNumber(text), let method = IntegrationMethod(rawValue: number.value)
      else { return .wrong(.unknownIntegration) }
      return .integration(method)
    case .groupID:
      guard let parsed = ObjectID.parsed(text) else { return CellCheck.repairID(cell) }
      return .id(parsed.id)
    case .objectID:
      guard let parsed = ObjectID.parsed(text) else { return CellCheck.repairID(cell) }
      return parsed.isCanonical ? .part(part) : .id(parsed.id)
    case .host(let family):
      let fault = Host.fault(in: text, for: family)
      guard fault != nil || HostMistake.mayBeWord(text) else { return .part(part) }
      return CellCheck.checkHost(text, at: part, fault)
    case .integer(let range):
      guard let number = WholeNumber(text) else { return .wrong(.notANumber(range)) }
      let digits = CellCheck.digits(number, at: part)
      return range.contains(number.value)
        ? .part(digits) : .wrong(.outOfRange(range), ifAllowed: digits)
    case .enumeration(let lowest, let bits):
      guard let number = WholeNumber(text) else { return checkWord(text) }
      let digits = CellCheck.digits(number, at: part)
      let isListed =
        number.value >= lowest && number.value - lowest < 64
        && bits & 1 &<< UInt64(number.value - lowest) != 0
      return isListed ? .part(digits) : .wrong(.notInList, ifAllowed: digits)
    }
  }

  /// Where the digits are in the cell.
  @inline(__always)
  private static func digits(_ number: WholeNumber, at part: Range<Int>) -> Range<Int> {
    part.lowerBound &+ number.digits.lowerBound..<part.upperBound
  }
}

// MARK: - Rare cells

extension CellCheck {
  /// A group can have any name, but errors of spreadsheets are found in it.
  private static func checkName(_ name: Span<UInt8>) -> CellResult {
    let part = 0..<name.count
    guard SpreadsheetTrace.mayBe(inName: name),
      SpreadsheetTrace.inAnyText(String(utf8: name)) != nil
    else { return .part(part) }
    return .wrong(.spreadsheetTrace, ifAllowed: part)
  }

  /// Reads an id that has white space inside, or that is written in another form.
  private static func repairID(_ cell: Span<UInt8>) -> CellResult {
    guard let id = ObjectID.repaired(String(utf8: cell)) else { return .wrong(.notAGUID) }
    return .repaired(id)
  }

  /// Checks a host that is wrong, or that may be a word for "no value".
  private static func checkHost(
    _ text: Span<UInt8>, at part: Range<Int>, _ fault: Host.Fault?
  ) -> CellResult {
    let word = String(utf8: text)
    if HostMistake.isPlaceholder(word) || HostMistake.powerShell(word) != nil {
      return .wrong(.placeholder, ifAllowed: part)
    }
    guard let fault else { return .part(part) }
    return .wrong(.host(fault), ifAllowed: part.isEmpty ? nil : part)
  }

  /// Reads the name of a service; the other enumerations have no words.
  private func checkWord(_ text: Span<UInt8>) -> CellResult {
    guard column.field == .service, let service = RemoteService(word: String(utf8: text)) else {
      return .wrong(.notInList)
    }
    return .number(service.rawValue)
  }
}
