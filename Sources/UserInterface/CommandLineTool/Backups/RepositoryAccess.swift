import BatchEngine
import Bytes
import FoundationEssentials
import PortGroupModel
import SnapshotRepository

/// How commands open a repository, and find a snapshot in it.
enum RepositoryAccess {
  /// The folder of `--repo`, that of the target's section, or that of the variable.
  static func folder(
    _ context: CommandContext, of target: NamedTarget? = nil
  ) throws(CommandFailure) -> String {
    let typed = context.arguments.givenText(.repo)
    if context.arguments.isTyped(.repo), let typed { return typed }
    if let folder = target?.repository ?? typed { return folder }
    throw CommandFailure(
      .usage, "No repository is named",
      hint: "pass --repo FOLDER, set CUPIBULK_REPO, or give the target a repository in targets.ini")
  }

  /// The same, for a command that connects to no server; the target of this name may have a section.
  static func folder(
    _ context: CommandContext, ofNamed name: String?
  ) throws(CommandFailure) -> String {
    guard let name, !context.arguments.isTyped(.repo) else { return try folder(context) }
    let registry = try TargetRegistry.load(TargetsPlaces(environment: context.environment))
    return try folder(
      context, of: registry.targets.first { $0.name.lowercased() == name.lowercased() })
  }

  /// The repository of a command that connects to no server.
  static func open(_ context: CommandContext) throws(CommandFailure) -> Repository {
    try open(folder(context, ofNamed: context.arguments.givenText(.snapshotsOf)))
  }

  /// Opens a repository to read it.
  static func open(_ folder: String) throws(CommandFailure) -> Repository {
    let files: DiskFiles
    do throws(FileFault) {
      files = try DiskFiles(at: folder)
    } catch {
      throw CommandFailure(
        RepositoryFault(error.isMissing ? .noRepository(folder) : .file(error)), repository: folder)
    }
    return try reading(in: folder) { () throws(RepositoryFault) in try Repository(files) }
  }

  /// Waits for another writer as long as `--lock-wait` allows.
  static func wait(_ context: CommandContext, until control: RunControl) -> WriterWait {
    let limit = (try? context.arguments.duration(.backupLockWait)) ?? .zero
    return WriterWait(atMost: limit, who: Author.current, control: control) {
      [console = context.console] folder, holder in
      console.note(
        "Waiting up to \(Quantity.time(limit)): another process writes to the repository \(folder)\(holder)."
          .escapedForDisplay)
    }
  }

  /// Becomes the writer for a command that writes and ends.
  static func writing(
    _ repository: Repository, _ context: CommandContext
  ) async throws(CommandFailure) -> RepositoryWriter {
    do throws(RunStop) {
      return try await wait(context, until: RunControl()).writer(of: repository)
    } catch {
      throw CommandFailure(
        error.status, error.sentence, hint: error.hint(in: repository.folder) ?? "")
    }
  }

  /// Converts an error of a repository to an error of the command.
  ///
  /// - Parameters:
  ///   - folder: The repository for the commands in hints; `nil` if it is not known.
  ///   - histories: All histories of the repository, which tell targets of one title apart.
  ///   - work: Reads or writes.
  /// - Returns: What the work returns.
  /// - Throws: `CommandFailure` if the work fails.
  static func reading<Value>(
    in folder: String? = nil, among histories: [TargetHistory] = [],
    _ work: () throws(RepositoryFault) -> Value
  ) throws(CommandFailure) -> Value {
    do throws(RepositoryFault) {
      return try work()
    } catch {
      throw CommandFailure(histories.distinguished(error), repository: folder)
    }
  }

  /// The option for the repository in a suggested command, with a space before it; otherwise empty.
  static func option(_ context: CommandContext) -> String {
    guard context.arguments.isTyped(.repo), let folder = context.arguments.givenText(.repo) else {
      return ""
    }
    return " --repo \(folder.shellWord)"
  }

  // MARK: Snapshots

  /// The snapshot of an operand, for a command that connects to no server.
  static func find(
    _ typed: String, in histories: [TargetHistory], of repository: Repository,
    _ context: CommandContext
  ) throws(CommandFailure) -> FoundSnapshot {
    let reference = try reference(typed)
    let target = context.arguments.givenText(.snapshotsOf)
    return try reading(in: repository.folder, among: histories) { () throws(RepositoryFault) in
      try histories.snapshot(
        reference, ofTarget: target, where: target.map { name in { isNamed($0, name) } })
    }
  }

  /// `latest`, a day, or the beginning of a name.
  static func reference(_ typed: String) throws(CommandFailure) -> SnapshotReference {
    if typed.lowercased() == "latest" { return .latest }
    if typed.utf8.contains(UInt8(ascii: "-")), typed.utf8.count == 10 {
      guard let end = OptionValue.endOfDay(typed) else {
        throw CommandFailure(
          .usage, "\(typed.quoted) is no day", hint: "a day looks like 2026-11-26")
      }
      return .endedBy(end, text: typed)
    }
    let letters = typed.utf8.allSatisfy { $0 != UInt8(ascii: "/") && $0 > 0x20 && $0 < 0x7F }
    guard letters, !typed.isEmpty else {
      throw CommandFailure(
        .usage, "\(typed.quoted) names no snapshot",
        hint: "allowed is latest, a day such as 2026-11-26, or the beginning of a snapshot's name")
    }
    return .beginning(typed)
  }

  /// True if a user who typed this means the target: its name, its URL in any spelling, or its id.
  static func isNamed(_ target: SnapshotTarget, _ typed: String) -> Bool {
    if target.name?.lowercased() == typed.lowercased() || target.url == typed { return true }
    if target.id.lowercased() == typed.lowercased() { return true }
    guard let own = try? TargetAddress(target.url), let other = try? TargetAddress(typed) else {
      return false
    }
    return own.lockIdentity == other.lockIdentity
  }

  /// The histories that `--target` selects; all without it.
  static func selected(
    _ histories: [TargetHistory], of repository: Repository, _ context: CommandContext
  ) throws(CommandFailure) -> [TargetHistory] {
    guard let name = context.arguments.givenText(.snapshotsOf) else { return histories }
    let found = histories.filter { $0.target.map { isNamed($0, name) } ?? false }
    if found.isEmpty {
      throw CommandFailure(
        RepositoryFault(
          .reference(.noSuchTarget(name, histories.filter(\.isKnown).map(histories.title)))
        ),
        repository: repository.folder)
    }
    return found
  }
}
