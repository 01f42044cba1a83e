internal import FoundationEssentials
internal import Glibc

/// The process that holds a lock, as the lock file records it.
///
/// Other users may write the file, so it is parsed strictly.
package struct LockHolder: Sendable, Equatable {
  let process: Int
  let user: Int
  /// The time when it took the lock, in ISO 8601 and UTC.
  let since: String

  /// This process, now.
  static var current: LockHolder {
    LockHolder(process: Int(getpid()), user: Int(geteuid()), since: Date().ISO8601Format())
  }

  /// ` (process 1234, since 2026-11-23T19:15:02Z)`, with the user if it is another one.
  var remark: String {
    let whose = user == Int(geteuid()) ? "" : " of user \(user)"
    return " (process \(process)\(whose), since \(since))"
  }

  /// `1234 1000 2026-11-23T19:15:02Z`.
  private var line: String { "\(process) \(user) \(since)\n" }

  /// Replaces the content of an earlier holder; errors are ignored, because the lock is valid without it.
  func write(to descriptor: Int32) {
    ftruncate(descriptor, 0)
    let bytes = Array(line.utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }
}

extension LockHolder {
  /// Reads the holder; `nil` if it is not written yet, or if the file contains something else.
  init?(reading descriptor: Int32) {
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe pread(descriptor, $0.baseAddress, $0.count, 0)
    }
    guard count > 0 else { return nil }
    self.init(line: String(decoding: bytes.prefix(count), as: UTF8.self))
  }

  /// Parses the line that `write(to:)` writes.
  package init?(line: String) {
    let words = line.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
      .map { String(Substring($0)) }
    guard words.count == 3, let process = Int(words[0]), let user = Int(words[1]),
      (try? Date(words[2], strategy: .iso8601)) != nil
    else { return nil }
    self.init(process: process, user: user, since: words[2])
  }
}
