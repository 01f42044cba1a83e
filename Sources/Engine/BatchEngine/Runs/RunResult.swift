package import PortGroupModel
package import RowLedger

/// The result of a run.
package struct RunResult: Sendable {
  /// The run; `nil` if none was recorded.
  package var run: RunID?
  /// The books; `nil` if no row was kept, or the ledger cannot be read.
  package var books: Books?
  /// Why it ended early; `nil` if it did not.
  package var stop: RunStop?
  /// False if it ended before its rows were in the ledger: nothing was sent, and there is nothing to resume.
  package var isStaged: Bool
  /// True if nothing was sent, because rows are invalid.
  package var wasRefused: Bool
  /// Groups whose changes take effect only after a reset, by name.
  package var groupsToReset: [PortGroup]
  /// Changed groups, by name, if the run stopped before it could find out which need a reset.
  package var groupsNotAsked: [PortGroup]
  /// Groups whose servers could not be listed, by name: their rows are pending, or were not read back.
  package var unreadableGroups: [UnreadableGroup]
  /// Servers in the groups of an import that no row names, of those groups that this process has planned.
  package var unnamedServers: UnnamedServers
  /// Whether the groups of a restore are as its source; `nil` for other runs, and if that was not found out.
  package var verdict: RestoreVerdict?
  /// The plan file that was written; `nil` if none was.
  package var plan: WrittenPlan?

  package init(
    run: RunID?, books: Books?, stop: RunStop?, isStaged: Bool = true, wasRefused: Bool = false,
    groupsToReset: [PortGroup] = [], groupsNotAsked: [PortGroup] = [],
    unreadableGroups: [UnreadableGroup] = [], unnamedServers: UnnamedServers = UnnamedServers(),
    verdict: RestoreVerdict? = nil, plan: WrittenPlan? = nil
  ) {
    self.run = run
    self.books = books
    self.stop = stop
    self.isStaged = isStaged
    self.wasRefused = wasRefused
    self.groupsToReset = groupsToReset
    self.groupsNotAsked = groupsNotAsked
    self.unreadableGroups = unreadableGroups
    self.unnamedServers = unnamedServers
    self.verdict = verdict
    self.plan = plan
  }
}
