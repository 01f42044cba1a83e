import Bytes
internal import FoundationEssentials
import Glibc
package import PortGroupModel

/// Recognizes processes of this machine.
package enum ProcessIdentity {
  /// This process.
  package static let current =
    running(Int(getpid())) ?? RunOwner(pid: Int(getpid()), start: "")

  /// The pid namespace of this process; it never changes.
  private static let ownNamespace = namespace("pid")

  /// The process that has this number now; `nil` if there is none.
  static func running(_ pid: Int) -> RunOwner? {
    startTime(of: pid).map { RunOwner(pid: pid, start: $0, namespace: ownNamespace) }
  }

  /// True if exactly this process is found running; a process in another namespace is never found.
  static func isAlive(_ owner: RunOwner) -> Bool {
    (owner.namespace.isEmpty || owner.namespace == ownNamespace)
      && startTime(of: owner.pid) == owner.start
  }

  /// True if it is certain that this process has ended.
  ///
  /// It is never certain for a process of another boot, because that may be another machine, for a process
  /// of another pid namespace, such as a container, and if the namespace was not recorded.
  static func hasEnded(_ owner: RunOwner) -> Bool {
    let isOurs = !bootID.isEmpty && owner.start.utf8.starts(with: (bootID + "/").utf8)
    return isOurs && !owner.namespace.isEmpty && owner.namespace == ownNamespace && !isAlive(owner)
  }

  /// The kernel's boot id (random(4)); empty if it cannot be read.
  static let bootID =
    ((try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? "")
    .trimmed

  /// This process's namespace of a kind (namespaces(7)); empty if it cannot be read.
  static func namespace(_ kind: String) -> String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/" + kind)) ?? ""
  }

  /// The boot id, and field 22 of `/proc/<pid>/stat` (proc(5)).
  private static func startTime(of pid: Int) -> String? {
    guard
      let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      // The second field is the command's name in parentheses, and may contain any characters.
      let afterName = stat.lastIndex(of: ")")
    else { return nil }
    let fields = stat[afterName...].split(separator: " ")
    // A zombie, and what is being removed, works no more: nobody has collected its end yet.
    guard fields.count > 20, fields[1] != "Z", fields[1] != "X" else { return nil }
    return bootID + "/" + fields[20]
  }
}
