// A command's attempt at a run: named on the first line, in the books before anything can fail, with its ending.

import BatchEngine
import RowLedger

/// What a command is about to do to a target.
struct RunAttempt {
  let context: CommandContext
  let opening: RunOpening
  /// A throw-away one for a dry run, whose attempt alone is kept in the user's.
  let ledger: Ledger

  /// Begins the run, and works.
  ///
  /// - Parameter work: Gets the run, and ends it; what it throws before its rows are in the books is how the run ended.
  /// - Returns: What the work returns.
  /// - Throws: What the work throws, or what kept the run out of the books.
  func perform<Result>(
    _ work: (RunID) async throws(CommandFailure) -> Result
  ) async throws(CommandFailure) -> Result {
    let run = try await begin(in: ledger)
    if let text = opening.announcement(of: run) { context.console.note(text) }
    do throws(CommandFailure) {
      return try await work(run)
    } catch {
      // A ledger that fails now leaves the run without an end, as a kill would.
      try? await ledger.abandon(run, error.ending, exitCode: Int(error.status.rawValue))
      throw error
    }
  }

  /// Begins a run that writes, works, and reports how it came out.
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
      // It changes nothing, so that it may run where nothing can be written.
      context.console.warn(
        "this dry run is not in the books: \(error.message.prefix(1).lowercased())"
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

  /// The attempt at a dry run in the user's ledger.
  private struct Record {
    let run: RunID
    let ledger: Ledger

    func end(_ ending: RunEnding, _ status: ExitStatus) async {
      try? await ledger.abandon(run, ending, exitCode: Int(status.rawValue))
    }
  }
}

extension RunOpening {
  /// What is about to be done, and to which target; `nil` for an export, which changes none.
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
  /// What the ledger says of a run that ended so.
  var ending: RunEnding {
    switch status {
    case .interrupted: RunEnding(.interrupted, reason: "by the user")
    case .locked, .tryAgain, .refused, .usage: RunEnding(.stopped, reason: message)
    default: RunEnding(.failed, reason: message)
    }
  }
}
