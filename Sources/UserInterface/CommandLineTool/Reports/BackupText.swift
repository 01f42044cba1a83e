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

}

/// What a backup of one or more targets did, for programs.
struct BackupReport: JSONEnding {
  let targets: [BackupOutcome]

  static let type = "backup"
  static let summary = "What became of each target: the result of `backup run`."

  static let keys: [JSONKey<BackupReport>] = [
    JSONKey("targets", "an object for each target", \.targets)
  ]
}

extension BackupOutcome: JSONObject {
  static let keys: [JSONKey<BackupOutcome>] = [
    JSONKey("target", "the target: its name, or its URL", \.target),
    JSONKey("targetID", "the id of its server", \.result?.snapshot.target.id),
    JSONKey("repository", "the folder; null if none was found", \.repository),
    JSONKey("exit", "the exit code if this had been the only target") { Int($0.status.rawValue) },
    JSONKey("run", "the run of the ledger", \.run?.text),
    JSONKey("snapshot", "the snapshot; null if none was added", \.result?.snapshot.id.text),
    JSONKey("good", "true if it is good, false if it is suspect", \.result?.snapshot.isGood),
    JSONKey("suspicions", "why it is suspect") { $0.result?.snapshot.suspicions ?? [] },
    JSONKey("servers", "the number of its servers", \.result?.snapshot.servers),
    JSONKey("groups", "the number of its port groups", \.result?.snapshot.groups),
    JSONKey(
      "unchanged", "true if the configuration is that of the last one", \.result?.isUnchanged),
    JSONKey("object", "the SHA-256 of its unpacked file", \.result?.snapshot.object),
    JSONKey("chainHead", "the digest of the newest line of the chain", \.result?.head),
    JSONKey("forgotten", "the snapshots that were forgotten") { $0.forgotten.map(\.id.text) },
    JSONKey("drill", "true if the rehearsal of a restore succeeded; null if none was due") {
      $0.drill?.isPassed
    },
    JSONKey("failure", "what went wrong; null if nothing did", \.failure?.message),
  ]
}

extension Backup.Result {
  /// `snapshot 20261127T041500Z-ab3f, good, 180 servers of 40 port groups, unchanged`; `style` marks what is suspect.
  func summary(style: (String) -> String = { $0 }) -> String {
    "snapshot \(snapshot.id), \(snapshot.isGood ? "good" : style("SUSPECT")), \(snapshot.countsText)"
      + (isUnchanged ? ", unchanged" : "")
  }
}
