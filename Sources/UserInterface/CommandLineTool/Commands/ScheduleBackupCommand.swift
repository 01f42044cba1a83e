import BatchEngine
import FoundationEssentials
import Glibc
import HTTPTransfers

extension Command {
  static let scheduleBackup = Command(
    name: "backup",
    summary: "Print systemd units or a cron line for backups each day, or install the units",
    details: [
      "The units allow the job only what it needs. The password comes to it as a systemd credential: from --password-file, "
        + "or from a file named like the credential in /etc/cupibulk/credentials (for units of your own: in "
        + "~/.config/cupibulk/credentials). A target of targets.ini with its own password-file, password-command or "
        + "netrc-file uses that.",
      "Nothing is started: the last lines say what to type.",
    ],
    required: [.atTime, .scheduledTarget],
    options: [
      .atTime, .scheduledTarget, .repo, .username, .scheduledPasswordFile, .caCert, .tlsPin,
      .transferTimeout, .metricsFile, .pingURLFile, .randomDelay, .onFailure, .forUser, .forSystem,
      .runAs, .unitName, .scheduledProgram, .cron, .install, .json,
    ],
    exclusive: [.caCert, .tlsPin],
    incompatible: [[.forUser, .forSystem], [.forUser, .runAs]]
      + [Option.install, .forUser, .forSystem, .runAs, .unitName, .onFailure, .randomDelay]
      .map { [.cron, $0] },
    examples: [
      Example(
        purpose: "see the units of the machine for a backup each night",
        line: "cupibulk schedule backup --system --at 04:15 --target prod --repo /srv/backups"),
      Example(
        purpose: "install units of your own, twice a day",
        line:
          "cupibulk schedule backup --user --install --at 04:15 --at 16:15 --target prod --repo /srv/backups"
      ),
      Example(
        purpose: "print a line for crontab -e",
        line: "cupibulk schedule backup --cron --at 04:15 --target prod --repo /srv/backups"),
    ]
  ) { context throws(UsageError) in try ScheduleBackupCommand(context) }
}

/// `cupibulk schedule backup`: the units or cron lines of a backup that runs each day.
struct ScheduleBackupCommand: RunnableCommand {
  private let context: CommandContext
  private let arguments: ParsedArguments
  private let places: TargetsPlaces
  private let times: [ClockTime]
  private let randomDelay: Duration
  private let transferTimeout: Duration
  private let name: String
  private let manager: ScheduledBackup.Manager

  init(_ context: CommandContext) throws(UsageError) {
    let arguments = context.arguments
    self.context = context
    self.arguments = arguments
    places = TargetsPlaces(environment: context.environment)
    var times: [ClockTime] = []
    for time in arguments.texts(.atTime).compactMap(ClockTime.init) where !times.contains(time) {
      times.append(time)
    }
    self.times = times
    randomDelay = try arguments.duration(.randomDelay)
    transferTimeout = try arguments.duration(.transferTimeout)
    name = try arguments.text(.unitName)
    manager =
      !arguments.has(.cron)
        && (arguments.has(.forSystem) || !arguments.has(.forUser) && geteuid() == 0)
      ? .system : .user
    if arguments.has(.runAs), manager == .user {
      throw UsageError(.neededOption(.forSystem, by: .runAs), of: arguments.path)
    }
    try check(.unitName, ScheduledBackup.complaint(ofName:))
    try check(.onFailure, ScheduledBackup.complaint(ofUnit:))
    try check(.runAs, ScheduledBackup.complaint(ofAccount:))
    if let pin = arguments.givenText(.tlsPin) { _ = try TLSPin.checked(pin, arguments) }
  }

  private func check(
    _ option: Option, _ complaint: (String) -> String?
  ) throws(UsageError) {
    guard let text = arguments.givenText(option), let complaint = complaint(text) else { return }
    throw UsageError(
      .badValue(source: option.flag, value: text, complaint: complaint), of: arguments.path)
  }

  func perform() async throws(CommandFailure) -> ExitStatus {
    let backup = try backup()
    try backup.check()
    let output = ScheduleOutput(backup: backup, context: context, places: places)
    if arguments.has(.cron) {
      try output.printCrontab()
    } else {
      try backup.checkProgram()
      noteMissing(backup.credentials)
      if arguments.has(.install) { noteMissing(backup.repositories) }
      try output.showUnits(installing: arguments.has(.install))
    }
    return .success
  }

  /// The job, from what was typed and what the files of targets say.
  private func backup() throws(CommandFailure) -> ScheduledBackup {
    let (targets, targetFiles) = try ScheduledTargets(
      places: places, otherAccount: otherAccount, isInstalled: arguments.has(.install),
      console: context.console
    ).find(arguments.texts(.scheduledTarget))
    let isCron = arguments.has(.cron)
    let passwordFile = path(.scheduledPasswordFile, for: targets)
    let passwords =
      isCron
      ? try PasswordPlan(cron: targets, file: passwordFile)
      : try PasswordPlan(units: targets, file: passwordFile, in: credentialsFolder)
    var backup = ScheduledBackup(
      program: try program(), words: [.plain("backup"), .plain("run")], times: times)
    backup.name = name
    backup.manager = manager
    backup.randomDelay = randomDelay
    backup.transferTimeout = transferTimeout
    backup.credentials = passwords.credentials
    backup.readFiles = targetFiles + passwords.readFiles + targets.flatMap(\.readFiles)
    backup.onFailure = arguments.givenText(.onFailure)
    backup.account = arguments.givenText(.runAs)
    try addRepositories(of: targets, to: &backup)
    for target in targets { backup.add(.scheduledTarget, target.word) }
    try addAccount(of: targets, to: &backup)
    if let file = passwords.typedFile { backup.add(.scheduledPasswordFile, file) }
    addReports(to: &backup)
    for case .sandbox(let file?) in targets {
      backup.otherFolders.append(GuardedFile.folder(of: file))
    }
    return backup
  }

