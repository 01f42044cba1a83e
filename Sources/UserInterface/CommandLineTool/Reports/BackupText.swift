// How the backup of a target is reported, as lines for people and as JSON.

import BatchEngine
import RowLedger
import SnapshotRepository

extension BackupOutcome {
  /// Prints the outcome: a snapshot on standard output, what went wrong on standard error.
  func report(on console: Console, repositoryOption: String) {
    if let result {
      let snapshot = result.snapshot
      let summary = result.summary { console.output.styled($0, .red) }
      console.print("\(target.escapedForDisplay): \(summary)")
      for reason in snapshot.suspicions {
        console.warn("\(target): the snapshot is suspect: \(reason)".escapedForDisplay)
      }
      if !snapshot.isGood {
        console.note(
          "    hint: if that is right: cupibulk backup accept \(snapshot.id) --reason WHY\(repositoryOption)"
        )
      }
      for earlier in result.recovered {
        console.note(
          "\(target): snapshot \(earlier.id) of a run that was stopped is complete now."
            .escapedForDisplay)
      }
      if result.isChainDamaged {
        console.warn(
          "\(target): lines of its chain are missing or were changed, so that nothing is forgotten: cupibulk backup verify\(repositoryOption)"
            .escapedForDisplay)
      }
    }
    if !forgotten.isEmpty {
      console.note(
        "\(target): \(Quantity.count(forgotten.count, "snapshot")) moved to the trash, for 30 days."
          .escapedForDisplay)
    }
    if let drill { DrillText(result: drill).report(on: console, of: target) }
    guard let failure else { return }
    console.fail("\(target): \(failure.message)".escapedForDisplay)
    if !failure.hint.isEmpty { console.note("    hint: \(failure.hint)".escapedForDisplay) }
  }

  /// Everything, with the same keys always.
  var cells: [(key: String, cell: JSONLine.Cell)] {
    let snapshot = result?.snapshot
    return [
      ("target", .text(target)), ("targetID", .text(snapshot?.target.id)),
      ("repository", .text(repository)), ("exit", .number(Int(status.rawValue))),
      ("run", .text(run?.text)), ("snapshot", .text(snapshot?.id.text)),
      ("good", snapshot.map { .flag($0.isGood) } ?? .text(nil)),
      ("suspicions", .list(snapshot?.suspicions ?? [])),
      ("servers", .number(snapshot?.servers)), ("groups", .number(snapshot?.groups)),
      ("unchanged", result.map { .flag($0.isUnchanged) } ?? .text(nil)),
      ("object", .text(snapshot?.object)), ("chainHead", .text(result?.head)),
      ("forgotten", .list(forgotten.map(\.id.text))),
      ("drill", drill.map { .flag($0.isPassed) } ?? .text(nil)),
      ("failure", .text(failure?.message)),
    ]
  }
}

extension Backup.Result {
  /// `snapshot 20261127T041500Z-ab3f, good, 180 servers of 40 port groups, unchanged`; `style` marks what is suspect.
  func summary(style: (String) -> String = { $0 }) -> String {
    "snapshot \(snapshot.id), \(snapshot.isGood ? "good" : style("SUSPECT")), \(snapshot.countsText)"
      + (isUnchanged ? ", unchanged" : "")
  }
}
