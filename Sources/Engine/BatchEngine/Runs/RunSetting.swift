package import PortGroupModel
package import RowLedger
package import UnityConnection

/// What every run needs around it, whatever it does.
package struct RunSetting: Sendable {
  package let ledger: Ledger
  /// Where the ledger says that rows go, or come from.
  package let target: RunTarget
  /// For the books: a later version may read them.
  package let toolVersion: String
  package let control: RunControl
  package let clock: any RunClock
  /// Receives what happens, from any thread.
  package let report: @Sendable (RunEvent) -> Void
  /// The exit code of a run with this result, for the ledger; the user interface defines the codes.
  package let exitCode: @Sendable (RunResult) -> Int
  /// What the ledger records of a run that stopped so; the words are the user interface's.
  package let ending: @Sendable (RunStop) -> RunEnding
  /// Called once, before anything is sent, with the machines of the cluster and the server's own id.
  ///
  /// What it throws ends the run. Without it the server is not asked.
  package var confirmServer: (@Sendable ([ClusterServer], ObjectID?) async throws(RunStop) -> Void)?

  package init(
    ledger: Ledger, target: RunTarget, toolVersion: String, control: RunControl,
    clock: any RunClock = MachineClock(), exitCode: @escaping @Sendable (RunResult) -> Int,
    ending: @escaping @Sendable (RunStop) -> RunEnding,
    report: @escaping @Sendable (RunEvent) -> Void
  ) {
    self.ledger = ledger
    self.target = target
    self.toolVersion = toolVersion
    self.control = control
    self.clock = clock
    self.exitCode = exitCode
    self.ending = ending
    self.report = report
  }
}
