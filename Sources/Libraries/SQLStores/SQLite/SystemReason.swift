// The system's own words for why a file could not be opened.

internal import Bytes

extension SQLError {
  /// The system's reason such as `No such file or directory`, else SQLite's message.
  package var reason: String {
    systemError == 0 ? message : SystemReason.text(systemError)
  }
}
