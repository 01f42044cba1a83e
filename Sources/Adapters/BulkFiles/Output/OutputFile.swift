import Compression
import Glibc

/// A file that is written completely or not at all, or standard output.
///
/// Write to it, then call `finish()`; without that call the file does not appear. The bytes go to a temporary file in
/// the same folder, which is synchronized and renamed at the end. A name that ends in `.gz` compresses them with gzip.
package final class OutputFile {
  /// As the user named it; `-` for standard output.
  package let name: String
  private let descriptor: FileDescriptorOwner
  /// The file that appears at the end; `nil` if the output is written in place.
  private let unnamed: UnnamedFile?
  private var compressor: Gzip?
  /// Whether the output is a terminal, which must not receive control characters of the data.
  private let isTerminal: Bool
  private let shouldWait: (() -> Bool)?
  private var buffer: [UInt8] = []
  /// Whether the program that reads standard output has ended; this is not an error.
  private var readerHasEnded = false

  /// Who may read a new file.
  package enum Readers: Sendable {
    /// All users, as far as the umask allows; for a file without data of a server.
    case all
    /// All users, and nobody but the owner writes, as far as the umask allows; for a file that another service reads.
    case allReadOnly
    /// The owner and the owner's group, as far as the umask allows; for a file with a server's configuration.
    case group
    /// The owner alone, also if the file replaces one that others may read.
    case owner

    var mode: mode_t {
      switch self {
      case .all: 0o666
      case .allReadOnly: 0o644
      case .group: 0o640
      case .owner: 0o600
      }
    }
  }

  /// Opens the output.
  ///
  /// An existing pipe or device is written in place. A file of the same user keeps its permissions when it is
  /// replaced, but only read, write and execute: set-user-ID and similar bits are not copied. Every other file gets
  /// the permissions of a new one.
  ///
  /// - Parameters:
  ///   - path: the file's path, or `-` for standard output.
  ///   - readers: who may read a new file.
  ///   - shouldWait: called repeatedly while a pipe has no reader, or its reader does not read; if it returns false,
  ///     the call fails. Without it, the call waits without a limit.
  /// - Throws: `OutputFailure` if nothing can be written there.
  package init(
    path: String, readers: Readers = .group, shouldWait: (() -> Bool)? = nil
  ) throws(OutputFailure) {
    name = path
    self.shouldWait = shouldWait
    if path == "-" {
      descriptor = FileDescriptorOwner(STDOUT_FILENO, closes: false)
      unnamed = nil
    } else if try OutputFile.isInPlace(path) {
      descriptor = try OutputFile.openInPlace(path, shouldWait)
      _ = fcntl(descriptor.number, F_SETFL, O_WRONLY)
      unnamed = nil
    } else {
      let new = try UnnamedFile(path: path, readers: readers)
      descriptor = new.descriptor
      unnamed = new
    }
    isTerminal = isatty(descriptor.number) == 1
    if path.lowercased().hasSuffix(".gz") { compressor = Gzip() }
  }

  /// Checks before any work whether a file can be written.
  ///
  /// - Throws: `OutputFailure` for a folder, and for a file in a folder that does not exist or is not writable.
  package static func check(path: String) throws(OutputFailure) {
    if path == "-" { return }
    if try isInPlace(path) { return }
    guard try OutputLocation(path: path).isWritable else {
      throw OutputFailure(file: path, code: EACCES)
    }
  }

  /// Returns whether the path is an existing file that is not regular, such as a pipe.
  ///
  /// - Throws: `OutputFailure` for a folder.
  static func isInPlace(_ path: String) throws(OutputFailure) -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return false }
    if status.st_mode & S_IFMT == S_IFDIR { throw OutputFailure(file: path, code: EISDIR) }
    return status.st_mode & S_IFMT != S_IFREG
  }

  /// Opens a pipe or a device, so that nothing waits for it later; refuses one of another user in a folder that all users
  /// may write.
  static func openInPlace(
    _ path: String, _ shouldWait: (() -> Bool)?
  ) throws(OutputFailure) -> FileDescriptorOwner {
    let location = try? OutputLocation(path: path)
    var opened: Int32 = -1
    while true {
      opened = unsafe open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
      if opened >= 0 { break }
      // A pipe without a reader.
      guard errno == ENXIO, shouldWait?() ?? true else {
        throw OutputFailure(file: path, code: errno)
      }
      usleep(50_000)
    }
    let descriptor = FileDescriptorOwner(opened, closes: true)
    var status = stat()
    guard unsafe fstat(opened, &status) == 0 else { throw OutputFailure(file: path, code: errno) }
    let isOwn = status.st_uid == geteuid() || status.st_uid == 0
    if let location, location.isWorldWritable, !isOwn { throw OutputFailure(otherUsersLink: path) }
    return descriptor
  }

  /// Writes the next bytes; if the reader of standard output has ended, they are discarded.
  ///
  /// - Throws: `OutputFailure`, for example if the disk is full.
  package func write(_ bytes: [UInt8]) throws(OutputFailure) {
    if readerHasEnded { return }
    if let compressor {
      compressor.pack(bytes, into: &buffer)
    } else {
      buffer +=
        isTerminal ? Array(String(decoding: bytes, as: UTF8.self).escapedForTerminals.utf8) : bytes
    }
    if buffer.count >= 64 << 10 { try flush() }
  }

  /// Makes the file appear: `fsync`, `rename`, and `fsync` of the folder.
  ///
  /// - Throws: `OutputFailure`; then the file does not appear, and an older one of that name is unchanged.
  package func finish() throws(OutputFailure) {
    compressor?.finish(into: &buffer)
    compressor = nil
    try flush()
    guard let unnamed else { return }
    guard fsync(descriptor.number) == 0 else { throw OutputFailure(file: name, code: errno) }
    try unnamed.takeName()
    unnamed.syncFolder()
  }

  private func flush() throws(OutputFailure) {
    var offset = 0
    while offset < buffer.count {
      var count = buffer.count - offset
      if unnamed == nil, let shouldWait {
        if try !isReady(shouldWait) { continue }
        // A pipe that is ready accepts this many bytes without blocking.
        count = min(count, Int(PIPE_BUF))
      }
      let written = unsafe buffer.withUnsafeBytes { bytes in
        unsafe Glibc.write(
          descriptor.number, bytes.baseAddress.map { unsafe $0 + offset }, count)
      }
      if written < 0 {
        if errno == EINTR { continue }
        if errno == EPIPE, name == "-" {
          readerHasEnded = true
          break
        }
        throw OutputFailure(file: name, code: errno)
      }
      offset += written
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Waits briefly until an output written in place accepts more bytes; returns whether it does.
  ///
  /// - Throws: `OutputFailure` if it does not, and `shouldWait` returns false.
  private func isReady(_ shouldWait: () -> Bool) throws(OutputFailure) -> Bool {
    var polled = pollfd(fd: descriptor.number, events: Int16(POLLOUT), revents: 0)
    if unsafe poll(&polled, 1, 200) != 0 { return true }
    guard shouldWait() else { throw OutputFailure(file: name, code: EINTR) }
    return false
  }
}
