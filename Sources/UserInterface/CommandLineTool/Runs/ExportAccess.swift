// Exports of the ledger as the source of a restore or a side of a comparison: `run:NAME`, `run:last`.

import BatchEngine
import RowLedger

extension LedgerAccess {
  /// The export that `run:NAME` means: a run by its name or the beginning of it; the newest export for `last`.
  static func export(
    _ name: String, in ledger: Ledger
  ) async throws(CommandFailure) -> Run {
    if name.lowercased() == "last" {
      let newest = try await reading {
        try await ledger.newestRun { $0.opening.kind == .export && $0.isStaged }
      }
      if let newest { return newest }
      throw CommandFailure(
        .failure, "The ledger \(ledger.path) has no export yet",
        hint: "make one with: cupibulk export --target T -o FILE")
    }
    let named = try await reading { try await ledger.runs(named: name, limit: 100) }
    let exports = named.filter { $0.opening.kind == .export }
    let fitting = exports.isEmpty ? named : exports
    switch fitting.count {
    case 1: return fitting[0]
    case 0:
      throw CommandFailure(
        .failure, "The ledger \(ledger.path) has no run \(name)",
        hint: "list the exports with: cupibulk runs list --kind export")
    default:
      throw CommandFailure(
        .failure, "\(fitting.count) runs begin with \(name)",
        hint: "type more of the name; cupibulk runs list shows them")
    }
  }

  /// The servers that such an export has read.
  static func exported(
    _ name: String, in ledger: Ledger
  ) async throws(CommandFailure) -> ExportedConfiguration {
    let run = try await export(name, in: ledger)
    do throws(RunStop) {
      return try await ExportedConfiguration(of: run, in: ledger)
    } catch {
      throw CommandFailure(error.status, error.reason.sentenceStart, hint: error.hint ?? "")
    }
  }
}
