// The folder of a throw-away ledger.

internal import Foundation

/// A temporary folder that is removed with the value; folders of processes that died go at the next.
final class ThrowawayFolder: Sendable {
  private static let prefix = "cupibulk-throwaway-"

  let path: String

  /// Makes the folder in `$TMPDIR`, else in `/var/tmp`, which is a disk where `/tmp` may be memory.
  init(in base: String? = nil) throws(LedgerError) {
    let base = base ?? ProcessInfo.processInfo.environment["TMPDIR"] ?? "/var/tmp"
    ThrowawayFolder.sweep(base)
    let owner = ProcessIdentity.current
    let template = "\(base)/\(Self.prefix)\(owner.pid)-\(Self.mark(owner))-XXXXXX"
    var name = Array(template.utf8CString)
    let made: String? = unsafe name.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress, unsafe mkdtemp(start) != nil else { return nil }
      return unsafe String(cString: start)
    }
    guard let made else {
      let reason = unsafe String(cString: strerror(errno))
      throw LedgerError(
        .cannotOpen, "no temporary folder can be made in \(base) (\(reason))",
        hint: "set TMPDIR to a folder with room that can be written")
    }
    path = made
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Removes the folders of processes that do not run any more.
  private static func sweep(_ base: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []
    for name in names where name.hasPrefix(prefix) {
      let parts = name.dropFirst(prefix.count).split(separator: "-")
      guard parts.count == 3, let pid = Int(parts[0]) else { continue }
      let running = ProcessIdentity.running(pid)
      if running.map(mark) != String(parts[1]) {
        try? FileManager.default.removeItem(atPath: base + "/" + name)
      }
    }
  }

  /// The start time of a process without the boot id: it stands in a file name.
  private static func mark(_ process: ProcessIdentity) -> String {
    process.start.split(separator: "/").last.map(String.init) ?? "0"
  }
}
