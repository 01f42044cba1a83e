import BatchEngine
import PortGroupModel
import RowLedger
import UnityConnection

/// An earlier run from which a command continues, and its target, which no other run may use meanwhile.
struct ResumableRun: Sendable {
  let run: Run
  let connecting: ConnectingOptions
  let context: CommandContext

  /// A given target must be that of the run; a sandbox in memory no longer exists.
  func checkTarget() throws(CommandFailure) {
    let own = run.opening.target
    if own.url == "sandbox:" {
      throw CommandFailure(
        .refused, "Run \(run.id) was on a sandbox in memory, which is gone",
        hint: "keep a sandbox in a file with --target sandbox:FILE")
    }
    guard !connecting.target.isEmpty else { return try checkLedger() }
    let given = try TargetAddress(connecting.target)
    // Another name may belong to the same server; its id is checked after connecting.
    guard run.isOn(given) || (given.isRemote && serverID != nil) else {
      throw CommandFailure(
        .refused, "Run \(run.id) was on \(own.url), not on \(given.text)",
        hint: "leave --target out, or import the file into the other target")
    }
  }

  /// A ledger from another source could be made by another user: it must not decide which server gets the password.
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

  /// Resumes the run itself.
  func resume(
    _ ledger: Ledger, _ conduct: RunConduct, _ options: PushOptions, _ lockWait: Duration
  ) async throws(CommandFailure) -> ExitStatus {
    let way = try way(ledger, conduct, options, lockWait)
    let options = way.options
    defer { withExtendedLifetime(way.locks) {} }
    // The server may have another name now; a sandbox is identified by its file as it was typed.
    let url = way.address.isRemote ? way.address.text : run.opening.target.url
    let isDry = options.isDry
    conduct.announcement.prepare { [id = run.id] target in
      let place = target.text(url)
      return isDry
        ? "Dry run of resuming run \(id) on \(place): nothing is sent."
        : "Resuming run \(id) on \(place)."
    }
    defer { conduct.announcement.show(on: context.console) }
    if isDry || !way.address.isRemote { conduct.announcement.show(on: context.console) }
    let resumer = Resumer(run: run, options: options, setting: way.setting)
    if let stop = await way.locks?.takeTarget() {
      conduct.announcement.show(on: context.console)
      let result = RunResult(run: run.id, books: nil, stop: stop, isStaged: false)
      return try await context.report(result, of: conduct, in: ledger, isDry: options.isDry)
    }
    try await checkOwner(options, ledger)
    let target = try await open(way, options, conduct)
    defer { target.close() }
    try await context.rows?.leaveOut(finishedRowsOf: run.id, in: ledger)
    let result = await conduct.run { await resumer.run(on: target.client) }
    conduct.announcement.show(on: context.console)
    return try await context.report(result, of: conduct, in: ledger, isDry: options.isDry)
  }

  /// Whether the user is asked before anything is sent.
  func asking(_ options: PushOptions) throws(CommandFailure) -> Asking {
    context.asking(before: try TargetAddress(try address), isDry: options.isDry)
  }

  /// Begins a child run of this run.
  func begin(
    _ purpose: ChildRun.Purpose, _ ledger: Ledger, _ conduct: RunConduct, _ options: PushOptions,
    _ lockWait: Duration
  ) async throws(CommandFailure) -> ExitStatus {
    let way = try way(ledger, conduct, options, lockWait)
    let options = way.options
    defer { withExtendedLifetime(way.locks) {} }
    let child = try await LedgerAccess.reading {
      try await ChildRun(of: run, to: purpose, options: options, setting: way.setting)
    }
    // The key of an import is that of the run whose failed rows are tried again.
    let key =
      purpose == .undo
      ? try RunKey(context, for: child.opening, of: [.named(run.id.text)], in: ledger) : nil
    let attempt = RunAttempt(context: context, opening: child.opening, ledger: ledger, key: key)
    return try await RunKey.once(key) { earlier async throws(CommandFailure) in
      let resumable = ResumableRun(run: earlier, connecting: connecting, context: context)
      return try await resumable.resume(ledger, conduct, options, lockWait)
    } _: { () async throws(CommandFailure) in
      let status = try await attempt.push(conduct) { new async throws(CommandFailure) in
        if let stop = try await attempt.takeTarget(way.locks, for: new) {
          return await way.setting.abandon(new, by: stop)
        }
        try await checkOwner(options, ledger)
        let target = try await open(way, options, conduct)
        defer { target.close() }
        return await conduct.run { await child.perform(new, on: target.client) }
      }
      return RunKey.Outcome(status: status)
    }.status
  }

