package import Bytes
package import FoundationEssentials
import Glibc
import Synchronization

/// A file that gets every message as a line with its time (UTC) and its run.
///
/// Each line is written to the system at once. Only the owner may read the file. An existing log is continued.
package final class MessageLog: Sendable {
  private struct State {
    var run = "-"
    var hasFailed = false
  }

  private let descriptor: Int32
  private let state = Mutex(State())
  private let now: @Sendable () -> Date
  private let onFailure: @Sendable (String) -> Void

  /// Opens the file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - now: The current time.
  ///   - onFailure: Called once, with one clause, if a line cannot be written; the log then ends.
  /// - Throws: `AppendedFile.Failure` if the file cannot be used, or is not a log.
  package init(
    _ path: String, now: @escaping @Sendable () -> Date = { Date() },
    onFailure: @escaping @Sendable (String) -> Void
  ) throws(AppendedFile.Failure) {
    descriptor = try AppendedFile.open(path, ofKind: "a log", isOwn: Self.beginsLog)
    self.now = now
    self.onFailure = onFailure
  }

  deinit { close(descriptor) }

  /// True for bytes that begin with a time such as `2026-11-28T14:05:02Z`.
  private static func beginsLog(_ bytes: [UInt8]) -> Bool {
    let form = Array("0000-00-00T00:00:00Z ".utf8)
    return bytes.count >= form.count
      && zip(bytes, form).allSatisfy { byte, sign in
        sign == UInt8(ascii: "0") ? (0x30...0x39).contains(byte) : byte == sign
      }
  }

  /// The run to which the next lines belong.
  func setRun(_ run: String) { state.withLock { $0.run = run } }

  /// Writes the lines of a message; may be called from any thread.
  package func write(_ text: String) {
    let time = now().ISO8601Format()
    let failure = state.withLock { state -> String? in
      guard !state.hasFailed else { return nil }
      for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
        let bytes = Array("\(time) \(state.run) ".utf8) + line + [UInt8(ascii: "\n")]
        let code = Descriptor.write(bytes, to: descriptor)
        guard code != 0 else { continue }
        state.hasFailed = true
        return SystemReason.text(code)
      }
      return nil
    }
    if let failure { onFailure(failure) }
  }
}
