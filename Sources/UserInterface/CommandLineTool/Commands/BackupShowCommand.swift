import FoundationEssentials
import SnapshotRepository

extension Command {
  static let backupShow = Command(
    name: "show",
    summary: "Show what a snapshot has: its server, its groups, and where its file is",
    operands: [.snapshot],
    options: [.repo, .snapshotsOf, .json],
    examples: [
      Example(
        purpose: "what is in the newest good snapshot?",
        line: "cupibulk backup show --repo backups latest"),
      Example(
        purpose: "and in the one that was good at the end of a day?",
        line: "cupibulk backup show --repo backups 2026-11-26"),
    ],
    isPaged: true
  ) { context throws(UsageError) in BackupShowCommand(context: context) }
}

/// `cupibulk backup show`: shows a snapshot.
struct BackupShowCommand: RunnableCommand {
  let context: CommandContext

  func perform() async throws(CommandFailure) -> ExitStatus {
    let repository = try RepositoryAccess.open(context)
    let histories = try RepositoryAccess.reading(in: repository.folder) {
      () throws(RepositoryFault) in
      try repository.histories()
    }
    let found = try RepositoryAccess.find(
      context.arguments.operands.first ?? "latest", in: histories, of: repository, context)
    let (manifest, path) = try RepositoryAccess.reading(in: repository.folder) {
      () throws(RepositoryFault) in
      (
        try repository.manifest(of: found.snapshot, in: found.history),
        try repository.path(ofObject: found.snapshot.object)
      )
    }
    if context.arguments.has(.json) {
      context.console.end(
        with: SnapshotReport(snapshot: found.snapshot, manifest: manifest, path: path))
    } else {
      report(found, manifest, path, repository)
    }
    return .success
  }

  private func report(
    _ found: FoundSnapshot, _ manifest: Manifest, _ path: String, _ repository: Repository
  ) {
    let (snapshot, stream) = (found.snapshot, context.console.output)
    var head = TextTable([.name(""), .name("")])
    func line(_ label: String, _ text: String?) {
      guard let text else { return }
      head.add([TextTable.Cell(label, .dim), TextTable.Cell(text)])
    }
    line("snapshot", snapshot.id.text)
    line(
      "target", snapshot.target.name.map { "\($0) (\(snapshot.target.url))" } ?? snapshot.target.url
    )
    line("server", "\(snapshot.target.id), version \(snapshot.target.version ?? "not known")")
    line("ended", stream.moment(snapshot.ended))
    line("read", "\(manifest.passes) times\(manifest.moving ? ", and it changed each time" : "")")
    line("verdict", snapshot.isGood ? "good" : "SUSPECT")
    for reason in snapshot.suspicions { line("suspect", reason) }
    line("accepted", snapshot.accepted)
    line("kept", snapshot.kept)
    line("forgotten", snapshot.isForgotten ? "yes, it is in the trash" : nil)
    line("who", manifest.who)
    line("tool", manifest.tool)
    line("run", manifest.run)
    line("file", path)
    line(
      "size",
      "\(Quantity.count(manifest.object.packedSize, "byte")), \(Quantity.count(manifest.object.size)) unpacked"
    )
    line("SHA-256", manifest.object.sha256)
    context.console.write(head.text(for: stream))
    var table = TextTable([.text("port group"), .name("id"), .number("servers"), .name("")])
    for group in manifest.groups.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    ) {
      table.add([
        TextTable.Cell(group.name), TextTable.Cell(group.id),
        TextTable.Cell(Quantity.count(group.serverCount)),
        TextTable.Cell(group.readToEnd ? "" : "not read to its end"),
      ])
    }
    context.console.print("")
    context.console.write(table.text(for: stream))
    if snapshot.isGood {
      context.console.note(
        "Restore it with: cupibulk restore \("\(repository.folder)@\(snapshot.id)".shellWord) --target T --exact --dry-run"
          .escapedForDisplay)
    }
  }
}

extension Command.Operand {
  static let snapshot = Command.Operand(
    name: "REF",
    help:
      "latest, a day such as 2026-11-26 (its newest good snapshot at midnight), or the beginning of a snapshot's name",
    words: .snapshots, isRequired: false)
  static let namedSnapshot = Command.Operand(
    name: "REF", help: "the snapshot: latest, a day, or the beginning of its name",
    words: .snapshots)
}
