import BatchEngine
import Glibc
import Bytes

/// A file that contains a secret: a password alone, or netrc entries; refused if others can read it.
enum SecretFile {
  /// Why such a file is refused.
  enum Fault: Error, Equatable {
    case missing(path: String)
    case unreadable(path: String, reason: String)
    /// Group or others may read or write it; `mode` is the permission bits.
    case openToOthers(path: String, mode: UInt32)
    /// Neither this user nor root owns it; `owner` is the owner's user id.
    case foreign(path: String, owner: UInt32)
    /// A pipe without a writer.
    case silent(path: String)
    case empty(path: String)
    case tooLong(path: String)

    /// What is wrong, and what to do, as one sentence.
    var sentence: String { sentence(for: "password") }

    /// The same for a file with another secret, such as `ping URL`.
    func sentence(for secret: String) -> String {
      switch self {
      case .missing(let path): "The \(secret) file \(path) does not exist."
      case .unreadable(let path, let reason):
        "The \(secret) file \(path) cannot be read: \(reason)."
      case .openToOthers(let path, let mode):
        "The \(secret) file \(path) is open to others (mode \(String(mode, radix: 8))); "
          + "close it with: chmod 600 \(path)"
      case .foreign(let path, let owner):
        "The \(secret) file \(path) belongs to another user (uid \(owner)), who can change it; "
          + "use a file of your own, or make it yours with: chown \(geteuid()) \(path)"
      case .silent(let path):
        "No program has written a \(secret) into the pipe \(path) for \(SecretFile.timeout) seconds."
      case .empty(let path): "The \(secret) file \(path) is empty."
      case .tooLong(let path):
        "The \(secret) file \(path) is longer than 64 KiB; is it the right one?"
      }
    }
  }

  private static let limit = 65_536
  /// The maximum time without data from a pipe, in seconds.
  private static let timeout = 60

  /// Converts a fault to the failure of a command.
  static func orRefuse<Value>(
    _ work: () throws(Fault) -> Value
  ) throws(CommandFailure) -> Value {
    do throws(Fault) {
      return try work()
    } catch {
      throw CommandFailure(.refused, error.sentence.withoutFullStop)
    }
  }

  /// The first line of the file: a password.
  ///
  /// A file that systemd has created is trusted, because its folder is protected.
  static func firstLine(_ path: String, isTrusted: Bool = false) throws(Fault) -> String {
    let line = try read(path, isTrusted: isTrusted).firstLine
    guard !line.isEmpty else { throw .empty(path: path) }
    return line
  }

  /// The text of the file.
  ///
  /// A file that systemd has created is trusted, because its folder is protected.
  static func read(_ path: String, isTrusted: Bool = false) throws(Fault) -> String {
    // Non-blocking, because a pipe without a writer would block forever.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else {
      throw errno == ENOENT
        ? .missing(path: path)
        : .unreadable(path: path, reason: SystemReason.text(errno))
    }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw .unreadable(path: path, reason: SystemReason.text(errno))
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw .unreadable(path: path, reason: "it is a folder")
    }
    guard isTrusted || status.st_uid == geteuid() || status.st_uid == 0 else {
      throw .foreign(path: path, owner: status.st_uid)
    }
    let mode = status.st_mode & 0o777
    guard isTrusted || mode & 0o077 == 0 else { throw .openToOthers(path: path, mode: mode) }
    return try text(of: descriptor, path)
  }

  private static func text(of descriptor: Int32, _ path: String) throws(Fault) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      if unsafe poll(&wanted, 1, Int32(timeout) * 1_000) == 0 { throw .silent(path: path) }
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EAGAIN || errno == EINTR { continue }
      guard count >= 0 else {
        throw .unreadable(path: path, reason: SystemReason.text(errno))
      }
      if count == 0 { break }
      bytes += buffer.prefix(count)
      guard bytes.count <= limit else { throw .tooLong(path: path) }
    }
    guard !bytes.isEmpty else { throw .empty(path: path) }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension String {
  /// The text before the first line feed, or before a carriage return and line feed.
  ///
  /// By scalars: a line feed with a combining mark is another `Character`, and a secret may contain any other line
  /// end.
  var firstLine: String {
    var line = unicodeScalars.prefix { $0 != "\n" }
    if line.count < unicodeScalars.count, line.last == "\r" { line.removeLast() }
    return String(line)
  }
}
