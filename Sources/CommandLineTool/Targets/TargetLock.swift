// One run at a time pushes to a target.

import BatchEngine
import Glibc

/// A lock on a target, held while this value lives; the system lets go of it if the process dies.
final class TargetLock {
  private let descriptor: Int32

  /// Takes the lock, or says that another run has it.
  ///
  /// - Parameters:
  ///   - identity: What tells targets apart: host and port, or a sandbox's file.
  ///   - folder: The state folder; it must exist.
  /// - Throws: `CommandFailure` with exit code 11 where another run has it.
  init(_ identity: String, in folder: StateFolder) throws(CommandFailure) {
    let path = folder.path + "/" + Self.fileName(identity)
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      let reason = unsafe String(cString: strerror(errno))
      throw CommandFailure(
        .failure, "The lock file \(path) cannot be opened: \(reason)",
        hint: "check the permissions of the state folder")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw CommandFailure(
        .locked, "Another run of cupibulk is pushing to \(identity)",
        hint: "wait until it has ended; cupibulk runs list shows it")
    }
  }

  deinit { close(descriptor) }

  /// A file name that says which target it is for: everything but letters, digits, `.` and `-` becomes `_`.
  private static func fileName(_ identity: String) -> String {
    let safe = identity.unicodeScalars.map { scalar in
      scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        || scalar == "." || scalar == "-" ? Character(scalar) : "_"
    }
    // Long paths are told apart by their ends.
    return "target-" + String(safe.suffix(200)) + ".lock"
  }
}
