import Bytes
import Glibc

/// A file that another program reads while it is written: it has its name from the beginning.
///
/// Nothing waits here: what a pipe does not take now stays with the caller.
package final class LiveFile: Sendable {
  /// As the user named it.
  package let name: String
  private let descriptor: FileDescriptorOwner

  /// How often, and how long each time in microseconds, a reader of a pipe is waited for: 5 seconds.
  private static let waits = (count: 100, microseconds: UInt32(50_000))

  /// Opens the file.
  ///
  /// An existing pipe or device is written in place; for a pipe without a reader, one is waited for, at most 5 seconds.
  /// Otherwise a new file takes the name at once: mode 0640 less umask, or the permissions of a file of the same user
  /// that it replaces.
  ///
  /// - Parameter path: The file's path.
  /// - Throws: `OutputFailure` if nothing can be written there.
  package init(path: String) throws(OutputFailure) {
    name = path
    var status = stat()
    let exists = unsafe stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR { throw OutputFailure(file: path, code: EISDIR) }
    descriptor =
      exists && status.st_mode & S_IFMT != S_IFREG
      ? try Self.openInPlace(path) : try Self.replace(path)
  }

  private static func openInPlace(_ path: String) throws(OutputFailure) -> FileDescriptorOwner {
    var opened: Int32 = -1
    for _ in 0..<waits.count {
      opened = unsafe open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
      if opened >= 0 || errno != ENXIO { break }
      usleep(waits.microseconds)
    }
    guard opened >= 0 else {
      throw errno == ENXIO
        ? OutputFailure(withoutReader: path) : OutputFailure(file: path, code: errno)
    }
    let descriptor = FileDescriptorOwner(opened, closes: true)
    var status = stat()
    guard unsafe fstat(opened, &status) == 0 else { throw OutputFailure(file: path, code: errno) }
    let isOwn = status.st_uid == geteuid() || status.st_uid == 0
    if let location = try? OutputLocation(path: path), location.isWorldWritable, !isOwn {
      throw OutputFailure(otherUsersLink: path)
    }
    return descriptor
  }

  /// Makes a new file, and gives it the name at once, so that a link or another user's file is never written to.
  private static func replace(_ path: String) throws(OutputFailure) -> FileDescriptorOwner {
    let location = try OutputLocation(path: path)
    let folder = location.folder.number
    let temporary = OutputFile.temporaryName(for: location.name)
    let opened = unsafe openat(
      folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_APPEND, 0o640)
    guard opened >= 0 else { throw OutputFailure(file: path, code: errno) }
    let descriptor = FileDescriptorOwner(opened, closes: true)
    if let old = location.status, old.st_mode & S_IFMT == S_IFREG, old.st_uid == geteuid() {
      fchmod(opened, old.st_mode & 0o777)
    }
    guard unsafe renameat(folder, temporary, folder, location.name) == 0 else {
      let code = errno
      _ = unsafe unlinkat(folder, temporary, 0)
      throw OutputFailure(file: path, code: code)
    }
    return descriptor
  }

  /// Writes as many bytes as the file takes without waiting.
  ///
  /// - Parameter bytes: The next bytes.
  /// - Returns: How many were written; 0 if the reader of a pipe does not read now.
  /// - Throws: `OutputFailure`, such as for a full disk, or if the reader has ended.
  package func write(_ bytes: ArraySlice<UInt8>) throws(OutputFailure) -> Int {
    while true {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(descriptor.number, $0.baseAddress, $0.count)
      }
      if count >= 0 { return count }
      if errno == EAGAIN { return 0 }
      if errno != EINTR { throw OutputFailure(file: name, code: errno) }
    }
  }
}
