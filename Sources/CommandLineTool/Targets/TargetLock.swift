// One run at a time pushes to a target.

import BatchEngine
import Foundation

/// A lock on a target, held while this value lives; the system lets go of it if the process dies.
final class TargetLock: Sendable {
  /// What came of an attempt to take a lock.
  enum Attempt {
    case taken(TargetLock)
    /// Another run has it: who, in parentheses after a space, or nothing where that is not known.
    case held(by: String)
    /// Why it can never be taken, as a clause with what to do.
    case failed(String)
  }

  private let descriptor: Int32

  private init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// Takes the lock, or says that another run has it.
  ///
  /// - Parameters:
  ///   - identity: What tells targets apart: host and port, a sandbox's file, or a server's own id.
  ///   - folder: The state folder; it must exist.
  /// - Returns: What came of it.
  static func take(_ identity: String, in folder: StateFolder) -> Attempt {
    let path = folder.path + "/" + Self.fileName(identity)
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      let reason = unsafe String(cString: strerror(errno))
      return .failed(
        "the lock file \(path) cannot be opened: \(reason); "
          + "check the permissions of the state folder")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      defer { close(descriptor) }
      return .held(by: holder(descriptor))
    }
    note("process \(getpid()), since \(Date().ISO8601Format())", in: descriptor)
    return .taken(TargetLock(descriptor))
  }

  /// Says in the lock file who has it; a lock without is as good.
  private static func note(_ holder: String, in descriptor: Int32) {
    ftruncate(descriptor, 0)
    let bytes = Array(holder.utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
  }

  /// ` (process 1234, since 2026-11-23T19:15:02Z)`; empty where the holder has not written it yet.
  private static func holder(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe read(descriptor, $0.baseAddress, $0.count)
    }
    return count > 0 ? " (\(String(decoding: bytes.prefix(count), as: UTF8.self)))" : ""
  }

  deinit { close(descriptor) }

  /// A file name that says which target it is for: everything but letters, digits, `.` and `-` becomes `_`.
  private static func fileName(_ identity: String) -> String {
    let safe = identity.unicodeScalars.map { scalar in
      scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        || scalar == "." || scalar == "-" ? Character(scalar) : "_"
    }
    // Long paths are told apart by their ends.
    return "target-" + String(safe.suffix(200)) + ".lock"
  }
}
