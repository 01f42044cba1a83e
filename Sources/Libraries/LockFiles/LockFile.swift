internal import Bytes
internal import Glibc

/// An open lock file that this process has locked (flock(2)); the system releases it if the process dies.
///
/// No link and no file of another user is ever written.
package final class LockFile: Sendable {
  /// The result of an attempt to lock a file.
  package enum Attempt {
    case taken(LockFile)
    /// Another process has locked it: which, in parentheses after a space; empty if that is not known.
    case held(by: String)
    /// The file cannot be locked: why, and what to do, as a clause.
    case failed(String)
  }

  /// Who else may lock a file.
  package enum Users: Sendable {
    /// The owner alone.
    case owner
    /// All users who may read its folder's files, as far as the umask allows.
    case group
    /// All users of this machine, independent of the umask.
    case everyone

    fileprivate var mode: mode_t {
      switch self {
      case .owner: 0o600
      case .group: 0o640
      case .everyone: 0o666
      }
    }
  }

  private let path: String
  private let descriptor: Int32

  private init(_ path: String, _ descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  /// Locks the file at a path, and creates it if it does not exist.
  ///
  /// - Parameters:
  ///   - path: The file; it is removed when the lock is released.
  ///   - users: Who else may lock it.
  /// - Returns: The lock, or who has it, or why it cannot be had.
  package static func take(_ path: String, for users: Users) -> Attempt {
    // Between opening and locking, the owner of the lock may release the lock and remove the file.
    for _ in 1...100 {
      let descriptor: Int32
      switch open(path, for: users) {
      case .success(let opened): descriptor = opened
      case .failure(let fault): return .failed(fault.clause)
      }
      switch lock(descriptor) {
      case .taken where FileIdentity.isOpen(descriptor, at: path):
        LockHolder.current.write(to: descriptor)
        return .taken(LockFile(path, descriptor))
      case .taken: close(descriptor)
      case .held:
        defer { close(descriptor) }
        return .held(by: LockHolder(reading: descriptor)?.remark ?? "")
      case .impossible(let reason):
        close(descriptor)
        return .failed(
          "the lock file \(path) cannot be locked: \(reason); use a folder that allows locks")
      }
    }
    return .failed(
      "the lock file \(path) is removed repeatedly by other runs; run the command again")
  }

  /// The process that has locked the file, as `take` reports it; `nil` if there is none, or it cannot be determined.
  package static func holder(of path: String) -> String? {
    let descriptor = openExisting(path)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    // A shared lock, so that two processes that only check do not mistake each other for a run.
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK else { return nil }
    return LockHolder(reading: descriptor)?.remark ?? ""
  }

  /// Removes the file while it is still locked, so that lock files do not accumulate, and then unlocks it.
  deinit {
    if FileIdentity.isOpen(descriptor, at: path) { _ = unsafe unlink(path) }
    close(descriptor)
  }

  private struct Fault: Error {
    let clause: String
  }

  /// Opens the file, and refuses links, special files and files with several names.
  private static func open(_ path: String, for users: Users) -> Result<Int32, Fault> {
    var descriptor = openExisting(path)
    if descriptor < 0, errno == ENOENT {
      let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
      descriptor = unsafe Glibc.open(path, flags, users.mode)
      // Independent of the umask, because other users must be able to lock it.
      if descriptor >= 0, users == .everyone { fchmod(descriptor, users.mode) }
      if descriptor < 0, errno == EEXIST { descriptor = openExisting(path) }
    }
    guard descriptor >= 0 else {
      let reason = errno == ELOOP ? "it is a link" : SystemReason.text(errno)
      return .failure(
        Fault(
          clause: "the lock file \(path) cannot be opened: \(reason); "
            + "remove it, or check the permissions of its folder"))
    }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_nlink <= 1
    else {
      close(descriptor)
      return .failure(
        Fault(clause: "the lock file \(path) is no plain file, or has a second name; remove it"))
    }
    return .success(descriptor)
  }

  /// Opens an existing file, for reading only if it may not be written, which is enough to lock it.
  ///
  /// A pipe under this name does not block.
  private static func openExisting(_ path: String) -> Int32 {
    let flags = O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    let descriptor = unsafe Glibc.open(path, O_RDWR | flags)
    if descriptor >= 0 || errno != EACCES { return descriptor }
    return unsafe Glibc.open(path, O_RDONLY | flags)
  }

  /// The result of locking an open file.
  private enum Locking {
    case taken
    case held
    /// Locking failed, with the system's reason, such as a file system without locks.
    case impossible(String)
  }

  /// Locks an open file, and waits for a process that only checks it (`holder(of:)`).
  ///
  /// Such a process has a shared lock for an instant. A shared lock can be added to it, but not to
  /// the lock of a run.
  private static func lock(_ descriptor: Int32) -> Locking {
    for _ in 1...200 {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return .taken }
      guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 else {
        return errno == EWOULDBLOCK
          ? .held : .impossible(SystemReason.text(errno))
      }
      flock(descriptor, LOCK_UN)
      usleep(5_000)
    }
    return .held
  }
}
