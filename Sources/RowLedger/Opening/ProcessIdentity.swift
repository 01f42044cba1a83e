// Which process owns a run, and whether it still lives.

internal import Foundation

/// A process, told apart from later ones that get the same number.
package struct ProcessIdentity: Sendable, Hashable {
  package let pid: Int
  /// The kernel's boot id, and the start time in clock ticks since boot.
  package let start: String

  package init(pid: Int, start: String) {
    self.pid = pid
    self.start = start
  }

  /// This process.
  package static let current =
    running(Int(getpid())) ?? ProcessIdentity(pid: Int(getpid()), start: "")

  /// The process that has that number now; nil if none has.
  static func running(_ pid: Int) -> ProcessIdentity? {
    startTime(of: pid).map { ProcessIdentity(pid: pid, start: $0) }
  }

  /// True if exactly this process still runs.
  package var isAlive: Bool { Self.startTime(of: pid) == start }

  /// Field 22 of `/proc/<pid>/stat` behind the boot id (proc(5)).
  private static func startTime(of pid: Int) -> String? {
    guard
      let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      // The second field is the command's name in parentheses, and may hold anything.
      let afterName = stat.lastIndex(of: ")")
    else { return nil }
    let fields = stat[afterName...].split(separator: " ")
    guard fields.count > 20 else { return nil }
    let boot =
      (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
    return boot.trimmingCharacters(in: .whitespacesAndNewlines) + "/" + fields[20]
  }
}