  private func addRepositories(
    of targets: [ScheduledTarget], to backup: inout ScheduledBackup
  ) throws(CommandFailure) {
    if let repo = path(.repo) {
      backup.repositories = [repo]
      backup.add(.repo, repo)
      return
    }
    for target in targets {
      guard case .named(let section) = target, let repository = section.repository else {
        throw CommandFailure(
          .usage, "There is no folder for the snapshots of \(target.word)",
          hint: "pass \(Option.repo.usage), or write repository = FOLDER into the target's section")
      }
      if !backup.repositories.contains(repository) { backup.repositories.append(repository) }
    }
  }

  /// Adds user name, trust and timeout; for targets by name only what was typed counts, as in every command.
  private func addAccount(
    of targets: [ScheduledTarget], to backup: inout ScheduledBackup
  ) throws(CommandFailure) {
    if let url = targets.first(where: \.isURL), !arguments.has(.username) {
      throw CommandFailure(
        .usage, "There is no user name for \(url.word)", hint: "pass \(Option.username.usage)")
    }
    if counts(.username, for: targets), let username = arguments.givenText(.username) {
      backup.add(.username, username)
    }
    if counts(.tlsPin, for: targets), let pin = arguments.givenText(.tlsPin) {
      backup.add(.tlsPin, pin)
    }
    if let file = path(.caCert, for: targets) {
      backup.add(.caCert, file)
      backup.readFiles.append(file)
    }
    if let timeout = arguments.givenText(.transferTimeout) { backup.add(.transferTimeout, timeout) }
  }

  private func addReports(to backup: inout ScheduledBackup) {
    if let file = path(.metricsFile) {
      backup.add(.metricsFile, file)
      backup.writesMetrics = true
      backup.otherFolders.append(GuardedFile.folder(of: file))
    }
    guard let file = path(.pingURLFile) else { return }
    if arguments.has(.cron) {
      backup.add(.pingURLFile, file)
    } else {
      backup.credentials.append(.init(name: PingURL.credential, file: file))
      backup.words += [.plain(Option.pingURLFile.flag), .credential(PingURL.credential)]
    }
  }

  private func counts(_ option: Option, for targets: [ScheduledTarget]) -> Bool {
    arguments.isTyped(option) || targets.contains(where: \.isURL)
  }

  /// The absolute path of an option's file or folder; `nil` if it is not given.
  private func path(_ option: Option, for targets: [ScheduledTarget]? = nil) -> String? {
    if let targets, !counts(option, for: targets) { return nil }
    return arguments.givenText(option).map(AbsolutePath.of)
  }

  /// The program that the job runs: the typed one, or that of this process.
  private func program() throws(CommandFailure) -> String {
    if let path = path(.scheduledProgram) { return path }
    guard let path = GuardedFile.canonical("/proc/self/exe") else {
      throw CommandFailure(
        .failure, "The path of this program cannot be found",
        hint: "name it with \(Option.scheduledProgram.usage)")
    }
    return path
  }

  /// The account of the job if it is not that of this process; cron and a user's systemd use the same.
  private var otherAccount: String? {
    guard manager == .system else { return nil }
    let account = arguments.givenText(.runAs) ?? "root"
    let user = unsafe getpwnam(account).map { unsafe $0.pointee.pw_uid }
    return user == geteuid() ? nil : account
  }

  /// Where the files of credentials are expected if none is typed.
  private var credentialsFolder: String {
    manager == .system
      ? GuardedFile.folder(of: TargetsPlaces.systemFile) + "/credentials"
      : GuardedFile.folder(of: places.user) + "/credentials"
  }

  /// systemd does not start a service whose credential does not exist.
  private func noteMissing(_ credentials: [ScheduledBackup.Credential]) {
    for credential in credentials {
      var status = stat()
      guard unsafe lstat(credential.file, &status) != 0, errno == ENOENT || errno == ENOTDIR else {
        continue
      }
      context.console.warn(
        "\(credential.file) does not exist: write the \(credential.name == PingURL.credential ? "URL" : "password") "
          + "into it, and close it with chmod 600, or the job does not start")
    }
  }
}

extension ScheduleBackupCommand {
  /// A backup does not make a repository: an empty folder may be one whose disk is not mounted.
  private func noteMissing(_ repositories: [String]) {
    for repository in repositories {
      var status = stat()
      guard unsafe stat(repository + "/repository.json", &status) != 0, errno != EACCES else {
        continue
      }
      context.console.warn(
        "\(repository) is not a repository yet; make it with: cupibulk backup init \(Option.repo.flag) "
          + repository.shellWord)
    }
  }
}

extension ScheduledTarget {
  fileprivate var isURL: Bool { if case .server = self { true } else { false } }
}

extension ScheduledBackup {
  /// Adds an option and its value; as one word if the value could be taken for an option.
  fileprivate mutating func add(_ option: Option, _ value: String) {
    words +=
      value.utf8.first == UInt8(ascii: "-")
      ? [.plain("\(option.flag)=\(value)")] : [.plain(option.flag), .plain(value)]
  }
}
