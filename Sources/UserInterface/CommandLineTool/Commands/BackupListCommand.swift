import FoundationEssentials
import SnapshotRepository

extension Command {
  static let backupList = Command(
    name: "list",
    summary: "List the snapshots, one line for as long as nothing changed",
    details: [
      "Snapshots of one configuration after another are one line, with the time of the first and of the last of them; "
        + "with --all, each has its own."
    ],
    options: [.repo, .snapshotsOf, .allSnapshots, .json],
    examples: [
      Example(purpose: "when did anything change?", line: "cupibulk backup list --repo backups"),
      Example(
        purpose: "all snapshots, for a script",
        line: "cupibulk backup list --repo backups --all --json"),
    ],
    isPaged: true
  ) { context throws(UsageError) in BackupListCommand(context: context) }
}

/// `cupibulk backup list`: lists the snapshots of a repository.
struct BackupListCommand: RunnableCommand {
  let context: CommandContext

  /// Snapshots of one configuration, one after another.
  private struct Point {
    var snapshots: [Snapshot]

    /// The one that a restore would take: the last good one, else the last.
    var shown: Snapshot? { snapshots.last(where: \.isGood) ?? snapshots.last }
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let repository = try RepositoryAccess.open(context)
    let all = try RepositoryAccess.reading(in: repository.folder) { () throws(RepositoryFault) in
      try repository.histories()
    }
    let histories = try RepositoryAccess.selected(all, of: repository, context)
    context.arguments.has(.json) ? reportJSON(histories) : report(histories, among: all)
    for fault in histories.compactMap(\.fault) {
      context.console.warn("\(fault.path) cannot be read: \(fault.cause.text)".escapedForDisplay)
    }
    for history in histories where !history.strays.isEmpty {
      context.console.warn(
        "\(all.title(of: history)): \(Quantity.count(history.strays.count, "snapshot")) without a line in the chain; "
          .escapedForDisplay
          + "cupibulk backup verify --repo \(repository.folder.shellWord) says more"
          .escapedForDisplay)
    }
    return .success
  }

  /// Each snapshot with `--all`; otherwise the points at which the configuration changed.
  private func points(of history: TargetHistory) -> [Point] {
    var points: [Point] = []
    for snapshot in history.snapshots {
      let isSame = points.last?.snapshots.last?.content == snapshot.content
      if isSame, !context.arguments.has(.allSnapshots) {
        points[points.count - 1].snapshots.append(snapshot)
      } else {
        points.append(Point(snapshots: [snapshot]))
      }
    }
    return points
  }

  // MARK: Reports

  private func report(_ histories: [TargetHistory], among all: [TargetHistory]) {
    let stream = context.console.output
    var isFirst = true
    for history in histories where !history.snapshots.isEmpty {
      if !isFirst { context.console.print("") }
      isFirst = false
      if let target = history.target {
        let title = all.title(of: history)
        let name = target.name == nil ? title : "\(title) (\(target.url))"
        context.console.print(stream.styled(name.escapedForDisplay, .bold))
      }
      var table = TextTable([
        .name("snapshot"), .name("from"), .name("to"), .number("taken"), .number("servers"),
        .number("groups"), .text("remark"),
      ])
      for point in points(of: history) { table.add(cells(of: point)) }
      context.console.write(table.text(for: stream))
    }
    if isFirst { context.console.note("The repository has no snapshot yet.") }
  }

  private func cells(of point: Point) -> [TextTable.Cell] {
    guard let shown = point.shown, let first = point.snapshots.first,
      let last = point.snapshots.last
    else { return [] }
    let stream = context.console.output
    return [
      TextTable.Cell(shown.id.text), TextTable.Cell(stream.moment(first.ended)),
      TextTable.Cell(point.snapshots.count == 1 ? "" : stream.moment(last.ended)),
      TextTable.Cell(Quantity.count(point.snapshots.count)),
      TextTable.Cell(Quantity.count(shown.servers)), TextTable.Cell(Quantity.count(shown.groups)),
      TextTable.Cell(remark(point), shown.isGood ? nil : .red),
    ]
  }

  private func remark(_ point: Point) -> String {
    var remarks: [String] = []
    let suspects = point.snapshots.filter { !$0.isGood }
    if suspects.count == point.snapshots.count {
      remarks.append("SUSPECT: \(suspects.last?.suspicions.joined(separator: "; ") ?? "")")
    } else if !suspects.isEmpty {
      remarks.append("\(suspects.count) suspect")
    }
    for snapshot in point.snapshots {
      if let reason = snapshot.accepted { remarks.append("accepted: \(reason)") }
      if let reason = snapshot.kept { remarks.append("kept: \(reason)") }
    }
    return remarks.joined(separator: "; ")
  }

  /// One object a line.
  private func reportJSON(_ histories: [TargetHistory]) {
    for history in histories {
      for point in points(of: history) {
        guard let shown = point.shown else { continue }
        context.console.print(
          SnapshotLine(
            shown: shown, from: point.snapshots.first?.ended, to: point.snapshots.last?.ended,
            taken: point.snapshots.count))
      }
    }
  }
}
