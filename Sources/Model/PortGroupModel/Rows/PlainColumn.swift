/// What the cells of a column must be, worked out of the field table once for a file.
///
/// It holds no object, so that to look at it for every cell costs nothing.
package struct PlainColumn: Sendable {
  enum Use: Sendable {
    /// Read over: nothing in such a cell can be wrong, and nothing is kept of it.
    case unused
    case group
    case groupID
    case integration
    case operation
    case id
    case host
    case hostV6
    case number
    case choice
  }

  let use: Use
  let field: Field
  let isMatch: Bool
  /// What a number may be.
  private var lowest: Int32 = 0
  private var highest: Int32 = 0
  /// The numbers that a choice allows above the lowest, a bit for each.
  private var choices: UInt64 = 0

  package init(_ column: Column) {
    switch column {
    case .field(let field):
      self.field = field
      isMatch = false
    case .match(let field):
      self.field = field
      isMatch = true
    case .portGroup, .integrationMethod, .operation, .ignored:
      // No field is asked for where the use is one of these.
      field = .service
      isMatch = false
    }
    switch (column, field.rule.kind) {
    case (.portGroup, _): use = .group
    case (.integrationMethod, _): use = .integration
    case (.operation, _): use = .operation
    case (.ignored, _): use = .unused
    case (.field(.groupObjectID), _): use = .groupID
    case (_, .objectID): use = .id
    case (_, .uri): use = .unused
    case (_, .host): use = .host
    case (_, .hostV6): use = .hostV6
    case (_, .integer(let allowed)):
      use = .number
      lowest = Int32(clamping: allowed.lowerBound)
      highest = Int32(clamping: allowed.upperBound)
    case (_, .enumeration(let cases)):
      use = .choice
      let lowest = cases.map(\.value).min() ?? 0
      self.lowest = Int32(clamping: lowest)
      highest = self.lowest + 63
      // PIMG units have rules of their own, and a number without a bit is none that is plainly right.
      for known in cases where known.value != RemoteService.pimg.rawValue {
        choices |= 1 << UInt64(known.value - lowest)
      }
    }
  }

  /// True for a number that a cell may hold as it is.
  @inline(__always)
  func allows(_ number: Int) -> Bool {
    guard number >= lowest, number <= highest else { return false }
    return use == .number || choices & 1 << UInt64(number - Int(lowest)) != 0
  }
}
