// What commands have in common that go on from an earlier run: its target, and nobody else at work on it.

import BatchEngine
import PortGroupModel
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
    guard !connecting.target.isEmpty else { return try checkLedger() }
    let given = try TargetAddress(connecting.target)
    // Another name may be one of the same server, which tells its own id once it is asked.
    guard run.isOn(given) || (given.isRemote && serverID != nil) else {
      throw CommandFailure(
        .refused, "Run \(run.id) was on \(own.url), not on \(given.text)",
        hint: "leave --target out, or import the file into the other target")
    }
  }

  /// A ledger from elsewhere could have been made by another user: it must not choose who gets the password.
  private func checkLedger() throws(CommandFailure) {
    guard let ledger = context.arguments.givenText(.ledger),
      try TargetAddress(run.opening.target.url).isRemote,
      !StateFolder(environment: context.environment).holds(ledger)
    else { return }
    let url = run.opening.target.url
    throw CommandFailure(
      .refused,
      "The ledger \(ledger) is not in the state folder, so that it cannot choose the server that gets the password",
      hint: "if run \(run.id) was on a server of yours, name it: --target \(url.shellWord)")
  }

  /// Connects to the run's target, and does the work there.
  func push(
    _ ledger: Ledger, _ conduct: RunConduct, _ options: PushOptions, _ lockWait: Duration,
    _ work: @escaping @Sendable (RunSetting, ConnectionClient) async -> RunResult
  ) async throws(CommandFailure) -> RunResult {
    var connecting = connecting
    connecting.target = try address
    let locks = options.isDry ? nil : try connecting.locks(context, conduct, wait: lockWait)
    defer { withExtendedLifetime(locks) {} }
    if let stop = await locks?.takeTarget() { return RunResult(run: nil, books: nil, stop: stop) }
    if run.isRunning, !options.isDry {
      throw CommandFailure(
        .locked, "Run \(run.id) is still running (process \(run.owner.pid))",
        hint: "wait until it has ended")
    }
    let target = try connecting.open(
      connecting.address(on: context.console), on: context.console, readOnly: options.isDry,
      patience: options.pace.giveUp)
    defer { target.close() }
    if target.run.url != run.opening.target.url { try await recognise(target, as: target.run.url) }
    let setting = conduct.setting(ledger, target, locks, known: serverID)
    return await conduct.run { await work(setting, target.client) }
  }

  /// A server under another name must be the one that the run was on; seen before the run is touched.
  private func recognise(
    _ target: OpenTarget, as name: String
  ) async throws(CommandFailure) {
    guard let serverID else { return }
    let told: ObjectID?
    do throws(ServerError) {
      told = try await target.client.vmsServers().identity
    } catch {
      throw CommandFailure(error)
    }
    guard told != serverID else { return }
    throw CommandFailure(
      .refused, "\(name) is not the server that run \(run.id) was on",
      hint: "leave --target out, or import the file into the other target")
  }

  /// The server's own id, where it told one.
  private var serverID: ObjectID? { run.opening.target.identity.flatMap { ObjectID($0) } }

  /// A sandbox's file is found from any folder; a server under the name that is given now.
  private var address: String {
    get throws(CommandFailure) {
      let own = run.opening.target
      if !connecting.target.isEmpty, try TargetAddress(connecting.target).isRemote {
        return connecting.target
      }
      guard own.url.hasPrefix("sandbox:"), let identity = own.identity else { return own.url }
      return identity
    }
  }
}

extension Run {
  /// True if the run's target is this one, in whatever spelling.
  func isOn(_ target: TargetAddress) -> Bool {
    let own = opening.target
    return target.text == own.url || target.lockIdentity == own.identity
      || target.isRemote && target.lockName == (try? TargetAddress(own.url))?.lockName
  }
}
