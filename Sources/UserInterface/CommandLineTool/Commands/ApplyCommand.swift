import BatchEngine
import FoundationEssentials
import PortGroupFiles
import PortGroupModel
import RowLedger
import UnityConnection

extension Command {
  static let apply = Command(
    name: "apply",
    summary: "Do exactly what an approved plan says",
    details: [
      "Each port group is listed, and each step is compared with what the plan found: as before, it is sent; as the "
        + "plan sets it, it is unchanged; anything else fails as changed-since-plan, and is left alone. Nothing "
        + "outside of the plan is sent, and a plan is applied once.",
      "The plan's fingerprint is typed on a terminal; elsewhere --approve gives it. Deletes need no other "
        + "permission; a port group's last server needs --allow-last.",
    ],
    operands: [planOperand],
    options: connecting
      + [
        .approve, .onDrift, .canaryGroups, .targetMoved, .dryRun, .maxFail, .allowLast, .verify,
        .settleWait, .lockWait, .runKey,
      ] + pacing + [.json, .rowsTo, .progress, .ledger, .ticket, .note],
    exclusive: trusting,
    incompatible: [[.runKey, .dryRun]],
    examples: [
      Example(
        purpose: "apply a plan; the fingerprint is asked for",
        line: "cupibulk apply move.plan --target prod"),
      Example(
        purpose:
          "apply it in a job, and only if nothing has changed since",
        line:
          "cupibulk apply move.plan --target prod --approve ABCDEFGHIJKLMNOPQRSTUVWXYZ --on-drift none"
      ),
    ],
    onlyReports: true, recordsRun: true
  ) { context throws(UsageError) in try ApplyCommand(context) }

  static let planCheck = Command(
    name: "check",
    summary: "Ask the target whether each step of a plan still holds",
    details: ["Nothing is sent. The exit code is 12 if a step no longer holds."],
    operands: [planOperand],
    options: connecting + [.allowLast, .targetMoved] + pacing + [.json, .progress, .ledger],
    exclusive: trusting,
    examples: [
      Example(
        purpose: "see whether a server was changed since the plan was made",
        line: "cupibulk plan check move.plan --target prod")
    ],
    onlyReports: true
  ) { context throws(UsageError) in try ApplyCommand(context, isCheck: true) }
}

/// `cupibulk apply` and `cupibulk plan check`: does what a plan file says, or asks whether it could be done.
struct ApplyCommand: RunnableCommand {
  private let context: CommandContext
  private let connecting: ConnectingOptions
  private let options: PushOptions
  private let lockWait: Duration
  private let progress: ProgressPainter.Mode
  private let approval: PlanFingerprint?
  private let isCheck: Bool

  init(_ context: CommandContext, isCheck: Bool = false) throws(UsageError) {
    let arguments = context.arguments
    self.context = context
    self.isCheck = isCheck
    connecting = try ConnectingOptions(context)
    progress = try arguments.choice(.progress)
    var options = PushOptions()
    if isCheck {
      options.pace = try PacingOptions.pace(context)
      options.isDry = true
      lockWait = .zero
    } else {
      options = try PacingOptions.push(context)
      options.verify = try arguments.choice(.verify)
      options.sendsOnlyWhole = try arguments.choice(.onDrift) == DriftRule.none
      options.canaryGroups = arguments.givenNumber(.canaryGroups)
      lockWait = try arguments.duration(.lockWait)
    }
    options.allowLast = arguments.has(.allowLast)
    self.options = options
    approval = try Self.approval(arguments)
  }

