import Bytes

/// Puts cells that are plainly right into a row, straight from their bytes.
///
/// It knows no complaints and reports no places: whatever is odd, or only doubtful, it refuses, and the
/// row is then drafted anew by `RowDraft`, whose word is the only one. What it takes, `RowDraft` takes
/// without a word and makes the same row of; a test holds the two against each other.
package struct PlainCells: Sendable {
  /// The group of the row before, whose strings the next row mostly can share.
  private var name = Shared<String>()
  private var id = Shared<ObjectID>()
  // What the row at hand has.
  private var hasName = false
  private var hasID = false
  private var hasMatch = false
  /// The fields that it has a text in, a bit for each.
  private var texts: UInt16 = 0
  /// How many of the record's bytes its cells reach over.
  private var end = 0

  package init() {}

  /// A value, and the bytes that it was made of.
  private struct Shared<Value: Sendable>: Sendable {
    private(set) var value: Value?
    private var bytes: [UInt8] = []

    func holds(_ other: Span<UInt8>) -> Bool { value != nil && bytes.span.isEqual(to: other) }

    mutating func keep(_ bytes: Span<UInt8>, _ value: Value) {
      self.bytes = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
      self.value = value
    }
  }

  /// Begins a row anew.
  package mutating func begin(_ row: inout Row, _ operation: Operation) {
    row.operation = operation
    row.group.integration = nil
    row.fields.begin()
    row.match.begin()
    hasName = false
    hasID = false
    hasMatch = false
    texts = 0
    end = 0
  }

  /// Takes the text of a cell of which `column` says what it must be.
  ///
  /// - Parameters:
  ///   - cell: its bytes.
  ///   - start: where they begin in those of the record.
  ///   - column: the cell's column.
  ///   - row: takes the value.
  /// - Returns: False where the cell is odd; the row must be drafted then.
  package mutating func put(
    _ cell: Span<UInt8>, from start: Int, in column: PlainColumn, to row: inout Row
  ) -> Bool {
    if column.use == .group { return putName(cell, to: &row) }
    let bounds = cell.trimmedBounds
    let text = bounds.count == cell.count ? cell : cell.extracting(bounds)
    switch column.use {
    case .unused: return true
    case .group: return false
    case .operation:
      guard let operation = Operation(plain: text) else { return false }
      row.operation = operation
      return true
    case .integration:
      guard let method = text.plainNumber.flatMap(IntegrationMethod.init(rawValue:)) else {
        return false
      }
      row.group.integration = method
      return true
    case .groupID: return putGroupID(text, to: &row)
    case .id: guard ObjectID.isPlain(text) else { return false }
    case .host:
      guard Host.isIPv4(text) || Host.isName(text) && !HostMistake.mayBeWord(text) else {
        return false
      }
    case .hostV6:
      guard Host.isName(text) && !HostMistake.mayBeWord(text) || Host.isIPv6(text) else {
        return false
      }
    case .number, .choice:
      guard let number = text.plainNumber, column.allows(number) else { return false }
    }
    let range = start &+ bounds.lowerBound..<start &+ bounds.upperBound
    if column.isMatch {
      hasMatch = true
      row.match.set(column.field, to: range)
    } else {
      row.fields.set(column.field, to: range)
      texts |= PlainCells.bit(column.field)
    }
    end = max(end, range.upperBound)
    return true
  }

  /// Takes a cell in the form that empties a field.
  ///
  /// - Returns: False in a `Match…` column; the row must be drafted then.
  package func putEmptied(in column: PlainColumn, to row: inout Row) -> Bool {
    switch column.use {
    case .host, .hostV6, .number, .choice:
      if column.isMatch { return false }
      row.fields.setEmpty(column.field)
      return true
    case .id, .groupID, .unused, .group, .integration, .operation: return true
    }
  }

  /// Takes a cell with the word that empties a field.
  ///
  /// - Returns: False also where a port group is named like it; the row must be drafted then.
  package func putEmptyWord(in column: PlainColumn, to row: inout Row) -> Bool {
    column.use != .group && putEmptied(in: column, to: &row)
  }

  /// Ends a row of which all cells were taken.
  ///
  /// - Returns: True if it is plainly right as a whole, whatever its operation needs.
  package func finish(_ row: inout Row, of bytes: Span<UInt8>) -> Bool {
    guard hasName || hasID else { return false }
    if !hasName { row.group.name = nil }
    if !hasID { row.group.objectID = nil }
    if row.group.integration != nil, has(.skinnyStateMachine) { return false }
    let isFound = row.operation != .create && (hasMatch || has(.objectID))
    let isWhole =
      !hasMatch && has(.service) && (has(.host) || has(.hostV6))
    guard isFound || isWhole else { return false }
    row.fields.keep(bytes.extracting(0..<end))
    if hasMatch { row.match.keep(bytes.extracting(0..<end)) }
    return true
  }

  private func has(_ field: Field) -> Bool { texts & PlainCells.bit(field) != 0 }

  private static func bit(_ field: Field) -> UInt16 { 1 << UInt16(field.rawValue) }

  private mutating func putName(_ bytes: Span<UInt8>, to row: inout Row) -> Bool {
    if !name.holds(bytes) {
      guard !bytes.isEmpty else { return false }
      let text = String(plain: bytes)
      let isTelling = bytes[0] == UInt8(ascii: "#") || !bytes.isASCII
      guard !isTelling || SpreadsheetTrace.inAnyText(text) == nil else { return false }
      name.keep(bytes, text)
    }
    hasName = true
    // To find that it is the same is quicker than to take another reference; by its bytes, for two
    // spellings of one letter are equal strings.
    if !isSame(row.group.name, bytes) { row.group.name = name.value }
    return true
  }

  private func isSame(_ text: String?, _ bytes: Span<UInt8>) -> Bool {
    guard let text else { return false }
    return text.utf8.span.isEqual(to: bytes)
  }

  private mutating func putGroupID(_ bytes: Span<UInt8>, to row: inout Row) -> Bool {
    if !id.holds(bytes) {
      guard let known = ObjectID(utf8: bytes) else { return false }
      id.keep(bytes, known)
    }
    hasID = true
    if row.group.objectID != id.value { row.group.objectID = id.value }
    return true
  }
}
