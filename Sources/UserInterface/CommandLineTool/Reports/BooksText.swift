// The books of a run: a table for users, and counts for programs.

import RowLedger

extension Books {
  /// The number of rows in each state, with the sum below.
  ///
  /// The valid rows of a refused run are not shown as pending, because no resume would send them.
  func table(wasRefused: Bool) -> TextTable {
    TextTable.summary(
      [
        ("created", created, .green), ("updated", updated, .green), ("deleted", deleted, .green),
        ("unchanged", unchanged, nil), ("invalid", invalid, .red), ("failed", failed, .red),
        ("in doubt", inDoubt, .yellow), (wasRefused ? "not sent" : "pending", pending, .yellow),
        ("exported", exported, .green),
      ], total: ("read", read))
  }

  /// Names and counts in a fixed order, for programs.
  var counts: [(name: String, count: Int)] {
    [
      ("read", read), ("invalid", invalid), ("created", created), ("updated", updated),
      ("deleted", deleted), ("unchanged", unchanged), ("failed", failed), ("inDoubt", inDoubt),
      ("pending", pending), ("exported", exported),
    ]
  }
}