  private static func approval(
    _ arguments: ParsedArguments
  ) throws(UsageError) -> PlanFingerprint? {
    guard let typed = arguments.givenText(.approve) else { return nil }
    guard let fingerprint = PlanFingerprint(typed) else {
      throw UsageError(
        .badValue(
          source: Option.approve.flag, value: typed,
          complaint: "a fingerprint has 26 letters and digits; plan show prints it"),
        of: arguments.path)
    }
    return fingerprint
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let path = context.arguments.operands.first ?? ""
    let conduct = RunConduct(
      progress, phase: isCheck ? "Checking" : "Applying", on: context.console,
      planAsJSON: context.arguments.has(.json), checksPlan: true, rows: context.rows)
    let plan = try await read(path, conduct)
    var connecting = connecting
    if connecting.target.isEmpty { connecting.target = try target(of: plan) }
    connecting = try connecting.resolved(on: context.console)
    var options = options
    options.pace = connecting.fenced(options.pace, on: context.console)
    let ledger = try LedgerAccess.open(context, isDry: options.isDry)
    let address = try TargetAddress(connecting.target)
    let locks = options.isDry ? nil : try connecting.locks(context, conduct, wait: lockWait)
    defer { withExtendedLifetime(locks) {} }
    let applier = PlanApplier(
      plan, allowsOtherAddress: context.arguments.has(.targetMoved), options: options,
      setting: conduct.setting(
        ledger, connecting.recorded(address), locks, fenceCheck: connecting.fenceCheck,
        variable: connecting.targetVariable)
    ) { (try? TargetAddress($0).lockIdentity) == address.lockIdentity }
    let key = try RunKey(context, for: applier.opening, of: [.named(plan.sha256)], in: ledger)
    return try await RunKey.once(key) { [connecting] run async throws(CommandFailure) in
      try await resume(run, of: plan, ledger, conduct, connecting)
    } _: { [options, connecting] () async throws(CommandFailure) in
      if !options.isDry, expiry(of: plan) == nil, let run = try await unfinished(plan, ledger) {
        try await key?.record(with: run.id)
        context.console.note("Run \(run.id) has begun to apply \(plan.path), and is resumed.")
        return RunKey.Outcome(
          status: try await resume(run, of: plan, ledger, conduct, connecting), run: run.id)
      }
      let attempt = RunAttempt(
        context: context, opening: applier.opening, ledger: ledger, key: key)
      let work = Work(plan: plan, options: options, connecting: connecting, locks: locks)
      return RunKey.Outcome(status: try await apply(work, by: applier, as: attempt, conduct))
    }.status
  }

  /// The plan and how it is applied, and the target and its locks.
  private struct Work {
    let plan: PlanApplier.Plan
    let options: PushOptions
    let connecting: ConnectingOptions
    let locks: TargetLocks?
  }

  private func apply(
    _ work: Work, by applier: PlanApplier, as attempt: RunAttempt, _ conduct: RunConduct
  ) async throws(CommandFailure) -> ExitStatus {
    let (plan, options) = (work.plan, work.options)
    return try await attempt.push(conduct) { run async throws(CommandFailure) in
      await applier.recordInput(of: run)
      if plan.counts.refused > 0 {
        let rows = Quantity.count(plan.counts.refused, "row")
        context.console.warn(
          "\(rows) that the plan refused \(plan.counts.refused == 1 ? "is" : "are") not a part of this run"
        )
      }
      PacingOptions.warn(options.pace, on: context.console)
      if let stop = expiry(of: plan) { return await applier.setting.abandon(run, by: stop) }
      if let stop = try await attempt.takeTarget(work.locks, for: run) {
        return await applier.setting.abandon(run, by: stop)
      }
      let target = try await work.connecting.connect(
        conduct, readOnly: options.isDry, timeout: options.pace.giveUp)
      defer { target.close() }
      let approved = await conduct.run { () async -> RunStop? in
        do throws(RunStop) {
          try await applier.check(run, on: target.client)
          try await approve(plan, work.locks, conduct)
          return nil
        } catch {
          return error
        }
      }
      if let approved { return await applier.setting.abandon(run, by: approved) }
      return await conduct.run { await applier.perform(run, on: target.client) }
    }
  }

  // MARK: The file

  private func read(
    _ path: String, _ conduct: RunConduct
  ) async throws(CommandFailure) -> PlanApplier.Plan {
    let read = await conduct.run { () async -> Result<PlanApplier.Plan, RunStop> in
      do throws(RunStop) {
        return .success(try PlanApplier.Plan(path, control: conduct.control))
      } catch {
        return .failure(error)
      }
    }
    switch read {
    case .success(let plan): return plan
    case .failure(let stop): throw CommandFailure(stop.status, stop.sentence, hint: stop.hint ?? "")
    }
  }

