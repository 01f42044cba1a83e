// What commands have in common that go on from an earlier run: its target, and nobody else at work on it.

import BatchEngine
import RowLedger
import UnityConnection

/// An earlier run, and the way to its target.
struct GoingOn: Sendable {
  let run: Run
  let connecting: ConnectingOptions
  let context: CommandContext

  /// A target that is given again must be the run's own; one in memory is gone.
  func checkTarget() throws(CommandFailure) {
    let own = run.opening.target
    if own.url == "sandbox:" {
      throw CommandFailure(
        .refused, "Run \(run.id) was on a sandbox in memory, which is gone",
        hint: "keep a sandbox in a file with --target sandbox:FILE")
    }
    guard !connecting.target.isEmpty else { return }
    let given = try TargetAddress(connecting.target)
    guard run.isOn(given) else {
      throw CommandFailure(
        .refused, "Run \(run.id) was on \(own.url), not on \(given.text)",
        hint: "leave --target out, or import the file into the other target")
    }
  }

  /// Connects to the run's target, and does the work there.
  func push(
    _ ledger: Ledger, _ conduct: RunConduct, _ options: PushOptions,
    _ work: @escaping @Sendable (RunSetting, ConnectionClient) async -> RunResult
  ) async throws(CommandFailure) -> RunResult {
    var connecting = connecting
    connecting.target = address
    let lock = options.isDry ? nil : try connecting.lock(context)
    defer { withExtendedLifetime(lock) {} }
    if run.isRunning, !options.isDry {
      throw CommandFailure(
        .locked, "Run \(run.id) is still running (process \(run.owner.pid))",
        hint: "wait until it has ended")
    }
    let target = try connecting.open(
      connecting.address(on: context.console), on: context.console, readOnly: options.isDry,
      patience: options.pace.giveUp)
    defer { target.close() }
    let setting = conduct.setting(ledger, target)
    return await conduct.run { await work(setting, target.client) }
  }

  /// A sandbox's file is found from any folder.
  private var address: String {
    let own = run.opening.target
    guard own.url.hasPrefix("sandbox:"), let identity = own.identity else { return own.url }
    return identity
  }
}

extension Run {
  /// True if the run's target is this one, in whatever spelling.
  func isOn(_ target: TargetAddress) -> Bool {
    target.text == opening.target.url || target.lockIdentity == opening.target.identity
  }
}
