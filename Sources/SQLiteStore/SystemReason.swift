// The system's own words for why a file could not be opened.

internal import Glibc

extension SQLiteError {
  /// The system's reason such as `No such file or directory`, else SQLite's message.
  package var reason: String {
    guard systemError != 0, let text = unsafe strerror(systemError) else { return message }
    return unsafe String(cString: text)
  }
}