  private func expiry(of plan: PlanApplier.Plan) -> RunStop? {
    if let last = PlanOverview.moment(plan.head.notAfter), last >= .now { return nil }
    return .planUsed("\(plan.path) expired on \(plan.head.notAfter); make it again")
  }

  /// The target of a plan without `--target`: a plan may come from anybody, and must not choose who gets the password.
  private func target(of plan: PlanApplier.Plan) throws(CommandFailure) -> String {
    let planned = plan.head.target
    if TargetAddress.isSandbox(planned.url) { return planned.url }
    if let name = planned.name {
      let registry = try TargetRegistry.load(TargetsPlaces(environment: context.environment))
      if (try? registry.find(name)) != nil { return name }
    }
    throw CommandFailure(
      .usage, "A plan does not choose the server that gets the password: name it with --target",
      hint: "\(plan.path) is for \(planned.url)")
  }

  // MARK: An earlier run of the same file

  /// The run that began to apply this file and has something left.
  private func unfinished(
    _ plan: PlanApplier.Plan, _ ledger: Ledger
  ) async throws(CommandFailure) -> Run? {
    try await LedgerAccess.reading {
      for run in try await ledger.runs(applying: plan.sha256) where run.isStaged && !run.wasNotSent
      {
        let isOpen = try await ledger.hasOpenGroups(run.id)
        if isOpen || run.ended == nil { return run }
      }
      return nil
    }
  }

  private func resume(
    _ run: Run, of plan: PlanApplier.Plan, _ ledger: Ledger, _ conduct: RunConduct,
    _ connecting: ConnectingOptions
  ) async throws(CommandFailure) -> ExitStatus {
    if let approval, approval != plan.head.fingerprint {
      let stop = RunStop.notApproved(plan.mismatch(approval))
      throw CommandFailure(stop.status, stop.sentence)
    }
    if run.isRunning {
      throw CommandFailure(
        .locked, "Run \(run.id) is applying \(plan.path) (process \(run.owner.pid))",
        hint: "wait until it has ended")
    }
    let resumable = ResumableRun(run: run, connecting: connecting, context: context)
    try resumable.checkTarget()
    return try await resumable.resume(ledger, conduct, options, lockWait)
  }

  // MARK: The approval

  /// Compares the fingerprint with the one that is given, or typed on the terminal.
  private func approve(
    _ plan: PlanApplier.Plan, _ locks: TargetLocks?, _ conduct: RunConduct
  ) async throws(RunStop) {
    if options.isDry { return }
    if let approval {
      if approval != plan.head.fingerprint { throw .notApproved(plan.mismatch(approval)) }
      return
    }
    guard TerminalPrompt.canAsk else {
      throw .notApproved(
        "nobody has approved \(plan.path): without a terminal, --approve gives its fingerprint")
    }
    context.console.note(plan.summary.escapedForDisplay)
    let question = PlanApproval(
      plan: plan.path, fingerprint: plan.head.fingerprint, control: conduct.control,
      painter: conduct.painter)
    // Nobody else has to wait while a person looks at the plan.
    try await locks?.released { () async throws(RunStop) in try await question.ask() }
  }
}

extension PlanApplier.Plan {
  /// What an approver must know, in one sentence.
  fileprivate var summary: String {
    let parts = [
      (counts.creates, "to create"), (counts.updates, "to update"), (counts.deletes, "to delete"),
      (counts.refused, "refused"),
    ].filter { $0.0 > 0 }.map { "\(Quantity.count($0.0)) \($0.1)" }
    return "\(path) (\(head.kind), made \(head.made) by \(head.by)): "
      + (parts.isEmpty ? "there is nothing to do" : parts.joined(separator: ", "))
      + "; cupibulk plan show shows it."
  }

  /// Why another fingerprint does not approve it.
  fileprivate func mismatch(_ approved: PlanFingerprint) -> String {
    "\(path) has the fingerprint \(head.fingerprint), and \(approved) was approved"
  }
}
