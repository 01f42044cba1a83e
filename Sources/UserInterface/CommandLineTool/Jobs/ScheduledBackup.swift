import BatchEngine

/// A backup that the machine runs regularly: the command line, its times, and the files that it needs.
///
/// All paths are absolute. `ServiceUnit`, `TimerUnit` and `Crontab` put it into words for systemd and cron.
struct ScheduledBackup: Sendable, Equatable {
  /// A word of the command line after the program.
  enum Word: Sendable, Equatable {
    case plain(String)
    /// The path of a credential that systemd passes to the job.
    case credential(String)
  }

  /// A secret file that systemd reads and passes to the job, which need not be able to read it itself.
  struct Credential: Sendable, Equatable {
    /// The file's name in `$CREDENTIALS_DIRECTORY`.
    var name: String
    var file: String
  }

  /// Which systemd runs the units.
  enum Manager: String, Sendable {
    case user
    case system
  }

  /// The name of the units, without an ending.
  var name = "cupibulk-backup"
  var manager = Manager.system
  var program: String
  var words: [Word]
  var times: [ClockTime]
  /// The longest random delay of a start.
  var randomDelay = Duration.seconds(600)
  var credentials: [Credential] = []
  /// The folders of snapshots, which the job writes.
  var repositories: [String] = []
  /// Other folders that it writes.
  var otherFolders: [String] = []
  /// Files that it reads itself.
  var readFiles: [String] = []
  /// The longest time of a request.
  var transferTimeout = Duration.seconds(60)
  /// True if it writes a file that another service reads.
  var writesMetrics = false
  /// A unit that is started if the job fails.
  var onFailure: String?
  /// The account of a job of the machine; `nil` for root.
  var account: String?

  var serviceName: String { name + ".service" }
  var timerName: String { name + ".timer" }

  /// All paths and words that become part of a unit or a crontab.
  private var texts: [String] {
    let plain = words.compactMap { if case .plain(let text) = $0 { text } else { nil } }
    return [program] + plain + credentials.map(\.file) + repositories + otherFolders + readFiles
      + [account, onFailure].compactMap(\.self)
  }

  /// Refuses texts that would break out of their line, or would look like another text.
  ///
  /// No quoting of systemd or cron has a place for a line end, and a mark that turns the reading direction would show
  /// an administrator another command than the one that runs.
  ///
  /// - Throws: A usage error that shows the text with its escapes.
  func check() throws(CommandFailure) {
    for text in texts where !text.escapedForDisplay.utf8.elementsEqual(text.utf8) {
      throw CommandFailure(
        .usage,
        "'\(text.escapedForDisplay)' has a control character or an invisible one, which cannot be written into a "
          + "unit or a crontab",
        hint: "give the file or the folder another name")
    }
    for file in credentials.map(\.file) where file.utf8.last.map(Self.endsBadly) ?? true {
      throw CommandFailure(
        .usage,
        "'\(file)' ends with a space or a backslash, which systemd cannot read in LoadCredential=",
        hint: "give the file another name")
    }
  }

  /// Refuses a program that systemd would not run: no quoting gives it a path with quotation marks or a backslash.
  ///
  /// - Throws: A usage error with the path.
  func checkProgram() throws(CommandFailure) {
    guard program.utf8.contains(where: { "\"'\\".utf8.contains($0) }) else { return }
    throw CommandFailure(
      .usage,
      "systemd runs no program with a quotation mark or a backslash in its path: \(program)",
      hint: "name it by another path with \(Option.scheduledProgram.usage)")
  }

  private static func endsBadly(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\\")
  }

  /// Why a text cannot be the name of units, as a clause; `nil` if it can.
  static func complaint(ofName name: String) -> String? {
    guard (1...100).contains(name.utf8.count), name.utf8.allSatisfy(NamedTarget.isNameByte) else {
      return "allowed are 1 to 100 letters, digits, '.', '_' and '-'"
    }
    return name.utf8.first.map { "-.".utf8.contains($0) } ?? true
      ? "it must not begin with '-' or '.'" : nil
  }

  /// Why a text cannot be the account of a job, as a clause; `nil` if it can.
  static func complaint(ofAccount name: String) -> String? {
    complaint(ofName: name).map { _ in "it must be the name of an account, such as cupibulk" }
  }

  /// Why a text cannot be the unit of `OnFailure=`, as a clause; `nil` if it can.
  ///
  /// systemd.unit(5): letters, digits, `:-_.\@` and the ending of a kind; `%n` and other specifiers stay as they are.
  static func complaint(ofUnit unit: String) -> String? {
    let endings = [".service", ".target", ".path", ".socket", ".timer", ".mount", ".slice"]
    let isAllowed =
      unit.utf8.count <= 255
      && unit.utf8.allSatisfy { byte in
        NamedTarget.isNameByte(byte) || ":@\\%".utf8.contains(byte)
      }
    guard isAllowed, endings.contains(where: unit.hasSuffix) else {
      return "it must be the name of a unit, such as alert@%n.service"
    }
    return nil
  }
}
