import BatchEngine
import Synchronization
import UnityConnection

/// The first line of a command that writes: what it is about to do, and on which server.
///
/// The server is asked first, so that its version and cluster are in the line; if it does not answer, the line is shown
/// without them, before the error.
final class Announcement: Sendable {
  private let line = Mutex<(@Sendable (String?) -> String)?>(nil)

  /// Sets the line, which gets what is known of the server.
  func prepare(_ line: @escaping @Sendable (_ server: String?) -> String) {
    self.line.withLock { $0 = line }
  }

  /// Shows the line, if it was not shown yet.
  func show(_ server: String? = nil, on console: Console) {
    let line = line.withLock { line in
      defer { line = nil }
      return line
    }
    if let line { console.note(line(server)) }
  }

  /// A server in a few words: `version 14.0.1.13900-1, cluster of cuc-pub and cuc-sub`; `nil` if nothing is known.
  static func server(_ version: String?, _ cluster: [ClusterServer]) -> String? {
    let names = Wording.list(cluster.map(\.name), joinedBy: "and")
    let parts = [
      version.map { "version \($0)" },
      names.isEmpty ? nil : cluster.count == 1 ? "server \(names)" : "cluster of \(names)",
    ].compactMap(\.self)
    return parts.isEmpty ? nil : parts.joined(separator: ", ").escapedForDisplay
  }
}
