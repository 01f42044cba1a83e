// Which process owns a run, and whether it still lives.

import Bytes
internal import FoundationEssentials
import Glibc

/// A process, told apart from later ones that get the same number.
package struct ProcessIdentity: Sendable, Hashable {
  package let pid: Int
  /// The kernel's boot id, and the start time in clock ticks since boot.
  package let start: String
  /// The pid namespace in which the process has that number, such as `pid:[4026531836]`; empty: not known.
  package let namespace: String

  package init(pid: Int, start: String, namespace: String = "") {
    self.pid = pid
    self.start = start
    self.namespace = namespace
  }

  /// This process.
  package static let current =
    running(Int(getpid())) ?? ProcessIdentity(pid: Int(getpid()), start: "")

  /// The pid namespace of this process; it never changes.
  private static let ownNamespace = namespace("pid")

  /// The process that has that number now; nil if none has.
  static func running(_ pid: Int) -> ProcessIdentity? {
    startTime(of: pid).map { ProcessIdentity(pid: pid, start: $0, namespace: ownNamespace) }
  }

  /// True if exactly this process is seen to run; one in another namespace is never seen.
  package var isAlive: Bool {
    (namespace.isEmpty || namespace == Self.ownNamespace) && Self.startTime(of: pid) == start
  }

  /// True if it is certain that this process runs no more.
  ///
  /// Of a process of another boot, which may be another machine's, of another pid namespace, such as another
  /// container's, and of one whose namespace nobody recorded, it never is.
  package var hasEnded: Bool {
    let isOurs = !Self.bootID.isEmpty && start.utf8.starts(with: (Self.bootID + "/").utf8)
    return isOurs && !namespace.isEmpty && namespace == Self.ownNamespace && !isAlive
  }

  /// The kernel's boot id (random(4)); empty where it cannot be read.
  static let bootID =
    ((try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? "")
    .trimmed

  /// The namespace of a kind that this process is in (namespaces(7)); empty where it cannot be read.
  static func namespace(_ kind: String) -> String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/" + kind)) ?? ""
  }

  /// Field 22 of `/proc/<pid>/stat` behind the boot id (proc(5)).
  private static func startTime(of pid: Int) -> String? {
    guard
      let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      // The second field is the command's name in parentheses, and may hold anything.
      let afterName = stat.lastIndex(of: ")")
    else { return nil }
    let fields = stat[afterName...].split(separator: " ")
    guard fields.count > 20 else { return nil }
    return bootID + "/" + fields[20]
  }
}
