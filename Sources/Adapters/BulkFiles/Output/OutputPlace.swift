// Where a file is to appear: its folder, open, and its name there; links of others are not followed.

import Glibc

/// A file's place: the folder stays open, so that nobody can put another one under its name meanwhile.
///
/// Links are followed, except in a folder that all may write, such as `/tmp`: there only a link of our own,
/// of root's or of the folder's owner is. It is the rule of the kernel's `fs.protected_symlinks` (proc(5)),
/// which may be switched off, and does not hold for who reads links by itself.
final class OutputPlace {
  let folder: FileDescriptorOwner
  /// The file's name in the folder.
  let name: String

  /// Walks along the path; the file itself need not exist.
  ///
  /// - Throws: `OutputFailure` with the cause; a link of another user in a folder for all is `foreign`.
  init(path: String) throws(OutputFailure) {
    var words = path.pathWords
    if path.utf8.last == UInt8(ascii: "/") { throw OutputFailure(file: path, code: EISDIR) }
    var folder = try Self.open(path.utf8.first == UInt8(ascii: "/") ? "/" : ".", for: path)
    /// As many as the kernel follows (path_resolution(7)).
    var linksLeft = 40
    while !words.isEmpty {
      let word = words.removeFirst()
      if let target = try Self.link(word, in: folder, for: path) {
        linksLeft -= 1
        guard linksLeft > 0 else { throw OutputFailure(file: path, code: ELOOP) }
        if target.utf8.first == UInt8(ascii: "/") { folder = try Self.open("/", for: path) }
        words = target.pathWords + words
      } else if words.isEmpty {
        self.folder = folder
        name = word
        return
      } else {
        folder = try Self.open(word, in: folder.number, for: path)
      }
    }
    throw OutputFailure(file: path, code: EISDIR)
  }

  /// What the file is now, itself and not what a link names; nil if there is none.
  var status: stat? {
    var status = stat()
    return unsafe fstatat(folder.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status : nil
  }

  /// Whether files may be made in the folder (access(2)).
  var isWritable: Bool { unsafe faccessat(folder.number, ".", W_OK | X_OK, AT_EACCESS) == 0 }

  /// Whether anybody may make files in the folder.
  var isForAll: Bool {
    var status = stat()
    return unsafe fstat(folder.number, &status) == 0 && status.st_mode & S_IWOTH != 0
  }

  /// `O_PATH` (open(2)), which Glibc hides from Swift: a folder that may be entered need not be readable.
  private static let pathOnly: Int32 = 0o10_000_000

  private static func open(
    _ name: String, in folder: Int32 = AT_FDCWD, for path: String
  ) throws(OutputFailure) -> FileDescriptorOwner {
    let opened = unsafe openat(folder, name, pathOnly | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard opened >= 0 else { throw OutputFailure(file: path, code: errno) }
    return FileDescriptorOwner(opened, closes: true)
  }

  /// What a name in a folder leads to if it is a link that may be followed; nil if it is none.
  private static func link(
    _ name: String, in folder: FileDescriptorOwner, for path: String
  ) throws(OutputFailure) -> String? {
    var link = stat()
    guard unsafe fstatat(folder.number, name, &link, AT_SYMLINK_NOFOLLOW) == 0,
      link.st_mode & S_IFMT == S_IFLNK
    else { return nil }
    var place = stat()
    guard unsafe fstat(folder.number, &place) == 0 else {
      throw OutputFailure(file: path, code: errno)
    }
    let isOwn = link.st_uid == geteuid() || link.st_uid == 0 || link.st_uid == place.st_uid
    guard place.st_mode & S_IWOTH == 0 || isOwn else { throw OutputFailure(foreignLink: path) }
    var target = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlinkat(folder.number, name, &target, target.count)
    guard count >= 0 else { throw OutputFailure(file: path, code: errno) }
    return String(decoding: target.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

extension String {
  /// The names between the slashes of a path.
  fileprivate var pathWords: [String] {
    utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
  }
}
