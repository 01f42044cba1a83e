import Bytes
import Glibc
import Synchronization

/// A file that another program reads while it is written: it has its name from the first byte on.
///
/// Nothing waits here: what a pipe does not take now stays with the caller. Until it appears, an older file is untouched.
package final class LiveFile: Sendable {
  /// As the user named it.
  package let name: String
  private let descriptor: FileDescriptorOwner
  /// A new file that has no name yet.
  private let unnamed: Mutex<Unnamed?>

  private struct Unnamed {
    let location: OutputLocation
    let temporary: String
  }

  /// How often, and how long each time in microseconds, a reader of a pipe is waited for: 5 seconds.
  private static let waits = (count: 100, microseconds: UInt32(50_000))

  /// Opens the file.
  ///
  /// An existing pipe or device is written in place; for a pipe without a reader, one is waited for, at most 5 seconds.
  /// Otherwise a new file takes the name when it appears: mode 0640 less umask, or the permissions of a file of the same user
  /// that it replaces.
  ///
  /// - Parameter path: The file's path.
  /// - Throws: `OutputFailure` if nothing can be written there.
  package init(path: String) throws(OutputFailure) {
    name = path
    var status = stat()
    let exists = unsafe stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR { throw OutputFailure(file: path, code: EISDIR) }
    if exists, status.st_mode & S_IFMT != S_IFREG {
      descriptor = try Self.openInPlace(path)
      unnamed = Mutex(nil)
    } else {
      let (opened, new) = try Self.made(path)
      descriptor = opened
      unnamed = Mutex(new)
    }
  }

  deinit {
    unnamed.withLock { new in
      guard let new else { return }
      _ = unsafe unlinkat(new.location.folder.number, new.temporary, 0)
    }
  }

  /// Gives the file its name, in place of an older one; later calls do nothing.
  ///
  /// - Throws: `OutputFailure` if it cannot have the name.
  package func appear() throws(OutputFailure) {
    let failure = unnamed.withLock { new -> Int32? in
      guard let made = new else { return nil }
      let folder = made.location.folder.number
      guard unsafe renameat(folder, made.temporary, folder, made.location.name) == 0 else {
        return errno
      }
      new = nil
      return nil
    }
    if let failure { throw OutputFailure(file: name, code: failure) }
  }

  /// True if an existing file holds something else than what begins with these bytes, so that it must not be replaced.
  ///
  /// - Parameters:
  ///   - path: The file's path; a pipe or a device holds nothing.
  ///   - beginning: The first bytes of what may be replaced.
  /// - Returns: False also for an empty file, and where there is none.
  package static func holdsOther(_ path: String, than beginning: [UInt8]) -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0
    else { return false }
    let opened = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard opened >= 0 else { return true }
    let descriptor = FileDescriptorOwner(opened, closes: true)
    var first = [UInt8](repeating: 0, count: beginning.count)
    let count = unsafe first.withUnsafeMutableBytes {
      unsafe read(descriptor.number, $0.baseAddress, $0.count)
    }
    return count != beginning.count || first != beginning
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

  /// Makes a new file, so that a link or another user's file is never written to.
  private static func made(
    _ path: String
  ) throws(OutputFailure) -> (FileDescriptorOwner, Unnamed) {
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
    return (descriptor, Unnamed(location: location, temporary: temporary))
  }

  /// Writes as many bytes as the file takes without waiting; the file appears first.
  ///
  /// - Parameter bytes: The next bytes.
  /// - Returns: How many were written; 0 if the reader of a pipe does not read now.
  /// - Throws: `OutputFailure`, such as for a full disk, or if the reader has ended.
  package func write(_ bytes: ArraySlice<UInt8>) throws(OutputFailure) -> Int {
    try appear()
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