  /// The target, its locks, and the setting for a run on it.
  private struct Way {
    var connecting: ConnectingOptions
    var address: TargetAddress
    var locks: TargetLocks?
    var setting: RunSetting
    /// With the pace that the target's fences allow.
    var options: PushOptions
  }

  private func way(
    _ ledger: Ledger, _ conduct: RunConduct, _ options: PushOptions, _ lockWait: Duration
  ) throws(CommandFailure) -> Way {
    var connecting = connecting
    connecting.target = try self.address
    connecting = try connecting.resolved(on: context.console, isRecorded: true)
    let address = try TargetAddress(connecting.target)
    let locks = options.isDry ? nil : try connecting.locks(context, conduct, wait: lockWait)
    var options = options
    options.pace = connecting.fenced(options.pace, on: context.console)
    var setting = conduct.setting(
      ledger, connecting.recorded(address), locks, known: serverID,
      fenceCheck: connecting.fenceCheck, variable: connecting.targetVariable)
    setting.planFile = try PlanFileOptions.file(context, connecting)
    return Way(
      connecting: connecting, address: address, locks: locks, setting: setting, options: options)
  }

  /// Refuses a run that is at work now, whatever it was before this process waited for the target.
  private func checkOwner(
    _ options: PushOptions, _ ledger: Ledger
  ) async throws(CommandFailure) {
    if options.isDry { return }
    let id = run.id
    let run = try await LedgerAccess.reading { try await ledger.run(id) }
    guard run.isRunning else { return }
    throw CommandFailure(
      .locked, "Run \(run.id) is still running (process \(run.owner.pid))",
      hint: "wait until it has ended")
  }

  /// Connects to the run's target.
  private func open(
    _ way: Way, _ options: PushOptions, _ conduct: RunConduct
  ) async throws(CommandFailure) -> OpenTarget {
    let target = try await way.connecting.connect(
      conduct, readOnly: options.isDry, timeout: options.pace.giveUp)
    let name = way.address.text
    guard name != run.opening.target.url else { return target }
    do throws(CommandFailure) {
      try await confirmServer(target, as: name)
    } catch {
      target.close()
      throw error
    }
    return target
  }

  /// A server under another name must be the server of the run; checked before the run is changed.
  private func confirmServer(
    _ target: OpenTarget, as name: String
  ) async throws(CommandFailure) {
    guard let serverID else { return }
    let shown: ObjectID?
    do throws(ServerError) {
      shown = try await target.client.vmsServers().identity
    } catch {
      throw CommandFailure(error)
    }
    guard shown != serverID else { return }
    throw CommandFailure(
      .refused, "\(name) is not the server that run \(run.id) was on",
      hint: "leave --target out, or import the file into the other target")
  }

  /// The server's own id, if it reported one.
  private var serverID: ObjectID? { run.opening.target.identity.flatMap { ObjectID($0) } }

  /// The file of a sandbox as an absolute path; a server by the name that is given now.
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
  /// True if the run has this target, in any spelling.
  func isOn(_ target: TargetAddress) -> Bool {
    let own = opening.target
    return target.text == own.url || target.lockIdentity == own.identity
      || target.isRemote && target.lockName == (try? TargetAddress(own.url))?.lockName
  }
}
