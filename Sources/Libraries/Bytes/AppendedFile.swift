internal import Glibc

/// Opens private files that lines are appended to, such as a trace or a log.
package enum AppendedFile {
  /// Why the file cannot be used; one clause for users.
  package struct Failure: Error, Sendable, Equatable {
    package let detail: String
  }

  /// Opens a file that only its owner may read (`open`, mode 0600); an existing one is continued at its end.
  ///
  /// - Parameters:
  ///   - path: The file; a link is followed only if this user or root owns it.
  ///   - kind: What it is, such as "a trace", for the error.
  ///   - isOwn: Returns whether an existing file begins like one of this kind; it gets its first bytes, at most 64.
  /// - Returns: The descriptor, to be closed by the caller.
  /// - Throws: `Failure` if the file cannot be opened, cannot be made private, belongs to another user, or is not
  ///   of this kind; a pipe without a reader is an error.
  package static func open(
    _ path: String, ofKind kind: String, isOwn: ([UInt8]) -> Bool
  ) throws(Failure) -> Int32 {
    let descriptor = try open(path)
    do throws(Failure) {
      try claim(descriptor, kind, isOwn)
    } catch {
      close(descriptor)
      throw error
    }
    return descriptor
  }

  private static func open(_ path: String) throws(Failure) -> Int32 {
    var link = stat()
    let isLink = unsafe lstat(path, &link) == 0 && link.st_mode & S_IFMT == S_IFLNK
    guard !isLink || link.st_uid == geteuid() || link.st_uid == 0 else {
      throw Failure(detail: "it is a link of another user (uid \(link.st_uid))")
    }
    let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    let descriptor = unsafe Glibc.open(path, isLink ? flags : flags | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw Failure(detail: SystemReason.text(errno)) }
    // Blocking mode: writes wait for a slow reader of a pipe.
    _ = fcntl(descriptor, F_SETFL, O_WRONLY | O_APPEND)
    return descriptor
  }

  /// Makes a regular file private; refuses a file of another user, and one of another kind.
  private static func claim(
    _ descriptor: Int32, _ kind: String, _ isOwn: ([UInt8]) -> Bool
  ) throws(Failure) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
    guard status.st_uid == geteuid() else {
      throw Failure(detail: "it belongs to another user (uid \(status.st_uid))")
    }
    guard status.st_size == 0 || isOwn(beginning(of: descriptor)) else {
      throw Failure(detail: "it holds something else than \(kind), which would be spoilt")
    }
    guard fchmod(descriptor, 0o600) == 0 else {
      throw Failure(detail: "it cannot be closed to others: \(SystemReason.text(errno))")
    }
  }

  /// The first bytes of the file; opens it again, because the descriptor is write-only.
  private static func beginning(of descriptor: Int32) -> [UInt8] {
    let reader = unsafe Glibc.open("/proc/self/fd/\(descriptor)", O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard reader >= 0 else { return [] }
    defer { close(reader) }
    var found = [UInt8](repeating: 0, count: 64)
    let count = unsafe read(reader, &found, found.count)
    return Array(found.prefix(max(count, 0)))
  }
}
