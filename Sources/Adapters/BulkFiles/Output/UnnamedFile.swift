import Glibc

/// A new file in the folder of the one that it is to become; unless it is given the name, nothing of it remains.
///
/// A link or another user's file is never written to: the new file replaces it.
final class UnnamedFile {
  let descriptor: FileDescriptorOwner
  /// As the user named it.
  private let path: String
  private let location: OutputLocation
  /// Its name for now; `nil` once it has its own.
  private var temporary: String?

  /// Makes the file; one that replaces a file of the same user gets that one's read, write and execute permissions.
  ///
  /// - Parameters:
  ///   - path: The path that it is to have.
  ///   - readers: Who may read a file that replaces none.
  ///   - flags: Further flags of open(2).
  /// - Throws: `OutputFailure` if there can be no file.
  init(path: String, readers: OutputFile.Readers, flags: Int32 = 0) throws(OutputFailure) {
    self.path = path
    location = try OutputLocation(path: path)
    let temporary = Self.temporaryName(for: location.name)
    let opened = unsafe openat(
      location.folder.number, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | flags,
      readers.mode)
    guard opened >= 0 else { throw OutputFailure(file: path, code: errno) }
    descriptor = FileDescriptorOwner(opened, closes: true)
    self.temporary = temporary
    if let old = location.status, old.st_mode & S_IFMT == S_IFREG, old.st_uid == geteuid() {
      fchmod(opened, old.st_mode & (readers == .owner ? 0o600 : 0o777))
    }
  }

  deinit {
    guard let temporary else { return }
    _ = unsafe unlinkat(location.folder.number, temporary, 0)
  }

  /// Gives the file its name, in place of an older one; later calls do nothing.
  ///
  /// - Throws: `OutputFailure` if it cannot have the name.
  func takeName() throws(OutputFailure) {
    guard let temporary else { return }
    let folder = location.folder.number
    guard unsafe renameat(folder, temporary, folder, location.name) == 0 else {
      throw OutputFailure(file: path, code: errno)
    }
    self.temporary = nil
  }

  /// Synchronizes the folder: without it, a power loss may lose the file's name.
  func syncFolder() {
    let opened = unsafe openat(location.folder.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { return }
    fsync(opened)
    close(opened)
  }

  /// Returns a hidden random name in the same folder, because a file cannot be renamed to another file system.
  private static func temporaryName(for name: String) -> String {
    let tail = String(UInt64.random(in: .min ... .max), radix: 36)
    return ".\(String(decoding: name.utf8.prefix(100), as: UTF8.self)).\(tail).part"
  }
}
