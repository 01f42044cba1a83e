import FoundationEssentials
import SnapshotRepository

extension Command {
  static let backupAccept = Command(
    name: "accept",
    summary: "Call a suspect snapshot good",
    details: [
      "From then on it is the one that latest means, later ones are compared with it, and forgetting counts it. Look at "
        + "what differs first: cupibulk diff."
    ],
    operands: [.namedSnapshot],
    required: [.reason],
    options: [.repo, .snapshotsOf, .reason, .backupLockWait, .json],
    examples: [
      Example(
        purpose: "the branches were really closed",
        line:
          "cupibulk backup accept --repo backups 20261127T041500Z-ab3f --reason \"branches closed\""
      )
    ],
    onlyReports: true
  ) { context throws(UsageError) in BackupMarkCommand(context: context, mark: .accept) }

  static let backupKeep = Command(
    name: "keep",
    summary: "Never forget a snapshot, whatever the policy says",
    operands: [.namedSnapshot],
    required: [.reason],
    options: [.repo, .snapshotsOf, .reason, .backupLockWait, .json],
    examples: [
      Example(
        purpose: "keep the state before a migration",
        line: "cupibulk backup keep --repo backups latest --reason \"before the move to Berlin\"")
    ],
    onlyReports: true
  ) { context throws(UsageError) in BackupMarkCommand(context: context, mark: .keep) }
}

/// `cupibulk backup accept` and `cupibulk backup keep`: record what a person says of a snapshot.
struct BackupMarkCommand: RunnableCommand {
  enum Mark { case accept, keep }

  let context: CommandContext
  let mark: Mark

  func perform() async throws(CommandFailure) -> ExitStatus {
    let repository = try RepositoryAccess.open(context)
    let writer = try await RepositoryAccess.writing(repository, context)
    let histories = writer.histories.values.sorted { $0.folder < $1.folder }
    let found = try RepositoryAccess.find(
      context.arguments.operands.first ?? "", in: histories, of: repository, context)
    let snapshot = found.snapshot
    guard !snapshot.isForgotten else {
      throw CommandFailure(
        .failure, "Snapshot \(snapshot.id) was forgotten, and is in the trash",
        hint: "it can be restored, but not kept")
    }
    let isStray = found.history.strays.contains { $0.id == snapshot.id }
    if isStray, mark == .keep {
      throw CommandFailure(
        .failure, "The line of snapshot \(snapshot.id) is missing in the chain",
        hint:
          "give it a new one first: cupibulk backup accept \(snapshot.id) --reason WHY\(RepositoryAccess.option(context))"
      )
    }
    let isDone = !isStray && (mark == .accept ? snapshot.isGood : snapshot.kept != nil)
    let reason = context.arguments.givenText(.reason) ?? ""
    if !isDone {
      try RepositoryAccess.reading(in: repository.folder) { () throws(RepositoryFault) in
        if isStray { try writer.readopt(snapshot, in: found.history) }
        switch mark {
        case .accept: try writer.accept(snapshot, in: found.history, reason: reason)
        case .keep: try writer.keep(snapshot, in: found.history, reason: reason)
        }
      }
    }
    report(snapshot, histories.title(of: found.history), isDone: isDone)
    return .success
  }

  private func report(_ snapshot: Snapshot, _ title: String, isDone: Bool) {
    if context.arguments.has(.json) {
      return context.console.end(
        with: MarkReport(snapshot: snapshot.id.text, target: title, isChanged: !isDone))
    }
    let what =
      switch mark {
      case .accept: isDone ? "is good already" : "is called good"
      case .keep: isDone ? "is kept already" : "is kept for ever"
      }
    context.console.print("\(title.escapedForDisplay): snapshot \(snapshot.id) \(what).")
  }
}

/// What a person said of a snapshot, for programs.
struct MarkReport: JSONEnding {
  let snapshot: String
  let target: String
  let isChanged: Bool

  static let type = "mark"
  static let summary =
    "That a snapshot is called good, or is kept: the result of `backup accept` and `backup keep`."

  static let keys: [JSONKey<MarkReport>] = [
    JSONKey("snapshot", "its id", \.snapshot),
    JSONKey("target", "the target: its name, or its URL", \.target),
    JSONKey("changed", "false if it was so already", \.isChanged),
  ]
}
