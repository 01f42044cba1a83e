// The options of the commands for repositories of snapshots.

import SnapshotRepository

extension Option {
  package static let targets = Option(
    "target", .text("T", .targets), in: .target, isRepeatable: true,
    "the server: a name of targets.ini, https://HOST[:PORT], or sandbox:FILE; may be repeated")
  package static let expectedTargets = Option(
    "target", .text("T", .targets), in: .input, isRepeatable: true, readsEnvironment: false,
    "a target that must have snapshots, as backup run names it, so that status reports it if it has none; "
      + "may be repeated")
  package static let snapshotsOf = Option(
    "target", .text("T", .targets), in: .input, readsEnvironment: false,
    "only the snapshots of this target, by its name, URL or id")
  package static let backupLockWait = Option(
    "lock-wait", .duration(.zero ... .seconds(7 * 86400)), in: .safety, fallback: "10m",
    "how long to wait while another run pushes to the target, or another process writes to the repository"
  )
  package static let drillAge = Option(
    "drill-age", .duration(.zero ... .seconds(36_500 * 86400)), in: .input, readsEnvironment: false,
    "rehearse a restore when the last one that succeeded is older; 0 for never (default: 7d)")
  package static let maxAge = Option(
    "max-age", .duration(.seconds(1) ... .seconds(36_500 * 86400)), in: .input, fallback: "26h",
    "how old the last good snapshot may be")
  package static let noDrill = Option(
    "no-drill", in: .safety, readsEnvironment: false,
    "rehearse no restore, also if one is due")
  package static let noForget = Option(
    "no-forget", in: .safety, readsEnvironment: false,
    "forget no snapshot, whatever the policy says")
  package static let allSnapshots = Option(
    "all", in: .output, readsEnvironment: false,
    "list each snapshot, and not only where the configuration changed")
  package static let reason = Option(
    "reason", .line(500), in: .input, readsEnvironment: false,
    "why, for whoever reads it later; it is recorded in the chain")
  package static let head = Option(
    "head", .text("DIGEST", .anything), in: .input, isRepeatable: true, readsEnvironment: false,
    "the digest of a line of a chain that was kept elsewhere, and which must be in it; may be repeated"
  )
  package static let dryForget = Option(
    "dry-run", short: "n", in: .safety, readsEnvironment: false,
    "forget nothing: show for each snapshot whether it is kept, and why")

  private static func keep(_ name: String, _ what: String) -> Option {
    Option(
      "keep-\(name)", .number(RetentionPolicy.counts), in: .input, readsEnvironment: false, what)
  }

  package static let keepLast = keep("last", "keep the newest N good snapshots")
  package static let keepHourly = keep(
    "hourly", "keep the newest good snapshot of each of the last N hours that have one")
  package static let keepDaily = keep("daily", "the same for days (UTC)")
  package static let keepWeekly = keep("weekly", "the same for weeks, which begin on Monday")
  package static let keepMonthly = keep("monthly", "the same for months")
  package static let keepYearly = keep("yearly", "the same for years")
  package static let keepWithin = Option(
    "keep-within", .text("TIME", .anything), in: .input, readsEnvironment: false,
    "keep all good snapshots that are newer than TIME before the newest one, such as 2y5m7d3h")
  package static let minGood = Option(
    "min-good", .number(RetentionPolicy.counts), in: .input, readsEnvironment: false,
    "always keep at least N good snapshots (default: \(RetentionPolicy.usualMinGood))")

  /// The rules of a policy.
  static let retention: [Option] = [
    keepLast, keepHourly, keepDaily, keepWeekly, keepMonthly, keepYearly, keepWithin,
  ]
}
