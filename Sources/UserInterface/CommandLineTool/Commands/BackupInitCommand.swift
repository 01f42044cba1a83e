import FoundationEssentials
import SnapshotRepository

extension Command {
  static let backupInit = Command(
    name: "init",
    summary: "Make a repository of snapshots, or change what one keeps",
    details: [
      "A repository is a folder of plain files that can be read without cupibulk. Without a rule, a new one keeps the "
        + "snapshots of 30 days, 13 weeks and 24 months. For an existing one, only what is given is changed; a copy "
        + "becomes a repository of its own."
    ],
    options: [.repo, .expectedTargets] + RetentionOptions.all + [.drillAge, .json],
    examples: [
      Example(
        purpose: "make a repository for a sandbox",
        line: "cupibulk backup init --repo backups --target sandbox:lab.db"),
      Example(
        purpose: "keep the snapshots of 90 days and 5 years",
        line: "cupibulk backup init --repo backups --keep-daily 90 --keep-yearly 5"),
    ],
    onlyReports: true
  ) { context throws(UsageError) in try BackupInitCommand(context) }
}

/// `cupibulk backup init`: makes a repository, or changes its settings.
struct BackupInitCommand: RunnableCommand {
  private let context: CommandContext
  private let policy: RetentionPolicy?
  private let drillAge: Int?

  /// After how many seconds a new repository rehearses a restore.
  private static let usualDrillAge = 7 * 86_400

  init(_ context: CommandContext) throws(UsageError) {
    self.context = context
    policy = try RetentionOptions.policy(context.arguments)
    drillAge =
      context.arguments.has(.drillAge)
      ? Int(try context.arguments.duration(.drillAge).components.seconds) : nil
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let folder = try RepositoryAccess.folder(
      context, ofNamed: context.arguments.texts(.expectedTargets).first)
    let files: DiskFiles
    do throws(FileFault) {
      try DiskFiles.make(folder)
      files = try DiskFiles(at: folder)
    } catch {
      throw CommandFailure(RepositoryFault(.file(error)))
    }
    if files.isOpenToAll {
      context.console.warn(
        "every user of this machine may replace files in \(folder): chmod o-w \(folder.shellWord)"
          .escapedForDisplay)
    }
    let targets = context.arguments.texts(.expectedTargets)
    let isEmpty = policy?.isEmpty ?? false
    let prepared = try RepositoryAccess.reading { () throws(RepositoryFault) in
      try Repository.prepare(in: files, now: .now) { settings, origin in
        let isNew = origin == .new
        if let policy, !isEmpty {
          settings.policy = policy
        } else if isNew {
          settings.policy = RetentionOptions.usual
        }
        if let policy, isEmpty { settings.policy.minGood = policy.minGood }
        settings.drillAge = drillAge ?? (isNew ? Self.usualDrillAge : settings.drillAge)
        for target in targets where !settings.targets.contains(target) {
          settings.targets.append(target)
        }
      }
    }
    report(prepared.repository, prepared.origin)
    return .success
  }

  private func report(_ repository: Repository, _ origin: Repository.Origin) {
    let settings = repository.settings
    if context.arguments.has(.json) {
      return context.console.end(
        with: RepositoryReport(settings: settings, folder: repository.folder, isNew: origin == .new)
      )
    }
    let drill =
      settings.drillAge == 0
      ? "restores are not rehearsed by themselves"
      : "a restore is rehearsed every \(Wording.duration(.seconds(settings.drillAge)))"
    context.console.print(
      "The repository \(repository.folder.escapedForDisplay) \(origin == .new ? "is ready" : "already exists"): "
        + "\(settings.policy.isEmpty ? "nothing is forgotten" : "\(settings.policy)"); \(drill).")
    if origin == .lost {
      context.console.warn(
        "the settings of the repository were lost, and are new ones: nothing is forgotten before rules are given again, and "
          + "earlier copies of it are not continued")
    }
    if origin == .new {
      let target = settings.targets.first?.shellWord ?? "T"
      context.console.note(
        "Next: cupibulk backup run --repo \(repository.folder.shellWord) --target \(target)"
          .escapedForDisplay)
    }
  }
}

/// The settings of a repository, for programs.
struct RepositoryReport: JSONEnding {
  let settings: RepositorySettings
  let folder: String
  let isNew: Bool

  static let type = "repository"
  static let summary = "The settings of a repository: the result of `backup init`."

  static let keys: [JSONKey<RepositoryReport>] = [
    JSONKey("repository", "the folder", \.folder),
    JSONKey("new", "false if it existed", \.isNew),
    JSONKey("id", "its id", \.settings.id),
    JSONKey("policy", "what is kept, in words") { "\($0.settings.policy)" },
    JSONKey("drillAgeSeconds", "after how many seconds a restore is rehearsed; 0 for never") {
      $0.settings.drillAge
    },
    JSONKey("targets", "the targets that must have snapshots", \.settings.targets),
  ]
}
