package import PortGroupModel
package import RowLedger

/// How a run came out.
package struct RunResult: Sendable {
  /// `nil` where none was begun.
  package var run: RunID?
  /// `nil` if no row of it was kept, or the ledger cannot be read.
  package var books: Books?
  /// Why it ended before its work was done; `nil` if it did not.
  package var stop: RunStop?
  /// False if it ended before its rows were in the ledger: nothing was sent, and there is nothing to resume.
  package var isStaged: Bool
  /// True if nothing was sent, because rows are invalid.
  package var wasRefused: Bool
  /// Groups whose changes take effect only after a reset, by name.
  package var groupsToReset: [PortGroup]
  /// Groups that were changed by a run that stopped before it could ask which need a reset, by name.
  package var groupsNotAsked: [PortGroup]
  /// Groups whose servers could not be listed, by name: their rows wait, or were not read back.
  package var unreadableGroups: [UnreadableGroup]
  /// Servers in the groups of an import that no row names, as far as the groups were planned now.
  package var unnamedServers: UnnamedServers

  package init(
    run: RunID?, books: Books?, stop: RunStop?, isStaged: Bool = true, wasRefused: Bool = false,
    groupsToReset: [PortGroup] = [], groupsNotAsked: [PortGroup] = [],
    unreadableGroups: [UnreadableGroup] = [], unnamedServers: UnnamedServers = UnnamedServers()
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
  }
}
