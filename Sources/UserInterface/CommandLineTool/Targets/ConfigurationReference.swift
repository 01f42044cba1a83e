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

  /// Reads `run:ID`, `target:NAME`, a URL, `sandbox:FILE`, the name of a target, or a path.
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
    } else if text == "-" || text.utf8.contains(UInt8(ascii: "/")) {
      self = .file(text)
    } else {
      self = try Self.file(orTarget: text, environment)
    }
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
