import BatchEngine
import Glibc
import HTTPTransfers
import INIFiles

/// A target of a scheduled job, as it was typed or as the files of targets know it.
enum ScheduledTarget: Sendable, Equatable {
  case sandbox(file: String?)
  case server(String)
  case named(NamedTarget)
  /// A name that no file of this machine has.
  case unknown(String)

  /// The target on the command line of the job; the file of a sandbox has an absolute path.
  var word: String {
    switch self {
    case .sandbox(let file): "sandbox:" + (file ?? "")
    case .server(let url): url
    case .named(let target): target.name
    case .unknown(let name): name
    }
  }

  /// The files that it needs besides its password.
  var readFiles: [String] {
    guard case .named(let target) = self, case .authorities(let file) = target.trust else {
      return []
    }
    return [file]
  }

  /// The section's own source of the password; `nil` for a target without one.
  private var source: NamedTarget.PasswordSource? {
    if case .named(let target) = self { target.passwordSource } else { nil }
  }

  /// The credential from which the password is read; `nil` if it comes from elsewhere, or there is none.
  var credential: String? {
    switch (self, source) {
    case (.sandbox, _): nil
    case (_, .credential(let name)): name
    case (_, .file), (_, .netrc), (_, .command): nil
    case (_, nil): Self.anyCredential
    }
  }

  /// The file from which the program itself reads the password, as the section says.
  var passwordFile: String? {
    switch source {
    case .file(let path), .netrc(let path): path
    case .credential, .command, nil: nil
    }
  }

  /// True if the section names a source of the password that no credential replaces.
  var hasOwnSource: Bool {
    switch source {
    case .file, .netrc, .command: true
    case .credential, nil: false
    }
  }

  /// True if only a credential can be the password, as far as that is known.
  var needsCredential: Bool {
    if case .unknown = self { false } else { credential != nil }
  }

  /// The credential of targets that name no other one.
  static let anyCredential = "cupibulk-password"
}

/// Finds the targets of a scheduled job, for the account that will run it.
struct ScheduledTargets {
  let places: TargetsPlaces
  /// The account of the job, if it is another one than that of this process.
  let otherAccount: String?
  /// True if the units are written, so that an unknown name is an error.
  let isInstalled: Bool
  let console: Console

  /// Finds the targets of these words, and the files of targets that the job reads.
  func find(
    _ words: [String]
  ) throws(CommandFailure) -> (targets: [ScheduledTarget], files: [String]) {
    var targets: [ScheduledTarget] = []
    var registry: TargetRegistry?
    for word in words {
      if TargetAddress.isSandbox(word) {
        if case .sandbox(let file) = try TargetAddress(word) {
          targets.append(.sandbox(file: file.map(AbsolutePath.of)))
        }
        continue
      }
      let known: TargetRegistry
      if let registry { known = registry } else { known = try TargetRegistry.load(places) }
      registry = known
      targets.append(try find(word, known))
    }
    let hasOwnFile = otherAccount == nil && registry?.user.document.sections.isEmpty == false
    return (targets, hasOwnFile ? [places.user] : [])
  }

  private func find(
    _ word: String, _ registry: TargetRegistry
  ) throws(CommandFailure) -> ScheduledTarget {
    if word.utf8.contains(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") }) {
      return .server(try TargetAddress(word).text)
    }
    guard let target = registry[word] else { return try unknown(word, registry) }
    guard target.place.file == places.user else { return .named(target) }
    if let otherAccount {
      throw CommandFailure(
        .failure,
        "Target \(word) is in \(places.user), which a job of the account \(otherAccount) does not read",
        hint:
          "write it to \(TargetsPlaces.systemFile), or make units of your own with \(Option.forUser.flag)"
      )
    }
    if places.user != TargetsPlaces(environment: ["HOME": places.home]).user {
      console.warn(
        "target \(word) is found by the variable XDG_CONFIG_HOME, which systemd and cron may not set for the job"
      )
    }
    return .named(target)
  }

  private func unknown(
    _ word: String, _ registry: TargetRegistry
  ) throws(CommandFailure) -> ScheduledTarget {
    do throws(CommandFailure) {
      return .named(try registry.find(word))
    } catch {
      if let complaint = NamedTarget.complaint(ofName: word) {
        throw CommandFailure(.usage, "'\(word)' is no target: \(complaint)", hint: error.hint)
      }
      if isInstalled { throw error }
      console.warn("\(error.message.sentenceEnd); \(error.hint)".escapedForDisplay)
      return .unknown(word)
    }
  }
}

extension String {
  /// The text with a small first letter, as a part of another sentence.
  fileprivate var sentenceEnd: String { prefix(1).lowercased() + dropFirst() }
}

/// How a scheduled job gets its passwords.
struct PasswordPlan: Sendable, Equatable {
  /// What systemd passes to the job.
  var credentials: [ScheduledBackup.Credential] = []
  /// The file that is named on the command line.
  var typedFile: String?
  /// All files that the program reads itself.
  var readFiles: [String] = []

  /// Plans for units of systemd: a file becomes a credential, unless a section has its own source.
  ///
  /// - Parameters:
  ///   - targets: The targets of the job.
  ///   - file: The file that was typed.
  ///   - folder: The folder of credentials for which no file was typed.
  /// - Throws: A usage error if one file was typed for several credentials.
  init(
    units targets: [ScheduledTarget], file: String?, in folder: String
  ) throws(CommandFailure) {
    var names: [String] = []
    for name in targets.compactMap(\.credential) where !names.contains(name) { names.append(name) }
    guard let file else {
      credentials = names.map { .init(name: $0, file: "\(folder)/\($0)") }
      readFiles = targets.compactMap(\.passwordFile)
      return
    }
    // What is typed wins over a section, but a credential does not.
    if targets.contains(where: \.hasOwnSource) {
      (typedFile, readFiles) = (file, [file])
      return
    }
    guard names.count <= 1 else {
      throw CommandFailure(
        .usage,
        "One \(Option.scheduledPasswordFile.flag) cannot be the credentials \(Wording.list(names, joinedBy: "and"))",
        hint: "leave it out, and write the passwords to files of these names in \(folder)")
    }
    credentials = names.map { .init(name: $0, file: file) }
  }

  /// Plans for cron, which has no credentials.
  ///
  /// - Parameters:
  ///   - targets: The targets of the job.
  ///   - file: The file that was typed.
  /// - Throws: A usage error for a target whose password comes from nowhere.
  init(cron targets: [ScheduledTarget], file: String?) throws(CommandFailure) {
    if file == nil, let target = targets.first(where: \.needsCredential) {
      throw CommandFailure(
        .usage, "There is no password for \(target.word): cron passes no credentials to a job",
        hint: "pass \(Option.scheduledPasswordFile.flag) FILE")
    }
    typedFile = file
    readFiles = [file].compactMap(\.self)
  }
}
