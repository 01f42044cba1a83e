import Glibc
import Bytes

/// The error when a file cannot be written; no incomplete file remains.
package struct OutputFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// The causes that callers distinguish.
  package enum Reason: Sendable, Equatable {
    /// The folder does not exist.
    case noFolder
    case isFolder
    case denied
    case full
    /// The file is a link or a pipe of another user, in a folder that all users may write.
    case otherUser
    /// The program that reads the pipe has ended.
    case closedPipe
    /// A text has a character that the format does not allow.
    case text
    case other
  }

  /// As the user named it; `-` for standard output.
  package var file: String
  package var reason: Reason
  /// The cause, and what to do, as one clause without a full stop.
  package var message: String

  package var description: String {
    "cannot write \(file == "-" ? "standard output" : file): \(message)"
  }

  /// Makes a failure from the system's error number (`errno`).
  init(file: String, code: Int32) {
    self.file = file
    switch code {
    case ENOENT, ENOTDIR:
      (reason, message) = (.noFolder, "its folder does not exist; make it, or name another one")
    case EISDIR:
      (reason, message) = (.isFolder, "this is a folder; name a file in it")
    case EACCES, EPERM, EROFS:
      (reason, message) = (.denied, "you may not write there; choose another folder")
    case EFBIG:
      (reason, message) = (
        .full,
        "this process may write no file as large (ulimit -f); nothing was left behind, raise the limit and try again"
      )
    case ENOSPC, EDQUOT:
      (reason, message) = (
        .full, "the disk is full; nothing was left behind, free some space and try again"
      )
    case EPIPE:
      (reason, message) = (.closedPipe, "the program that reads it has ended")
    default:
      (reason, message) = (
        .other, "\(SystemReason.text(code)); nothing was left behind"
      )
    }
  }

  /// Makes the failure for a link or a pipe of another user in a folder that all users may write.
  init(otherUsersLink file: String) {
    self.file = file
    reason = .otherUser
    message =
      "another user has put a link or a pipe there, in a folder that all may write; "
      + "remove it, or name a file in a folder of your own"
  }

  /// Makes the failure for a pipe that no program reads.
  init(withoutReader file: String) {
    self.file = file
    reason = .closedPipe
    message = "no program reads this pipe; start the reader first"
  }

  /// Makes the failure for a temporary file of records that cannot be read back.
  package init(spool message: String) {
    file = "the temporary file"
    reason = .other
    self.message = message
  }

  /// Makes the failure for a text that the format does not allow.
  init(file: String, text message: String) {
    self.file = file
    reason = .text
    self.message = message + "; nothing was left behind"
  }
}
