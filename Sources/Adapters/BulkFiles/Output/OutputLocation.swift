import Glibc

/// The location of a file to write: its open folder, and its name there.
///
/// The folder stays open: no other process can replace it during the write. Symbolic links are followed. In a folder
/// that all users may write, such as `/tmp`, only a link of the same user, of root or of the folder's owner is followed.
/// This is the rule of the kernel's `fs.protected_symlinks` (proc(5)), which may be switched off, and does not apply to a
/// program that reads links itself.
final class OutputLocation {
  let folder: FileDescriptorOwner
  /// The file's name in the folder.
  let name: String

  /// Resolves a path; the file itself need not exist.
  ///
  /// - Throws: `OutputFailure`, with the reason `otherUser` for a link of another user in a folder that all may write.
  init(path: String) throws(OutputFailure) {
    var components = path.pathComponents
    if path.utf8.last == UInt8(ascii: "/") { throw OutputFailure(file: path, code: EISDIR) }
    var folder = try Self.open(path.utf8.first == UInt8(ascii: "/") ? "/" : ".", for: path)
    // The number of links that the kernel follows (path_resolution(7)).
    var linksLeft = 40
    while !components.isEmpty {
      let component = components.removeFirst()
      if let target = try Self.link(component, in: folder, for: path) {
        linksLeft -= 1
        guard linksLeft > 0 else { throw OutputFailure(file: path, code: ELOOP) }
        if target.utf8.first == UInt8(ascii: "/") { folder = try Self.open("/", for: path) }
        components = target.pathComponents + components
      } else if components.isEmpty {
        self.folder = folder
        name = component
        return
      } else {
        folder = try Self.open(component, in: folder.number, for: path)
      }
    }
    throw OutputFailure(file: path, code: EISDIR)
  }

  /// The status of the existing file, without following a link; `nil` if there is no file.
  var status: stat? {
    var status = stat()
    return unsafe fstatat(folder.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status : nil
  }

  /// Whether the process may create files in the folder (access(2)).
  var isWritable: Bool { unsafe faccessat(folder.number, ".", W_OK | X_OK, AT_EACCESS) == 0 }

  /// Whether all users may create files in the folder.
  var isWorldWritable: Bool {
    var status = stat()
    return unsafe fstat(folder.number, &status) == 0 && status.st_mode & S_IWOTH != 0
  }

  /// `O_PATH` (open(2)), which Swift's Glibc lacks: it opens a folder that may be searched but not read.
  private static let pathOnly: Int32 = 0o10_000_000

  private static func open(
    _ name: String, in folder: Int32 = AT_FDCWD, for path: String
  ) throws(OutputFailure) -> FileDescriptorOwner {
    let opened = unsafe openat(folder, name, pathOnly | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard opened >= 0 else { throw OutputFailure(file: path, code: errno) }
    return FileDescriptorOwner(opened, closes: true)
  }

  /// Returns the target of a link that may be followed; `nil` if the name is not a link.
  private static func link(
    _ name: String, in folder: FileDescriptorOwner, for path: String
  ) throws(OutputFailure) -> String? {
    var link = stat()
    guard unsafe fstatat(folder.number, name, &link, AT_SYMLINK_NOFOLLOW) == 0,
      link.st_mode & S_IFMT == S_IFLNK
    else { return nil }
    var parent = stat()
    guard unsafe fstat(folder.number, &parent) == 0 else {
      throw OutputFailure(file: path, code: errno)
    }
    let isOwn = link.st_uid == geteuid() || link.st_uid == 0 || link.st_uid == parent.st_uid
    guard parent.st_mode & S_IWOTH == 0 || isOwn else { throw OutputFailure(otherUsersLink: path) }
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlinkat(folder.number, name, &target, target.count)
    guard count >= 0 else { throw OutputFailure(file: path, code: errno) }
    return String(decoding: target.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

extension String {
  /// The components of a path.
  fileprivate var pathComponents: [String] {
    utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
  }
}
