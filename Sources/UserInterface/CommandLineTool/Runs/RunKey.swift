import BatchEngine
import BulkFiles
import Digests
import Glibc
import PortGroupModel
import RowLedger

/// The key of `--run-key`: what the user calls a run, so that the same command does its work once.
///
/// A key belongs to the ledger, for 7 days after its run began. A run that ended before its first write does not use
/// its key up.
struct RunKey: Sendable {
  /// What a run does its work with, besides its options.
  enum Source {
    /// A file, whose content counts, and not its name.
    case file(String)
    /// Such as the run that is undone.
    case named(String)
  }

  /// How a command ended.
  struct Outcome: Sendable {
    let status: ExitStatus
    /// The run that did something just now; `nil` if none did.
    var run: RunID?
  }

  /// A command that sends nothing does not use a key up.
  static let incompatible: [[Option]] = [[.runKey, .dryRun], [.runKey, .planFile]]

  private static let lifetime = Duration.seconds(7 * 86_400)

  private let context: CommandContext
  private let ledger: Ledger
  private let text: String
  /// The digest of what the run is to do.
  private let inputs: String

  /// Reads the sources; `nil` without `--run-key`, and if a file cannot be read, which the run then reports.
  ///
  /// - Throws: `CommandFailure` with the code of a wrong command line for an input that can be read only once.
  init?(
    _ context: CommandContext, for opening: RunOpening, of sources: [Source], in ledger: Ledger
  ) throws(CommandFailure) {
    guard let text = context.arguments.givenText(.runKey) else { return nil }
    var parts = [
      opening.kind.rawValue, opening.target.identity ?? opening.target.url,
      opening.optionsOfKey,
    ]
    for option in [Option.inputFormat, .delimiter, .encoding, .comments] {
      parts.append(context.arguments.givenText(option) ?? "")
    }
    for source in sources {
      switch source {
      case .named(let name): parts.append(name)
      case .file(let path):
        if Self.isStream(path) {
          throw CommandFailure(
            .usage,
            "With --run-key the input is read before the run begins, and "
              + (path == "-" ? "standard input" : path) + " can be read only once",
            hint: "write it to a file first")
        }
        guard let content = ContentDigest(of: path) else { return nil }
        parts.append(content.sha256)
      }
    }
    // With its length, so that two lists of parts never have the same text.
    let whole = parts.map { "\($0.utf8.count):\($0)\n" }.joined()
    self.context = context
    self.ledger = ledger
    self.text = text
    inputs = SHA256.digest(of: Array(whole.utf8)).hexadecimal
  }

  /// True for standard input, a pipe, a terminal or a socket.
  private static func isStream(_ path: String) -> Bool {
    var status = stat()
    guard path != "-" else { return true }
    guard unsafe stat(path, &status) == 0 else { return false }
    return ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
  }

  /// Does the work, unless a run with the key has done it; such a run that is not finished is resumed.
  ///
  /// - Parameters:
  ///   - key: `nil` to do the work in any case.
  ///   - resume: Resumes a run.
  ///   - work: Begins a run.
  /// - Returns: The outcome of the work; for a run that is finished its recorded exit code.
  /// - Throws: `CommandFailure` also if the key was used for something else, or its run is active.
  static func once(
    _ key: RunKey?, resume: (Run) async throws(CommandFailure) -> ExitStatus,
    _ work: () async throws(CommandFailure) -> Outcome
  ) async throws(CommandFailure) -> Outcome {
    guard let key else { return try await work() }
    if let earlier = try await key.earlierRun() { return try await key.settle(earlier, resume) }
    do throws(CommandFailure) {
      return try await work()
    } catch {
      guard error == key.overtaken, let earlier = try await key.earlierRun() else { throw error }
      return try await key.settle(earlier, resume)
    }
  }

  /// Records the key with a run that has just begun.
  func record(with run: RunID) async throws(CommandFailure) {
    try await LedgerAccess.reading {
      try await ledger.record(key: text, inputs: inputs, of: run)
    }
  }

  /// Gives the target back and throws if another process has used the key since this one looked for its runs.
  ///
  /// `run` is the run of this process, which has the target: no other run with the key can begin to send.
  func confirm(_ run: RunID, _ locks: TargetLocks?) async throws(CommandFailure) {
    guard try await earlierRun(except: run) != nil else { return }
    locks?.release()
    throw overtaken
  }

  /// The error of a run that found another one with its key when it got the target.
  private var overtaken: CommandFailure {
    CommandFailure(
      .locked, "Another run with the key \(text) had the target first",
      hint: "run the same command again: nothing was sent")
  }

