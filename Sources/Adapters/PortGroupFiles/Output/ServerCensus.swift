// How many servers of which port groups a file holds, and whether another one has far fewer.

import BulkFiles
import PortGroupModel

/// The servers of a file counted by port group, to notice that a good export is about to be lost to a poor one.
package struct ServerCensus: Sendable, Equatable {
  /// Servers by the name of their group.
  private var counts: [String: Int] = [:]
  package private(set) var servers = 0

  package init() {}

  /// What is in the place of a file that is to be written.
  package enum Former: Sendable, Equatable {
    /// Nothing, an empty file, or one whose bytes do not stay, such as a pipe.
    case nothing
    case servers(ServerCensus)
    /// A file of another kind, or one that is damaged.
    case other
  }

  /// Counts a file that was written earlier.
  ///
  /// A row that is wrong counts as well, for somebody meant a server.
  package static func former(at path: String) -> Former {
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
      // Where it lists no servers at all, it has its headings alone.
      return .other
    }
    return .servers(census)
  }

  /// Counts a server of a port group.
  package mutating func add(to group: String) {
    counts[group, default: 0] += 1
    servers += 1
  }

  /// Why a file with these servers must not silently take the place of this one; `nil` if it may.
  ///
  /// It has shrunk where it lacks more than 30 % and at least 3 of the servers or of the groups, where a group of
  /// several servers has none any more, or where it has no servers at all.
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

  private static func hasShrunk(_ before: Int, _ after: Int) -> Bool {
    before - after >= 3 && (before - after) * 10 > before * 3
  }

  private static func text(_ count: Int, _ noun: String) -> String {
    count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
  }
}

extension ServerCensus.Former {
  /// Why a file with these servers must not silently take its place; `nil` if it may.
  package func shrinkage(to later: ServerCensus) -> String? {
    switch self {
    case .nothing: nil
    case .servers(let census): census.shrinkage(to: later)
    case .other: "it is damaged, or holds something else than port group servers"
    }
  }
}
