// Undocumented habits that a real server may have, and which failures of a run each of them explains.

import PortGroupModel
import RowLedger
import SandboxServer
import TestSupport

extension SandboxHabits {
  /// A server that keeps an empty port empty.
  static var withoutDefaultPorts: SandboxHabits {
    var habits = SandboxHabits()
    habits.defaultPorts = .none
    return habits
  }
}

/// A habit of a server, and what it forbids.
enum ServerHabit: String, CaseIterable, Sendable {
  case uniquePrecedence, uniqueHost, keepsLast, lowerCase, defaultPorts, largePorts

  var habits: SandboxHabits {
    var habits = SandboxHabits.withoutDefaultPorts
    switch self {
    case .uniquePrecedence: habits.unique = .precedence
    case .uniqueHost: habits.unique = .host
    case .keepsLast: habits.lastServer = .keep
    case .lowerCase: habits.hostCase = .lower
    case .defaultPorts: habits.defaultPorts = .all
    case .largePorts: habits.largestPort = 65_535
    }
    return habits
  }

  /// A wanted configuration in which the habit matters.
  func applied(to groups: [ConfigurationPair.Group]) -> [ConfigurationPair.Group] {
    groups.map { group in
      var group = group
      for index in group.servers.indices {
        if self == .lowerCase, let host = group.servers[index][.host].text {
          group.servers[index][.host] = .text(host.uppercased())
        }
        if self == .largePorts, group.servers[index][.port] == "5070" {
          group.servers[index][.port] = "50700"
        }
      }
      return group
    }
  }

  /// True if the habit explains the failure of a row.
  ///
  /// - Parameters:
  ///   - row: The failed row.
  ///   - now: The servers of its group after the run.
  ///   - before: The servers of the group before it: where two of them had one host, a server with this habit refuses
  ///     each update of one, until the other has another host.
  ///   - others: The other failed rows of the group.
  /// - Returns: False for a failure that must not happen.
  func forbids(
    _ row: RowReport, _ now: [FieldValues], _ before: [FieldValues], _ others: [RowReport]
  ) -> Bool {
    let own = row.entry?.change?.server
    var wanted = now.first { $0.objectID != nil && $0.objectID == own } ?? [:]
    for field in row.row?.fields.known ?? [] { wanted[field] = row.row?.fields[field] ?? .absent }
    let rivals = now.filter { $0.service == wanted.service && $0.objectID != own }
    let earlier = before.filter { $0.service == wanted.service && $0.objectID != own }
    switch (self, row.state.detail) {
    // Deletes come last, and none is sent after a failure in its group.
    case (_, "after-failure"): return !others.isEmpty && row.row?.operation == .delete
    // A later row of the circle may have freed the value after all.
    case (.uniquePrecedence, "cycle"), (.uniqueHost, "cycle"): return true
    case (.uniquePrecedence, "refused"):
      return (rivals + earlier).contains { $0.agrees(with: wanted, in: .precedence) }
    case (.uniqueHost, "refused"):
      return (rivals + earlier).contains {
        $0.agrees(with: wanted, in: .host) && $0.agrees(with: wanted, in: .hostV6)
      }
    case (.keepsLast, "refused"):
      return row.row?.operation == .delete && wanted.service != .tftp && rivals.isEmpty
    case (.defaultPorts, "cannot-empty"):
      return wanted[.port].text == nil || wanted[.tlsPort].text == nil
    default: return false
    }
  }
}
