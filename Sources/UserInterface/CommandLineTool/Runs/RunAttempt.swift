import BatchEngine
import RowLedger

/// A command's attempt at a run, which is recorded before anything can fail, and whose ending is recorded.
struct RunAttempt {
  let context: CommandContext
  let opening: RunOpening
  /// The ledger of the run; for a dry run a temporary one, and only the attempt is kept in the user's ledger.
  let ledger: Ledger

  /// Begins the run, and performs its work.
  ///
  /// - Parameter work: Performs and ends the run; an error that it throws before the rows are staged becomes the ending
  ///   of the run.
  /// - Returns: The result of `work`.
  /// - Throws: The error of `work`, or the error if the run could not be recorded.
  func perform<Result>(
    _ work: (RunID) async throws(CommandFailure) -> Result
  ) async throws(CommandFailure) -> Result {
    let run = try await begin(in: ledger)
    if let text = opening.announcement(of: run) { context.console.note(text) }
    do throws(CommandFailure) {
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
    do throws(CommandFailure) {
      let result = try await perform(work)
      let status = try await context.report(result, of: conduct, in: ledger, isDry: opening.isDry)
      await record?.end(result.stop?.ending ?? RunEnding(.done), status)
      return status
    } catch {
      await record?.end(error.ending, error.status)
      throw error
    }
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

    func end(_ ending: RunEnding, _ status: ExitStatus) async {
      try? await ledger.abandon(run, ending, exitCode: Int(status.rawValue))
    }
  }
}

extension RunOpening {
  /// The intended work and its target, for the first line; `nil` for an export, which changes nothing.
  func announcement(of run: RunID) -> String? {
    let source = source == "-" ? "standard input" : source
    let place = target.url
    if isDry {
      let work: String? =
        switch kind {
        case .export: nil
        case .import: source
        case .undo: "undoing run \(source)"
        case .retry: "trying the failed rows of \(source) again"
        }
      return work.map { "Dry run of \($0) on \(place): nothing is sent." }
    }
    return switch kind {
    case .import: "Importing \(source) into \(place), as run \(run)."
    case .export: nil
    case .undo: "Undoing run \(source) on \(place), as run \(run)."
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
