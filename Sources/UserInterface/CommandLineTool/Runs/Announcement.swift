import BatchEngine
import Synchronization
import UnityConnection

/// The first line of a command that writes: what it is about to do, and on which server.
///
/// The server is asked first, so that its version and cluster are in the line; if it does not answer, the line is shown
/// without them, before the error.
final class Announcement: Sendable {
  /// What is known of the target besides its URL.
  struct Target: Sendable {
    /// Its name in `targets.ini`; `nil` for a typed URL.
    var name: String?
    /// The variable that names it, if it was not typed.
    var variable: String?
    /// Version and cluster, as `server(_:_:)` says; `nil` before it answers.
    var server: String?

    /// `prod (https://cuc.example.com, version 14.0.1.0, server cuc)`.
    func text(_ url: String) -> String {
      let details = [server, variable.map { "named by \($0)" }].compactMap(\.self)
      guard let name else {
        return details.isEmpty ? url : "\(url) (\(details.joined(separator: ", ")))"
      }
      return "\(name) (\(([url] + details).joined(separator: ", ")))"
    }
  }

  private struct State {
    var target = Target()
    var line: (@Sendable (Target) -> String)?
  }

  private let state = Mutex(State())

  /// Sets how the target was named.
  func name(target name: String?, variable: String?) {
    state.withLock { state in
      state.target.name = name
      state.target.variable = variable
    }
  }

  /// Sets the line, which gets what is known of the target.
  func prepare(_ line: @escaping @Sendable (Target) -> String) {
    state.withLock { $0.line = line }
  }

  /// Shows the line, if it was not shown yet.
  func show(_ server: String? = nil, on console: Console) {
    let text = state.withLock { state -> String? in
      state.target.server = server ?? state.target.server
      defer { state.line = nil }
      return state.line?(state.target)
    }
    if let text { console.note(text) }
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
