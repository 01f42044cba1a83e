// How many servers of which port groups a file holds, and whether another one has far fewer.

import BulkFiles
import Foundation
import PortGroupModel

/// The servers of a file counted by port group, to notice that a good export is about to be lost to a poor one.
package struct ServerCensus: Sendable, Equatable {
  /// Servers by the name of their group.
  private var counts: [String: Int] = [:]
  package private(set) var servers = 0

  package init() {}

  /// Counts a file that was written earlier; `nil` where there is none, or where it holds no list of servers.
  ///
  /// A row that is wrong counts as well, for somebody meant a server.
  package init?(path: String) {
    let kind = try? FileManager.default.attributesOfItem(
      atPath: URL(filePath: path).resolvingSymlinksInPath().path)[.type]
    // A pipe would be emptied by looking.
    guard kind as? FileAttributeType == .typeRegular else { return nil }
    do throws(InputFailure) {
      let reader = try RowReader(path: path, options: InputOptions())
      var read = ReadRow()
      while try reader.next(&read) { add(to: read.row?.group.name ?? "") }
    } catch {
      return nil
    }
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
