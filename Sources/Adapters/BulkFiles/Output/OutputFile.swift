// A file that appears whole or not at all; standard output too; packed with gzip where the name says so.

import Compression
import Glibc

/// An output: write to it, then `finish()`; without that the file does not appear.
///
/// The bytes go to a temporary file in the same folder, which is synchronised and renamed at the end.
package final class OutputFile {
  /// As the user named it; `-` for standard output.
  package let name: String
  private let descriptor: FileDescriptorOwner
  /// Where the file will be, and what it is called there until then; nil if written in place.
  private let target: (place: OutputPlace, temporary: String)?
  private var packer: Gzip?
  /// Whether a person looks on, whose terminal the bytes must not command.
  private let isTerminal: Bool
  private let waits: (() -> Bool)?
  private var buffer: [UInt8] = []
  private var isFinished = false
  /// Set where the program that reads standard output has ended: it has what it wanted.
  private var isUnwanted = false

  /// Who may read a file that is made.
  package enum Readers: Sendable {
    /// Everybody, as far as the umask allows: it says nothing of a server.
    case all
    /// Its owner and the owner's group, as far as the umask allows: it holds a configuration.
    case group

    fileprivate var mode: mode_t { self == .all ? 0o666 : 0o640 }
  }

  /// Opens the output.
  ///
  /// What exists already and is no regular file (a pipe, a device) is written in place. A file of our own
  /// keeps its permissions when it is replaced, but never more than read, write and execute: set-user-ID and its
  /// like are not copied. Every other file gets those of a new one.
  ///
  /// - Parameters:
  ///   - path: the file's path, or `-` for standard output.
  ///   - readers: who may read it where it is new.
  ///   - waits: asked now and then while a pipe has no reader, or one that does not read; false ends the waiting.
  ///     Without it nothing does but the end of the process.
  /// - Throws: `OutputFailure` where nothing can be written there.
  package init(
    path: String, readers: Readers = .group, waits: (() -> Bool)? = nil
  ) throws(OutputFailure) {
    name = path
    self.waits = waits
    if path == "-" {
      descriptor = FileDescriptorOwner(STDOUT_FILENO, closes: false)
      target = nil
    } else if try OutputFile.isInPlace(path) {
      descriptor = try OutputFile.openInPlace(path, waits)
      target = nil
    } else {
      let place = try OutputPlace(path: path)
      let temporary = OutputFile.temporaryName(for: place.name)
      let opened = unsafe openat(
        place.folder.number, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, readers.mode)
      guard opened >= 0 else { throw OutputFailure(file: path, code: errno) }
      descriptor = FileDescriptorOwner(opened, closes: true)
      target = (place, temporary)
      if let old = place.status, old.st_mode & S_IFMT == S_IFREG, old.st_uid == geteuid() {
        fchmod(opened, old.st_mode & 0o777)
      }
    }
    isTerminal = isatty(descriptor.number) == 1
    if path.lowercased().hasSuffix(".gz") { packer = Gzip() }
  }

  /// Tells what would keep a file from appearing, before there is anything to write.
  ///
  /// - Throws: `OutputFailure` for a folder, and for a file in a folder that is missing or closed.
  package static func check(path: String) throws(OutputFailure) {
    if path == "-" { return }
    if try isInPlace(path) { return }
    guard try OutputPlace(path: path).isWritable else {
      throw OutputFailure(file: path, code: EACCES)
    }
  }

  /// True for what exists already and is no regular file, such as a pipe.
  ///
  /// - Throws: `OutputFailure` for a folder.
  private static func isInPlace(_ path: String) throws(OutputFailure) -> Bool {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return false }
    if status.st_mode & S_IFMT == S_IFDIR { throw OutputFailure(file: path, code: EISDIR) }
    return status.st_mode & S_IFMT != S_IFREG
  }

  /// Opens a pipe or a device; one that another user has put into a folder for all is refused.
  private static func openInPlace(
    _ path: String, _ waits: (() -> Bool)?
  ) throws(OutputFailure) -> FileDescriptorOwner {
    let place = try? OutputPlace(path: path)
    var opened: Int32 = -1
    while true {
      opened = unsafe open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
      if opened >= 0 { break }
      // A pipe that nobody reads yet.
      guard errno == ENXIO, waits?() ?? true else { throw OutputFailure(file: path, code: errno) }
      usleep(50_000)
    }
    _ = fcntl(opened, F_SETFL, O_WRONLY)
    let descriptor = FileDescriptorOwner(opened, closes: true)
    var status = stat()
    guard unsafe fstat(opened, &status) == 0 else { throw OutputFailure(file: path, code: errno) }
    let isOwn = status.st_uid == geteuid() || status.st_uid == 0
    if let place, place.isForAll, !isOwn { throw OutputFailure(foreignLink: path) }
    return descriptor
  }

  deinit {
    guard !isFinished, let target else { return }
    _ = unsafe unlinkat(target.place.folder.number, target.temporary, 0)
  }

  /// Takes the next bytes; those for a standard output whose reader has ended go nowhere, as with every command.
  ///
  /// - Throws: `OutputFailure`, as where the disk is full.
  package func write(_ bytes: [UInt8]) throws(OutputFailure) {
    if isUnwanted { return }
    if let packer {
      packer.pack(bytes, into: &buffer)
    } else {
      buffer += isTerminal ? Array(String(decoding: bytes, as: UTF8.self).tamed.utf8) : bytes
    }
    if buffer.count >= 64 << 10 { try flush() }
  }

  /// Makes the file appear: `fsync`, `rename`, and `fsync` of the folder.
  ///
  /// - Throws: `OutputFailure`; the file does not appear then, and an older one of that name stays.
  package func finish() throws(OutputFailure) {
    packer?.finish(into: &buffer)
    packer = nil
    try flush()
    guard let target else {
      isFinished = true
      return
    }
    let folder = target.place.folder.number
    guard fsync(descriptor.number) == 0,
      unsafe renameat(folder, target.temporary, folder, target.place.name) == 0
    else { throw OutputFailure(file: name, code: errno) }
    isFinished = true
    let opened = unsafe openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { return }
    // The file is whole and in its place; a folder that cannot be synchronised loses it at worst.
    fsync(opened)
    close(opened)
  }

  private func flush() throws(OutputFailure) {
    var offset = 0
    while offset < buffer.count {
      var count = buffer.count - offset
      if target == nil, let waits {
        if try !isReady(waits) { continue }
        // A pipe that is ready takes so much without blocking.
        count = min(count, Int(PIPE_BUF))
      }
      let written = unsafe buffer.withUnsafeBytes { bytes in
        unsafe Glibc.write(
          descriptor.number, bytes.baseAddress.map { unsafe $0 + offset }, count)
      }
      if written < 0 {
        if errno == EINTR { continue }
        if errno == EPIPE, name == "-" {
          isUnwanted = true
          break
        }
        throw OutputFailure(file: name, code: errno)
      }
      offset += written
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Looks for a moment whether what is written in place takes more.
  ///
  /// - Throws: `OutputFailure` where it does not, and nobody wants to wait for it.
  private func isReady(_ waits: () -> Bool) throws(OutputFailure) -> Bool {
    var polled = pollfd(fd: descriptor.number, events: Int16(POLLOUT), revents: 0)
    if unsafe poll(&polled, 1, 200) != 0 { return true }
    guard waits() else { throw OutputFailure(file: name, code: EINTR) }
    return false
  }

  /// A hidden name that nothing else uses, in the same folder, so that renaming stays within one disk.
  private static func temporaryName(for name: String) -> String {
    let tail = String(UInt64.random(in: .min ... .max), radix: 36)
    return ".\(String(decoding: name.utf8.prefix(100), as: UTF8.self)).\(tail).part"
  }
}
