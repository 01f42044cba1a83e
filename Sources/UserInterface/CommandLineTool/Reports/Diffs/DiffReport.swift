import BatchEngine

/// Writes a comparison in one format, piece by piece.
protocol DiffReport {
  /// Adds a port group, and returns the text that can be written now.
  mutating func add(_ difference: GroupDifference) -> String

  /// Returns the rest of the text; `stop` says why the comparison could not be completed.
  mutating func finish(_ counts: DiffCounts, stop: String?, exit: ExitStatus) -> String
}
