internal import Bytes
internal import FoundationEssentials
import Glibc

/// A temporary folder that is removed with the object; the next one removes folders of dead processes.
///
/// While it is in use it is locked (flock(2)), which every container that shares the disk can see.
final class ThrowawayFolder: Sendable {
  private static let prefix = "cupibulk-throwaway-"

  let path: String
  private let lock: Int32

  /// Creates the folder in `$TMPDIR`, otherwise in `/var/tmp`, which is on disk even if `/tmp` is in memory.
  init(in base: String? = nil) throws(LedgerError) {
    let base = base ?? ProcessInfo.processInfo.environment["TMPDIR"] ?? "/var/tmp"
    ThrowawayFolder.sweep(base)
    // Until it is locked, another process may take it for a leftover and remove it.
    for _ in 1...100 {
      let made = try ThrowawayFolder.make(in: base)
      let lock = ThrowawayFolder.lock(made, LOCK_EX)
      if lock >= 0, FileIdentity.isOpen(lock, at: made) {
        path = made
        self.lock = lock
        return
      }
      if lock >= 0 { close(lock) }
    }
    throw LedgerError(
      .noTemporaryFolder, "the temporary folders in \(base) are removed while they are made",
      hint: "set TMPDIR to a folder of your own")
  }

  private static func make(in base: String) throws(LedgerError) -> String {
    var name = Array("\(base)/\(prefix)XXXXXX".utf8CString)
    let made: String? = unsafe name.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress, unsafe mkdtemp(start) != nil else { return nil }
      return unsafe String(cString: start)
    }
    guard let made else {
      let reason = SystemReason.text(errno)
      throw LedgerError(
        .noTemporaryFolder, "no temporary folder can be made in \(base) (\(reason))",
        hint: "set TMPDIR to a folder with room that can be written")
    }
    return made
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
    close(lock)
  }

  /// Removes folders of this user that are not locked any more.
  private static func sweep(_ base: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []
    for name in names where name.hasPrefix(prefix) && name.utf8.count == prefix.utf8.count + 6 {
      let path = base + "/" + name
      let lock = Self.lock(path, LOCK_EX | LOCK_NB)
      guard lock >= 0 else { continue }
      var status = stat()
      if unsafe fstat(lock, &status) == 0, status.st_uid == geteuid() {
        try? FileManager.default.removeItem(atPath: path)
      }
      close(lock)
    }
  }

  /// Opens and locks a folder that is not a link; returns a negative number if that fails.
  private static func lock(_ path: String, _ kind: Int32) -> Int32 {
    let opened = unsafe open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard opened >= 0, flock(opened, kind) != 0 else { return opened }
    close(opened)
    return -1
  }
}
