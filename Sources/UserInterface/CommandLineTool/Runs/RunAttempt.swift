import BatchEngine
import RowLedger

/// A command's attempt at a run, which is recorded before anything can fail, and whose ending is recorded.
struct RunAttempt {
  let context: CommandContext
  let opening: RunOpening
  /// The ledger of the run; for a dry run a temporary one, and only the attempt is kept in the user's ledger.
  let ledger: Ledger
  /// The source in the first line, if more is said of it than its name.
  var sourceText: String?
  /// What the user calls the run; it is recorded as soon as the run is.
  var key: RunKey?

  /// Begins the run, and performs its work.
  ///
  /// - Parameters:
  ///   - prepare: Called with the run when it is recorded.
  ///   - work: Performs and ends the run; an error that it throws before the rows are staged becomes the ending
  ///   of the run.
  /// - Returns: The result of `work`.
  /// - Throws: The error of `work`, or the error if the run could not be recorded.
  func perform<Result>(
    preparing prepare: (RunID) -> Void = { _ in },
    _ work: (RunID) async throws(CommandFailure) -> Result
  ) async throws(CommandFailure) -> Result {
    let run = try await begin(in: ledger)
    prepare(run)
    do throws(CommandFailure) {
      try await key?.record(with: run)
      return try await work(run)
    } catch {
      // If the ledger fails here, the run has no ending, as after a kill.
      try? await ledger.abandon(run, error.ending, exitCode: Int(error.status.rawValue))
      throw error
    }
  }

  /// Begins a run that writes, performs it, and reports the result.
  func push(
    _ conduct: RunConduct, _ work: (RunID) async throws(CommandFailure) -> RunResult
  ) async throws(CommandFailure) -> ExitStatus {
    let record = opening.isDry ? try await recordOfDryRun() : nil
    // Before anything else is shown, whatever happens.
    defer { conduct.announcement.show(on: context.console) }
    do throws(CommandFailure) {
      let result = try await perform(preparing: { announce($0, conduct) }, work)
      conduct.announcement.show(on: context.console)
      let status = try await context.report(result, of: conduct, in: ledger, isDry: opening.isDry)
      await record?.add(inputsOf: result.run, in: ledger)
      await record?.end(result.stop?.ending ?? RunEnding(.done), status)
      return status
    } catch {
      await record?.end(error.ending, error.status)
      throw error
    }
  }

  /// A run on a server is announced when the server has answered, every other one at once.
  private func announce(_ run: RunID, _ conduct: RunConduct) {
    var opening = opening
    opening.source = sourceText ?? opening.source
    conduct.announcement.prepare { [opening] in
      opening.announcement(of: run, on: $0.text(opening.target.url))
    }
    if opening.isDry || opening.target.isSandbox { conduct.announcement.show(on: context.console) }
  }

  private func recordOfDryRun() async throws(CommandFailure) -> Record? {
    let ledger: Ledger
    do throws(CommandFailure) {
      ledger = try LedgerAccess.open(context)
    } catch {
      // A dry run changes nothing, so it must also work if the ledger cannot be written.
      context.console.warn(
        "this dry run is not recorded: \(error.message.prefix(1).lowercased())"
          + error.message.dropFirst())
      return nil
    }
    return Record(run: try await begin(in: ledger), ledger: ledger)
  }

  private func begin(in ledger: Ledger) async throws(CommandFailure) -> RunID {
    do throws(LedgerError) {
      return try await ledger.beginStaging(opening)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// The attempt of a dry run in the user's ledger.
  private struct Record {
    let run: RunID
    let ledger: Ledger

    /// Records which files were read, from the temporary ledger.
    func add(inputsOf dryRun: RunID?, in temporary: Ledger) async {
      guard let dryRun, let inputs = try? await temporary.inputs(of: dryRun) else { return }
      for input in inputs { try? await ledger.add(input, to: run) }
    }

    func end(_ ending: RunEnding, _ status: ExitStatus) async {
      try? await ledger.abandon(run, ending, exitCode: Int(status.rawValue))
    }
  }
}

extension RunTarget {
  /// True for a sandbox that this program runs itself.
  var isSandbox: Bool { url.hasPrefix("sandbox:") }
}

extension RunOpening {
  /// The intended work, for the first line; `place` is the target with what is known of it.
  func announcement(of run: RunID, on place: String) -> String {
    let source = source == "-" ? "standard input" : source
    if isDry {
      let work =
        switch kind {
        case .import, .export, .diff, .backup: source
        case .restore where parent != nil: "trying the failed rows of \(source) again"
        case .restore: "restoring \(source)"
        case .undo: "undoing run \(source)"
        case .retry: "trying the failed rows of \(source) again"
        case .apply: "applying \(source)"
        }
      return
        "Dry run of \(work) \(kind == .apply ? "to" : kind == .restore ? "onto" : "on") \(place): nothing is sent."
    }
    return switch kind {
    case .restore where parent != nil:
      "Trying the failed rows of \(source) again on \(place), as run \(run)."
    case .import: "Importing \(source) into \(place), as run \(run)."
    case .restore: "Restoring \(source) onto \(place), as run \(run)."
    case .diff: "Comparing \(source) with \(place), as run \(run)."
    case .backup: "Backing up \(place) to \(source), as run \(run)."
    case .export: "Exporting \(place), as run \(run)."
    case .undo: "Undoing run \(source) on \(place), as run \(run)."
    case .apply: "Applying \(source) to \(place), as run \(run)."
    case .retry: "Trying the failed rows of \(source) again on \(place), as run \(run)."
    }
  }
}

extension CommandFailure {
  /// The ending that the ledger records for an error.
  var ending: RunEnding {
    switch status {
    case .interrupted: RunEnding(.interrupted, reason: "by the user")
    case .terminated, .hungUp: RunEnding(.interrupted, reason: "by the system")
    case .locked, .tryAgain, .refused, .usage: RunEnding(.stopped, reason: message)
    default: RunEnding(.failed, reason: message)
    }
  }
}
