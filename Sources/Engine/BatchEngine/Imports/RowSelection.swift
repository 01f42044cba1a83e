import PortGroupModel
import RowLedger

/// Which rows of an input are sent; all of them are read and checked in any case.
package struct RowSelection: Sendable, Equatable {
  /// Names or ids of the groups whose rows are sent; empty for all groups.
  package var groups: [String]
  /// The maximum number of rows to send, the first ones of those groups; `nil` for all rows.
  package var limit: Int?

  package init(groups: [String] = [], limit: Int? = nil) {
    self.groups = groups
    self.limit = limit
  }

  /// Removes the other rows from a run that is staging, and reports their number.
  func apply(
    to run: RunID, of groups: [PortGroup], in setting: RunSetting
  ) async throws(RunStop) {
    let wanted = self.groups.isEmpty ? nil : try GroupSelection(self.groups).ids(in: groups)
    guard wanted != nil || limit != nil else { return }
    let out = try await setting.book(of: run)
      .keepOnly(groups: wanted, first: limit)
    if out.ofOtherGroups + out.beyondLimit > 0 {
      setting.report(
        .leftOut(ofOtherGroups: out.ofOtherGroups, beyondLimit: out.beyondLimit, limit: limit))
    }
  }
}
