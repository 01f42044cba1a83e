/// A row of a run: the run's number in the upper, the row's in the lower 32 bits.
package struct RowID: Sendable, Hashable, Comparable {
  /// Both numbers in one, as the ledger stores them.
  package let value: Int

  package init(value: Int) { self.value = value }

  package init(run: Int, number: Int) { value = run << 32 | number }

  /// The number of its run.
  package var run: Int { value >> 32 }

  /// The row's number in its run, from 1, through all its files.
  package var number: Int { value & 0xFFFF_FFFF }

  package static func < (left: RowID, right: RowID) -> Bool { left.value < right.value }

  /// All rows of a run.
  package static func all(of run: Int) -> ClosedRange<Int> {
    RowID(run: run, number: 0).value...RowID(run: run, number: 0xFFFF_FFFF).value
  }
}
