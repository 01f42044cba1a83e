import Bytes
import Glibc

/// What a user typed as one side of a comparison, or as the source of a restore.
enum ConfigurationReference: Equatable {
  /// A path, or `-` for standard input.
  case file(String)
  /// The name of a run, or the beginning of it; `last` is the newest export.
  case run(String)
  /// A URL, `sandbox:FILE`, or the name of a target.
  case target(String)
  /// The folder of a repository, and which of its snapshots is meant.
  case snapshot(folder: String, typed: String)

  /// Reads `REPO@latest`, `REPO@DAY`, `REPO@ID`, `run:ID`, `target:NAME`, a URL, `sandbox:FILE`, the name of a target, or a path.
  ///
  /// - Throws: A usage error for a word that is both a file and a target, and every fault of the files of targets.
  init(_ text: String, environment: [String: String]) throws(CommandFailure) {
    if text == "run:" || text == "target:" {
      throw CommandFailure(
        .usage, "\(text) is followed by no name",
        hint: "cupibulk runs list and cupibulk target list show the names")
    }
    if let run = text.dropping(prefix: "run:") {
      self = .run(String(run))
    } else if let name = text.dropping(prefix: "target:") {
      self = .target(String(name))
    } else if TargetAddress.isSandbox(text) || text.utf8.firstRange(of: "://".utf8) != nil {
      self = .target(text)
    } else if let (folder, typed) = Self.snapshot(text) {
      self = .snapshot(folder: folder, typed: typed)
    } else if text == "-" || text.utf8.contains(UInt8(ascii: "/")) {
      self = .file(text)
    } else {
      self = try Self.file(orTarget: text, environment)
    }
  }

  /// The parts before and after the last `@`, if they can be a folder and a snapshot; a file of the whole name is meant
  /// as such.
  static func snapshot(_ text: String) -> (folder: String, typed: String)? {
    guard let at = text.utf8.lastIndex(of: UInt8(ascii: "@")), at != text.startIndex,
      unsafe access(text, F_OK) != 0
    else { return nil }
    let typed = String(text[text.utf8.index(after: at)...])
    // A day and a name begin with the year.
    let isName =
      typed.utf8.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
    let folder = String(text[..<at])
    let isRepository = unsafe access(folder + "/repository.json", F_OK) == 0
    let canBeSnapshot =
      typed.lowercased() == "latest" || isName && !typed.utf8.contains(UInt8(ascii: "."))
    return isRepository || canBeSnapshot ? (folder, typed) : nil
  }

  private static func file(
    orTarget name: String, _ environment: [String: String]
  ) throws(CommandFailure) -> ConfigurationReference {
    let registry = try TargetRegistry.load(TargetsPlaces(environment: environment))
    let isTarget = registry.targets.contains { $0.name.lowercased() == name.lowercased() }
    let isFile = unsafe access(name, F_OK) == 0
    if isTarget, isFile {
      throw CommandFailure(
        .usage, "\(name) is a file and the name of a target",
        hint: "type ./\(name) for the file, or target:\(name) for the target")
    }
    return isTarget ? .target(name) : .file(name)
  }
}
