import BatchEngine
import BulkFiles
import Bytes
import Glibc

/// The folder in which systemd looks for units, and the units that cupibulk writes there.
struct UnitFolder {
  let path: String

  /// A unit to write.
  struct Unit: Sendable, Equatable {
    var name: String
    var text: String

    /// The name without its ending, as `--name` takes it.
    var jobName: String { String(name[..<(name.lastIndex(of: ".") ?? name.endIndex)]) }
  }

  /// What became of a unit.
  enum Outcome: Sendable, Equatable {
    case written
    case replaced
    case unchanged
  }

  /// The largest unit that is read, in bytes.
  private static let limit = 64 << 10

  /// The folder of the units of a user or of the machine (systemd.unit(5)).
  init(
    of manager: ScheduledBackup.Manager, _ places: TargetsPlaces, _ environment: [String: String]
  ) {
    switch manager {
    case .system: path = "/etc/systemd/system"
    case .user:
      let base = environment["XDG_CONFIG_HOME"] ?? ""
      path =
        (base.utf8.first == UInt8(ascii: "/") ? base : places.home + "/.config") + "/systemd/user"
    }
  }

  func path(of unit: String) -> String { path + "/" + unit }

  /// Writes the units; if one of them must not be replaced, none is written.
  ///
  /// - Parameters:
  ///   - units: The units of one job.
  ///   - isNamed: True if the user has typed the name of the job: then it also replaces a backup of other targets.
  /// - Returns: What became of each unit, in order.
  /// - Throws: `CommandFailure` for a file that cupibulk has not written, for the backup of other targets or into another
  ///   repository, and if a file cannot be written.
  func install(_ units: [Unit], isNamed: Bool = false) throws(CommandFailure) -> [Outcome] {
    var outcomes: [Outcome] = []
    for unit in units { outcomes.append(try outcome(of: unit, isNamed: isNamed)) }
    try make()
    for (unit, outcome) in zip(units, outcomes) where outcome != .unchanged {
      do throws(OutputFailure) {
        let file = try OutputFile(path: path(of: unit.name), readers: .allReadOnly)
        try file.write(Array(unit.text.utf8))
        try file.finish()
      } catch {
        throw CommandFailure(.failure, "\(error)".sentenceStart)
      }
    }
    return outcomes
  }

  /// What writing a unit would do.
  private func outcome(of unit: Unit, isNamed: Bool) throws(CommandFailure) -> Outcome {
    let file = path(of: unit.name)
    let descriptor = unsafe open(
      file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else {
      switch errno {
      case ENOENT, ENOTDIR: return .written
      case ELOOP: throw foreign(file, "is a link, such as that of a masked unit")
      case let code: throw foreign(file, "cannot be read (\(SystemReason.text(code)))")
      }
    }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_size <= Self.limit
    else { throw foreign(file, "is not a unit that cupibulk has written") }
    let old = Descriptor.readToEnd(descriptor)
    if old.elementsEqual(unit.text.utf8) { return .unchanged }
    guard old.starts(with: ServiceUnit.marker.utf8) else {
      throw foreign(file, "is not a unit that cupibulk has written")
    }
    guard isNamed || ServiceUnit.purpose(of: old) == ServiceUnit.purpose(of: Array(unit.text.utf8))
    else {
      let flag = Option.unitName.flag
      throw CommandFailure(
        .failure,
        "\(file) backs up other targets or into another repository, and is not replaced; no unit was written",
        hint:
          "give the new backup its own name with \(flag) NAME, or type the name of the old one to replace it: "
          + "\(flag) \(unit.jobName.shellWord)")
    }
    return .replaced
  }

  private func foreign(_ file: String, _ complaint: String) -> CommandFailure {
    CommandFailure(
      .failure, "\(file) \(complaint), and is not replaced; no unit was written",
      hint: "move it away, or choose another name with \(Option.unitName.flag)")
  }

  /// Creates the folder and missing parent folders with mode 0755, less the umask.
  private func make() throws(CommandFailure) {
    var folder = ""
    for name in path.utf8.split(separator: UInt8(ascii: "/")) {
      folder += "/" + String(decoding: name, as: UTF8.self)
      if unsafe mkdir(folder, 0o755) == 0 || errno == EEXIST { continue }
      throw CommandFailure(
        .failure, "The folder \(path) cannot be made: \(SystemReason.text(errno))",
        hint:
          "units of the machine need root; units of your own are made with \(Option.forUser.flag)")
    }
  }
}
