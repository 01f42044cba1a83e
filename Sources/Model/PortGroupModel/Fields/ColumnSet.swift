/// A set of columns, one bit for each; an `OptionSet` would cost more than the check of a cell, by its generic calls.
package struct ColumnSet: Sendable, Equatable {
  @usableFromInline var bits: UInt64

  @inlinable
  @inline(__always)
  package init() { bits = 0 }

  init(bits: UInt64) { self.bits = bits }

  /// The set of one column; empty for ignored columns.
  @inline(__always)
  package init(_ column: Column) {
    switch column {
    case .field(let field): bits = 1 &<< UInt64(field.rawValue)
    case .match(let field): bits = 1 &<< UInt64(FieldValues.capacity + field.rawValue)
    case .portGroup: bits = 1 << 63
    case .integrationMethod: bits = 1 << 62
    case .operation: bits = 1 << 61
    case .ignored: bits = 0
    }
  }

  package var isEmpty: Bool { bits == 0 }

  /// True if the sets have a column in common.
  @inlinable
  @inline(__always)
  package func overlaps(_ other: ColumnSet) -> Bool { bits & other.bits != 0 }

  /// Adds the columns of another set.
  @inlinable
  @inline(__always)
  package mutating func insert(_ other: ColumnSet) { bits |= other.bits }

  /// The columns that name the host of the server.
  static var hosts: ColumnSet {
    ColumnSet(bits: ColumnSet(.field(.host)).bits | ColumnSet(.field(.hostV6)).bits)
  }

  /// The columns that name the port group.
  static var groups: ColumnSet {
    ColumnSet(bits: ColumnSet(.portGroup).bits | ColumnSet(.field(.groupObjectID)).bits)
  }

  /// All `Match…` columns.
  static var matches: ColumnSet {
    let fields: UInt64 = (1 << UInt64(FieldValues.capacity)) - 1
    return ColumnSet(bits: fields << UInt64(FieldValues.capacity))
  }
}
