// Why a file could not be written, and its words.

import Glibc
import Bytes

/// An output that failed; nothing half-written was left behind.
package struct OutputFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// What a caller may want to tell apart.
  package enum Reason: Sendable, Equatable {
    /// The folder does not exist.
    case noFolder
    case isFolder
    case denied
    case full
    /// Another user has put a link or a pipe there, in a folder that all may write.
    case foreign
    /// The reader of a pipe went away.
    case closedPipe
    /// A text holds a character that the format cannot hold.
    case text
    case other
  }

  /// As the user named it; `-` for standard output.
  package var file: String
  package var reason: Reason
  /// What happened and what to do, as one clause without a full stop.
  package var message: String

  package var description: String {
    "cannot write \(file == "-" ? "standard output" : file): \(message)"
  }

  /// Turns what the system said (`errno`) into a failure.
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

  /// A link or a pipe that another user has put into a folder for all.
  init(foreignLink file: String) {
    self.file = file
    reason = .foreign
    message =
      "another user has put a link or a pipe there, in a folder that all may write; "
      + "remove it, or name a file in a folder of your own"
  }

  /// The temporary file of records cannot be read again.
  package init(spool message: String) {
    file = "the temporary file"
    reason = .other
    self.message = message
  }

  /// A text that the format cannot hold.
  init(file: String, text message: String) {
    self.file = file
    reason = .text
    self.message = message + "; nothing was left behind"
  }
}
