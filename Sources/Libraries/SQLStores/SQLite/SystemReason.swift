// The system's message for a file that could not be opened.

internal import Bytes

extension SQLError {
  /// The system's message, such as `No such file or directory`, otherwise SQLite's message.
  package var reason: String {
    systemError == 0 ? message : SystemReason.text(systemError)
  }
}
