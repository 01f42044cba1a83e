import BulkFiles
import PortGroupModel

/// The number of servers of each port group in a file; it prevents an incomplete export from replacing a complete one.
package struct ServerCensus: Sendable, Equatable {
  /// The number of servers by the name of their group.
  private var counts: [String: Int] = [:]
  package private(set) var servers = 0

  package init() {}

  /// The content of an existing file that would be replaced.
  package enum ExistingFile: Sendable, Equatable {
    /// No file, an empty file, or one that is not regular, such as a pipe.
    case nothing
    case servers(ServerCensus)
    /// A file of another kind, or one that is damaged.
    case other
  }

  /// Counts the servers of an existing file.
  ///
  /// Invalid rows count as well, because each was meant as a server.
  package static func existing(at path: String) -> ExistingFile {
    guard let size = FileFingerprint.size(of: path), size > 0 else { return .nothing }
    var census = ServerCensus()
    var options = InputOptions()
    options.allowed = DiagnosticCode.ofServerValues
    do throws(InputFailure) {
      let reader = try RowReader(path: path, options: options)
      var read = ReadRow()
      while try reader.next(&read) {
        census.add(to: read.row?.group.name ?? read.strayGroup?.name ?? "")
      }
    } catch {
      // The file cannot be read as a list of servers.
      return .other
    }
    return .servers(census)
  }

  /// Counts a server of a port group.
  package mutating func add(to group: String) {
    counts[group, default: 0] += 1
    servers += 1
  }

  /// Returns why a file with the later servers must not replace this one without confirmation; `nil` if it may.
  ///
  /// Confirmation is needed if too many servers or groups are missing, if a group has lost all of its several servers,
  /// or if there are no servers.
  package func shrinkage(to later: ServerCensus) -> String? {
    if later.servers == 0, servers > 0 {
      return "it has \(Self.text(servers, "server")), and the target has none"
    }
    let emptied = counts.filter { $0.value > 1 && later.counts[$0.key] == nil }
      .map(\.key).sorted()
    if let first = emptied.first {
      let others = emptied.count == 1 ? "" : " and \(emptied.count - 1) more"
      return "port group \"\(first)\"\(others) has several servers in it, and none on the target"
    }
    if Self.hasShrunk(servers, later.servers) {
      return "it has \(Self.text(servers, "server")), and the target has \(later.servers)"
    }
    if Self.hasShrunk(counts.count, later.counts.count) {
      return
        "it has servers of \(counts.count) port groups, and the target of \(later.counts.count)"
    }
    return nil
  }

  /// The percentage that may be missing; fewer than `shrinkCount` may always be missing.
  package static let shrinkPercent = 30
  package static let shrinkCount = 3

  private static func hasShrunk(_ before: Int, _ after: Int) -> Bool {
    before - after >= shrinkCount && (before - after) * 100 > before * shrinkPercent
  }

  private static func text(_ count: Int, _ noun: String) -> String {
    count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
  }
}

extension ServerCensus.ExistingFile {
  /// Returns why a file with the later servers must not replace it without confirmation; `nil` if it may.
  package func shrinkage(to later: ServerCensus) -> String? {
    switch self {
    case .nothing: nil
    case .servers(let census): census.shrinkage(to: later)
    case .other: "it is damaged, or has something other than port group servers"
    }
  }
}
