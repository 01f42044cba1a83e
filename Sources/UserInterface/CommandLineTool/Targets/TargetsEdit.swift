// Writes targets.ini: whole or not at all, and one process at a time.

import Bytes
import Glibc
import INIFiles

extension TargetsFile {
  /// Reads the user's file again, changes it, checks the result, and replaces the file.
  ///
  /// `shown` is the section as the user saw it; another one is not changed.
  ///
  /// - Throws: `CommandFailure` if the file cannot be changed; it is then as before.
  static func update(
    _ places: TargetsPlaces, shown: NamedTarget? = nil,
    _ change: (INIDocument) throws(INIFault) -> INIDocument
  ) throws(CommandFailure) {
    let path = places.user
    let folder = GuardedFile.folder(of: path)
    try makeFolder(folder)
    let lock = try FolderLock(folder)
    defer { withExtendedLifetime(lock) {} }
    let file = try load(path, home: places.home, owner: .user)
    if let shown, !file.document.has(shown) {
      throw CommandFailure(
        .failure,
        "Section [\(shown.name)] of \(path) has changed meanwhile, and nothing was written",
        hint: "run the command again")
    }
    let document: INIDocument
    do throws(INIFault) {
      document = try change(file.document)
    } catch {
      throw CommandFailure(.usage, "\(path) was not changed: \(error.message)", hint: error.hint)
    }
    // What is written must be readable by the next command.
    do throws(TargetsFault) {
      _ = try TargetsFile(path, document.bytes, home: places.home)
    } catch {
      throw CommandFailure(.usage, "\(path) was not changed: \(error.message)", hint: error.hint)
    }
    try replace(path, by: document.bytes)
  }

  /// Creates the folder and missing ones above it, each with mode 0700.
  private static func makeFolder(_ path: String) throws(CommandFailure) {
    var folder = ""
    for name in path.unicodeScalars.split(separator: "/") {
      folder += "/" + String(name)
      if unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST { continue }
      throw CommandFailure(
        .failure, "The folder \(folder) cannot be made: \(SystemReason.text(errno))",
        hint: "set HOME or XDG_CONFIG_HOME to a folder that you can write")
    }
  }

  /// Replaces a file through a temporary one beside it, with mode 0600; a link stays a link.
  private static func replace(_ path: String, by bytes: [UInt8]) throws(CommandFailure) {
    let target = GuardedFile.canonical(path) ?? path
    let folder = GuardedFile.folder(of: target)
    let temporary = "\(folder)/.targets.ini.\(getpid()).part"
    func failure(_ code: Int32) -> CommandFailure {
      _ = unsafe unlink(temporary)
      return CommandFailure(
        .failure, "The file \(target) cannot be written: \(SystemReason.text(code))",
        hint: "it is as it was before")
    }
    _ = unsafe unlink(temporary)
    let descriptor = unsafe open(
      temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(errno) }
    var code = fchmod(descriptor, 0o600) == 0 ? 0 : errno
    if code == 0 { code = Descriptor.write(bytes, to: descriptor) }
    if code == 0, fsync(descriptor) != 0 { code = errno }
    if close(descriptor) != 0, code == 0 { code = errno }
    if code == 0, unsafe rename(temporary, target) != 0 { code = errno }
    guard code == 0 else { throw failure(code) }
    let opened = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { return }
    _ = fsync(opened)
    close(opened)
  }
}

/// A lock on a folder (flock(2)), so that two commands do not lose each other's change.
private final class FolderLock {
  private let descriptor: Int32
  /// The maximum wait for another command, in tenths of a second.
  private static let attempts = 100

  init(_ folder: String) throws(CommandFailure) {
    descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CommandFailure(
        .failure, "The folder \(folder) cannot be opened: \(SystemReason.text(errno))",
        hint: "check its permissions")
    }
    for _ in 0..<Self.attempts {
      // A file system without locks must not prevent the change.
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK { return }
      usleep(100_000)
    }
    throw CommandFailure(
      .locked, "Another command is changing a file in \(folder)", hint: "try again")
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}

extension INIDocument {
  /// True if the section of a target has the values that were read before.
  fileprivate func has(_ target: NamedTarget) -> Bool {
    guard let section = sections.first(where: { $0.name == target.name }) else { return false }
    let values = Dictionary(section.entries.map { ($0.key, $0.value) }) { first, _ in first }
    let shown = target.lines.map { ($0.key.rawValue, $0.value.value) }
    return values == Dictionary(shown) { first, _ in first }
  }
}
