import BatchEngine
import FoundationEssentials
import PortGroupFiles
import PortGroupModel
import RowLedger

/// The result of a run or a dry run, for programs.
struct RunResultReport: JSONEnding {
  let result: RunResult
  let isDry: Bool
  let status: ExitStatus
  /// The number of rows by what would be done; `nil` unless a dry run was planned to its end.
  var planned: PlannedSums?

  /// The number of rows that a dry run would send, by what they would do.
  struct PlannedSums: Sendable {
    let create: Int
    let update: Int
    let delete: Int
    let unchanged: Int
    let fail: Int
  }

  /// The books; `nil` if there are none, or if they only say that nothing was sent.
  private var books: Books? { planned == nil ? result.books : nil }

  var asAttempt: String? { AttemptReport(result: self).line }

  static let type = "result"
  static let summary =
    "What became of a run: the result of `import`, `restore`, `undo`, `apply`, `resume` and `plan check`. A dry run that "
    + "was planned to its end has `create` to `fail` and no books, every other one has books."

  static let keys: [JSONKey<RunResultReport>] =
    [
      JSONKey("run", "the run; null for a dry run, and if none was recorded") {
        $0.isDry ? nil : $0.result.run?.text
      },
      JSONKey("dryRun", "true if nothing was to be sent", \.isDry),
    ]
    + bookKeys
    + [
      JSONKey("create", "rows that would create a server", \.planned?.create),
      JSONKey("update", "rows that would change a server", \.planned?.update),
      JSONKey("delete", "rows that would delete a server", \.planned?.delete),
      JSONKey("fail", "rows that would fail", \.planned?.fail),
      JSONKey("plan", "the plan file that was written", \.result.plan?.path),
      JSONKey("fingerprint", "its fingerprint", \.result.plan?.fingerprint.text),
      JSONKey("notAfter", "until when it can be applied", \.result.plan?.notAfter),
      JSONKey("stopped", "why it ended early; null if it did not") {
        $0.planned == nil ? $0.result.stop?.sentence : $0.result.stop?.rehearsed
      },
      JSONKey("groupsToReset", "the names of port groups that need a reset") {
        $0.result.groupsToReset.map(\.displayName)
      },
      JSONKey("groupsNotAsked", "those that were changed, if the run stopped before it could ask") {
        $0.result.groupsNotAsked.map(\.displayName)
      },
      JSONKey("groupsNotRead", "those whose servers cannot be listed") {
        $0.result.unreadableGroups.map(\.group.displayName)
      },
      JSONKey("serversNotNamed", "the number of servers of these groups that no row names") {
        $0.result.unnamedServers.count
      },
      JSONKey("notNamed", "the first 1,000 of them", \.result.unnamedServers.first),
    ] + verdictKeys

  /// The books, key by key: null if there are none.
  private static let bookKeys: [JSONKey<RunResultReport>] = [
    JSONKey("read", "the number of rows that were read", \.result.books?.read),
    JSONKey("invalid", "rows that are wrong in themselves", \.result.books?.invalid),
    JSONKey("created", "rows that created a server", \.books?.created),
    JSONKey("updated", "rows that changed a server", \.books?.updated),
    JSONKey("deleted", "rows that deleted a server", \.books?.deleted),
    JSONKey("unchanged", "rows for which nothing had, or would have, to be done") {
      $0.planned?.unchanged ?? $0.books?.unchanged
    },
    JSONKey("failed", "rows that failed", \.books?.failed),
    JSONKey("inDoubt", "rows of which it is not known whether they were done", \.books?.inDoubt),
    JSONKey("pending", "rows that are not done", \.books?.pending),
    JSONKey("exported", "servers that an export has read", \.books?.exported),
    JSONKey("balances", "true if the counts after `read` add up to it", \.books?.balances),
  ]

  /// The verdict of a restore; null for every other run.
  private static let verdictKeys: [JSONKey<RunResultReport>] = [
    JSONKey("groupsAsSource", "after a restore: port groups that are as the source") {
      $0.result.verdict?.same
    },
    JSONKey("groupsNotAsSource", "port groups that are not") { $0.result.verdict?.different },
    JSONKey("groupsNotCompared", "port groups that cannot be read") { $0.result.verdict?.unread },
    JSONKey("groupsLeftOut", "port groups of the source that the target lacks") {
      $0.result.verdict?.missing
    },
    JSONKey("notAsSource", "the first port groups that are not as the source") {
      $0.result.verdict?.first
    },
    JSONKey("sourceLeftOut", "true if rows of the source were left out") {
      $0.result.verdict?.isPart
    },
  ]
}

/// The result of a run that the same command continues, in the place of an ending.
struct AttemptReport: JSONLine {
  let result: RunResultReport

  static let type = "attempt"
  static let summary =
    "What became of a run that the same command continues (`--retries`, `resume --all`): as `result`, which follows."

  static let keys: [JSONKey<AttemptReport>] =
    [
      JSONKey("exitCode", "the exit code if this had been the end") {
        Int($0.result.status.rawValue)
      }
    ]
    + RunResultReport.keys.map { $0.of(\.result) }
}

extension UnnamedServers.Server: JSONObject {
  static let keys: [JSONKey<UnnamedServers.Server>] = [
    JSONKey("PortGroup", "the name of its port group", \.group),
    JSONKey("server", "the server in one line", \.summary),
  ]
}

extension RunStop {
  /// The stops that are reported after the plan of a dry run; `nil` for those that make the plan incomplete.
  var rehearsed: String? {
    if case .tooManyDeletes = self { "Nothing would be sent: \(reason)" } else { nil }
  }
}