  /// The run that the newest undo with the key has undone; `nil` if there is none.
  ///
  /// It is what `last` means when `undo last` is repeated.
  static func undoneBefore(
    _ context: CommandContext, in ledger: Ledger
  ) async throws(CommandFailure) -> Run? {
    guard let text = context.arguments.givenText(.runKey) else { return nil }
    return try await LedgerAccess.reading {
      let earlier = try await ledger.runs(withKey: text, inLast: lifetime).first
      guard let opening = earlier?.run.opening, opening.kind == .undo, let parent = opening.parent
      else { return nil }
      return try await ledger.run(parent)
    }
  }

  private func earlierRun(except run: RunID? = nil) async throws(CommandFailure) -> KeyedRun? {
    try await LedgerAccess.reading {
      try await ledger.runs(withKey: text, inLast: Self.lifetime, except: run).first
    }
  }

  // MARK: An earlier run

  private func settle(
    _ earlier: KeyedRun, _ resume: (Run) async throws(CommandFailure) -> ExitStatus
  ) async throws(CommandFailure) -> Outcome {
    guard earlier.inputs == inputs else {
      throw CommandFailure(
        .usage,
        "--run-key \(text): within the last 7 days this key was used by run \(earlier.run.id) for something else",
        hint:
          "choose another key; cupibulk runs show \(earlier.run.id)\(LedgerAccess.option(context)) shows "
          + "what it was")
    }
    let run = try await newestRetry(of: earlier.run)
    if run.isRunning {
      throw CommandFailure(
        .locked, "Run \(run.id) with the key \(text) is still running (process \(run.owner.pid))",
        hint: "wait until it has ended")
    }
    let undo = try await LedgerAccess.undo(of: run, in: ledger)
    let isOpen = try await LedgerAccess.reading { try await ledger.hasOpenGroups(run.id) }
    guard isOpen || run.ended == nil || run.awaitsVerdict else {
      return Outcome(status: try await report(run, undo))
    }
    if let undo {
      throw CommandFailure(
        .failure,
        "Run \(run.id) with the key \(text) was undone by run \(undo), so it is not resumed",
        hint: "to do it once more, choose another key")
    }
    context.console.note("Run \(run.id) with the key \(text) is not finished, and is resumed.")
    return Outcome(status: try await resume(run), run: run.id)
  }

  /// The run that tried the failed rows of a run again, and so on; the run itself if they were not tried again.
  private func newestRetry(of run: Run) async throws(CommandFailure) -> Run {
    try await LedgerAccess.reading {
      var newest = run
      while let retry = try await ledger.children(of: newest.id).last(where: {
        $0.relation == .retry
      }) {
        let child = try await ledger.run(retry.run)
        if child.wasNotSent { break }
        newest = child
      }
      return newest
    }
  }

  /// Prints the result of a finished run, and returns its exit code.
  private func report(_ run: Run, _ undo: RunID?) async throws(CommandFailure) -> ExitStatus {
    let console = context.console
    let date = console.messages.moment(run.ended ?? run.started)
    console.note("cupibulk: note: nothing was sent: key \(text) finished on \(date) as \(run.id)")
    if let undo {
      console.note(
        "    hint: it was undone by run \(undo); to do it once more, choose another key")
    }
    let (books, changed) = try await LedgerAccess.reading {
      (try await ledger.books(of: run.id), try await ledger.changedGroups(of: run.id))
    }
    let result = RunResult(
      run: run.id, books: books, stop: nil,
      groupsToReset: changed.map(\.group).filter(\.needsReset)
        .sorted { $0.displayName < $1.displayName })
    let recorded = run.exitCode.flatMap(Int32.init(exactly:)).flatMap(ExitStatus.init(rawValue:))
    // A signal that came after the last row ended that command, not this one.
    let isOfSignal = [.hungUp, .interrupted, .terminated].contains(recorded)
    let status = isOfSignal ? result.status : recorded ?? result.status
    var text = RunResultText(
      result: result, ledger: ledger, console: console, ledgerOption: LedgerAccess.option(context))
    text.recordedStatus = status
    await context.rows?.finish(result, in: ledger)
    if context.arguments.has(.json) {
      text.printJSON()
    } else {
      try await LedgerAccess.reading { try await text.print() }
    }
    return status
  }
}

extension RunAttempt {
  /// Locks the target, and looks again for a run with the key of this one, which may have begun meanwhile.
  ///
  /// - Returns: Why the lock was not taken; `nil` if it was.
  func takeTarget(_ locks: TargetLocks?, for run: RunID) async throws(CommandFailure) -> RunStop? {
    if let stop = await locks?.takeTarget() { return stop }
    try await key?.confirm(run, locks)
    return nil
  }
}
