// A file that appears whole or not at all; standard output too; packed with gzip where the name says so.

import Foundation

/// An output: write to it, then `finish()`; without that the file does not appear.
///
/// The bytes go to a temporary file in the same folder, which is synchronised and renamed at the end.
package final class OutputFile {
  /// As the user named it; `-` for standard output.
  package let name: String
  private let descriptor: FileDescriptorOwner
  /// Where the file will be, links followed, and where it is until then; nil if written in place.
  private let paths: (final: String, temporary: String)?
  private var packer: Gzip?
  /// Whether a person looks on, whose terminal the bytes must not command.
  private let isTerminal: Bool
  private var buffer: [UInt8] = []
  private var isFinished = false

  /// Opens the output.
  ///
  /// What exists already and is no regular file (a pipe, a device) is written in place.
  ///
  /// - Parameter path: the file's path, or `-` for standard output.
  /// - Throws: `OutputFailure` where nothing can be written there.
  package init(path: String) throws(OutputFailure) {
    name = path
    guard path != "-" else {
      descriptor = FileDescriptorOwner(STDOUT_FILENO, closes: false)
      paths = nil
      isTerminal = isatty(STDOUT_FILENO) == 1
      return
    }
    isTerminal = false
    var status = stat()
    let exists = unsafe stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR { throw OutputFailure(file: path, code: EISDIR) }
    if exists, status.st_mode & S_IFMT != S_IFREG {
      let opened = unsafe open(path, O_WRONLY | O_CLOEXEC)
      guard opened >= 0 else { throw OutputFailure(file: path, code: errno) }
      descriptor = FileDescriptorOwner(opened, closes: true)
      paths = nil
    } else {
      let final = exists ? URL(filePath: path).resolvingSymlinksInPath().path : path
      let temporary = OutputFile.temporaryPath(beside: final)
      let opened = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      guard opened >= 0 else { throw OutputFailure(file: path, code: errno) }
      descriptor = FileDescriptorOwner(opened, closes: true)
      paths = (final, temporary)
      if exists { fchmod(opened, status.st_mode & 0o7777) }
    }
    if path.lowercased().hasSuffix(".gz") { packer = Gzip() }
  }

  /// Tells what would keep a file from appearing, before there is anything to write.
  ///
  /// - Throws: `OutputFailure` for a folder, and for a file in a folder that is missing or closed.
  package static func check(path: String) throws(OutputFailure) {
    if path == "-" { return }
    var status = stat()
    let exists = unsafe stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR { throw OutputFailure(file: path, code: EISDIR) }
    if exists, status.st_mode & S_IFMT != S_IFREG { return }
    let final = exists ? URL(filePath: path).resolvingSymlinksInPath().path : path
    guard unsafe access(folder(of: final) + "/.", W_OK | X_OK) == 0 else {
      throw OutputFailure(file: path, code: errno)
    }
  }

  deinit {
    guard !isFinished, let paths else { return }
    _ = unsafe unlink(paths.temporary)
  }

  /// Takes the next bytes.
  ///
  /// - Throws: `OutputFailure`, as where the disk is full.
  package func write(_ bytes: [UInt8]) throws(OutputFailure) {
    if let packer {
      packer.pack(bytes, into: &buffer)
    } else {
      buffer += isTerminal ? OutputFile.tamed(bytes) : bytes
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
    guard let paths else {
      isFinished = true
      return
    }
    guard fsync(descriptor.number) == 0, unsafe rename(paths.temporary, paths.final) == 0 else {
      throw OutputFailure(file: name, code: errno)
    }
    isFinished = true
    let folder = unsafe open(OutputFile.folder(of: paths.final), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    // The file is whole and in its place; a folder that cannot be synchronised loses it at worst.
    fsync(folder)
    close(folder)
  }

  private func flush() throws(OutputFailure) {
    var offset = 0
    while offset < buffer.count {
      let written = unsafe buffer.withUnsafeBytes { bytes in
        unsafe Foundation.write(
          descriptor.number, bytes.baseAddress.map { unsafe $0 + offset }, bytes.count - offset)
      }
      if written < 0 {
        if errno == EINTR { continue }
        throw OutputFailure(file: name, code: errno)
      }
      offset += written
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// The text with control characters as `\u{1B}`, but for line ends and tabs.
  private static func tamed(_ bytes: [UInt8]) -> [UInt8] {
    String(decoding: bytes, as: UTF8.self).unicodeScalars.flatMap { scalar in
      switch scalar.properties.generalCategory {
      case .control where !["\n", "\r", "\t"].contains(scalar), .format:
        Array("\\u{\(String(scalar.value, radix: 16, uppercase: true))}".utf8)
      default: Array(String(scalar).utf8)
      }
    }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// A hidden name that nothing else uses, in the same folder, so that renaming stays within one disk.
  private static func temporaryPath(beside path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? "output"
    let tail = String(UInt64.random(in: .min ... .max), radix: 36)
    let hidden = ".\(name.prefix(100)).\(tail).part"
    guard let slash = path.lastIndex(of: "/") else { return hidden }
    return path[...slash] + hidden
  }
}
