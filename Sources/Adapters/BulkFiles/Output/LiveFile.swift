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
  /// The new file; `nil` for a pipe or a device.
  private let unnamed: Mutex<UnnamedFile?>

  /// How often a reader of a pipe is waited for, 50 milliseconds each time.
  private static let waits = 100

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
    guard try OutputFile.isInPlace(path) else {
      let new = try UnnamedFile(path: path, readers: .group, flags: O_APPEND)
      descriptor = new.descriptor
      unnamed = Mutex(new)
      return
    }
    var waits = Self.waits
    do throws(OutputFailure) {
      descriptor = try OutputFile.openInPlace(path) {
        waits -= 1
        return waits >= 0
      }
    } catch {
      throw waits < 0 ? OutputFailure(withoutReader: path) : error
    }
    unnamed = Mutex(nil)
  }

  /// Gives the file its name, in place of an older one; later calls do nothing.
  ///
  /// - Throws: `OutputFailure` if it cannot have the name.
  package func appear() throws(OutputFailure) {
    try unnamed.withLock { new throws(OutputFailure) in try new?.takeName() }
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
