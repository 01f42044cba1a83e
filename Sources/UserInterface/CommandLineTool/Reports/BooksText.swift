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

}

extension Books: JSONObject {
  static let keys: [JSONKey<Books>] = [
    JSONKey("read", "the number of rows that were read", \.read),
    JSONKey("invalid", "rows that are wrong in themselves", \.invalid),
    JSONKey("created", "rows that created a server", \.created),
    JSONKey("updated", "rows that changed a server", \.updated),
    JSONKey("deleted", "rows that deleted a server", \.deleted),
    JSONKey("unchanged", "rows for which nothing had to be done", \.unchanged),
    JSONKey("failed", "rows that failed", \.failed),
    JSONKey("inDoubt", "rows of which it is not known whether they were done", \.inDoubt),
    JSONKey("pending", "rows that are not done", \.pending),
    JSONKey("exported", "servers that an export has read", \.exported),
    JSONKey("balances", "true if the counts after `read` add up to it", \.balances),
  ]
}
