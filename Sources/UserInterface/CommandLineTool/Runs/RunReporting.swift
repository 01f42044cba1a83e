// How commands report the end of a run.

import BatchEngine
import Glibc
import PortGroupModel
import RowLedger

extension CommandContext {
  /// Reports the end of a run or dry run, and returns the exit status.
  func report(
    _ result: RunResult, of conduct: RunConduct, in ledger: Ledger, isDry: Bool
  ) async throws(CommandFailure) -> ExitStatus {
    defer { reportMissingPlan(result) }
    await conduct.finishRows(of: result, in: ledger)
    if let rest = conduct.diagnostics.restText { console.note(rest) }
    if !conduct.diagnostics.text.isEmpty { console.note(conduct.diagnostics.text) }
    if isDry, result.stop == nil || result.stop?.rehearsed != nil,
      result.books?.invalid == 0 || conduct.plan.hasRows
    {
      return reportPlan(conduct.plan, result)
    }
    let text = RunResultText(
      result: result, ledger: ledger, console: console, ledgerOption: LedgerAccess.option(self),
      canSkipInvalid: !arguments.has(.exact)
        && arguments.path.command.options.contains(.skipInvalid),
      isDry: isDry)
    if arguments.has(.json) {
      text.printJSON()
    } else {
      try await LedgerAccess.reading { try await text.print() }
    }
    return result.status
  }

  /// Says so if no plan was written, and a file of an earlier one could be taken for it.
  private func reportMissingPlan(_ result: RunResult) {
    guard let path = arguments.givenText(.planFile), result.plan == nil,
      unsafe access(path, F_OK) == 0
    else { return }
    console.note(
      "No plan was written: \(path.escapedForDisplay) is an earlier file, and unchanged.")
  }

  private func reportPlan(_ plan: PlanReport, _ result: RunResult) -> ExitStatus {
    let status: ExitStatus =
      if result.stop != nil {
        result.status
      } else if plan.hasFailure {
        plan.isCheck ? .planNotTrue : .rowsFailed
      } else if !result.unreadableGroups.isEmpty {
        .tryAgain
      } else {
        (result.books?.invalid ?? 0) > 0 ? .inputInvalid : .success
      }
    if arguments.has(.json) {
      console.end(
        with: RunResultReport(
          result: result, isDry: true, status: status, planned: plan.sumsForPrograms))
    } else {
      console.print(plan.sentence)
      result.plan?.report(on: console)
      result.unnamedServers.report(on: console)
      for group in result.unreadableGroups { console.fail(group.sentence.escapedForDisplay) }
      if let sentence = result.stop?.rehearsed {
        console.fail(sentence)
        if let hint = result.stop?.hint { console.note("    hint: \(hint)") }
      }
    }
    return status
  }
}
