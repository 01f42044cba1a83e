package import PortGroupModel
package import RowLedger
package import UnityConnection

/// The environment of a run of any kind.
package struct RunSetting: Sendable {
  package let ledger: Ledger
  /// The target of the run, for the ledger.
  package let target: RunTarget
  /// The version of the program, for the ledger.
  package let toolVersion: String
  package let control: RunControl
  package let clock: any RunClock
  /// Receives events, on any thread.
  package let report: @Sendable (RunEvent) -> Void
  /// Returns the exit code for a result, which the ledger records; the user interface defines the codes.
  package let exitCode: @Sendable (RunResult) -> Int
  /// Returns the ending that the ledger records for a stop; the user interface words it.
  package let ending: @Sendable (RunStop) -> RunEnding
  /// Called once, before the input is read, with the machines of the cluster and the server's own id.
  ///
  /// An error that it throws ends the run. If it is `nil`, the server's identity is not requested.
  package var confirmServer: (@Sendable ([ClusterServer], ObjectID?) async throws(RunStop) -> Void)?

  /// True if `confirmServer` is called, without an id, also for a server that does not report its identity.
  package var needsIdentity = false
  /// Returns limits that are known once the server is confirmed; they only lower those of the run.
  package var paceLimit: (@Sendable () -> PaceLimit?)?
  /// Called once, before the input is read, with the server's version, if it is known, and the machines of the cluster.
  package var announce: (@Sendable (String?, [ClusterServer]) -> Void)?
  /// Called with the plan of the whole run before anything is sent; an error that it throws ends the run.
  ///
  /// If it is `nil`, nobody is asked, and each group is planned when its turn comes.
  package var confirmPlan: (@Sendable (PlanSummary) async throws(RunStop) -> Void)?

  /// The file to which the plan is written instead of being sent; only for a dry run.
  package var planFile: PlanFile?

  /// False if the plan needs no confirmation after all, as is known once the server is confirmed.
  package var needsConfirmation: @Sendable () -> Bool = { true }

  /// The part of the ledger for one run.
  func book(of run: RunID) -> RunBook { RunBook(ledger: ledger, run: run) }

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
