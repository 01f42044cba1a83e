import PortGroupModel
import RowLedger

/// Which rows of an input are sent; all of them are read and checked in any case.
package struct RowSelection: Sendable, Equatable {
  /// Names or ids of the groups whose rows are sent; all groups where it is empty.
  package var groups: [String]
  /// How many rows are sent, the first ones of those groups; all where it is `nil`.
  package var limit: Int?

  package init(groups: [String] = [], limit: Int? = nil) {
    self.groups = groups
    self.limit = limit
  }

  /// Takes the other rows out of a run that is staging, and returns how many they were, as a sentence.
  func apply(
    to run: RunID, of groups: [PortGroup], in setting: RunSetting
  ) async throws(RunStop) {
    let wanted = self.groups.isEmpty ? nil : try GroupSelection(self.groups).ids(in: groups)
    guard wanted != nil || limit != nil else { return }
    let out = try await RunBook(ledger: setting.ledger, run: run)
      .keepOnly(groups: wanted, first: limit)
    if let remark = remark(out.ofOtherGroups, out.beyondLimit) { setting.report(.note(remark)) }
  }

  private func remark(_ ofOtherGroups: Int, _ beyondLimit: Int) -> String? {
    let parts = [
      (ofOtherGroups, "of other groups (--only-group)"),
      (beyondLimit, "beyond --limit \(limit ?? 0)"),
    ].filter { $0.0 > 0 }
    guard !parts.isEmpty else { return nil }
    let sum = ofOtherGroups + beyondLimit
    return (sum == 1 ? "1 row is left out: " : "\(sum) rows are left out: ")
      + parts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
  }
}
