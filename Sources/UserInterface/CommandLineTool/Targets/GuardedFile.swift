import Bytes
import Glibc

/// Reads a file whose content must come from its owner: no other user may own it, write it or replace it.
enum GuardedFile {
  /// Who may own the file and its folders, besides root.
  enum Owner {
    case user
    case root
  }

  /// Why such a file is refused.
  enum Fault: Error, Equatable {
    case foreign(path: String, owner: UInt32)
    case writable(path: String, mode: UInt32)
    case folderForeign(folder: String, path: String, owner: UInt32)
    case folderWritable(folder: String, path: String, mode: UInt32)
    /// A link that another user has made.
    case link(path: String, owner: UInt32)
    case notRegular(path: String)
    case tooLarge(path: String, limit: Int)
    case unreadable(path: String, reason: String)
  }

  /// The bytes of the file; `nil` if there is none.
  static func read(_ path: String, owner: Owner, limit: Int) throws(Fault) -> [UInt8]? {
    // Non-blocking, because a pipe without a writer would block forever.
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    var descriptor = unsafe open(path, flags | O_NOFOLLOW)
    if descriptor < 0, errno == ELOOP {
      try checkLink(path, owner)
      descriptor = unsafe open(path, flags)
      if descriptor < 0, errno == ENOENT {
        throw .unreadable(path: path, reason: "it is a link to a file that does not exist")
      }
    }
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .unreadable(path: path, reason: SystemReason.text(errno))
    }
    defer { close(descriptor) }
    // The open file is checked, not its path, which may mean another file by now.
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw .unreadable(path: path, reason: SystemReason.text(errno))
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular(path: path) }
    guard isAllowed(status.st_uid, owner) else {
      throw .foreign(path: path, owner: status.st_uid)
    }
    guard status.st_mode & 0o022 == 0 else {
      throw .writable(path: path, mode: status.st_mode & 0o777)
    }
    try checkFolders(of: path, owner)
    guard status.st_size <= limit else { throw .tooLarge(path: path, limit: limit) }
    let bytes = Descriptor.readToEnd(descriptor)
    guard bytes.count <= limit else { throw .tooLarge(path: path, limit: limit) }
    guard bytes.count >= status.st_size else {
      throw .unreadable(path: path, reason: "only a part of it could be read")
    }
    return bytes
  }

  private static func isAllowed(_ user: uid_t, _ owner: Owner) -> Bool {
    user == 0 || (owner == .user && user == geteuid())
  }

  private static func checkLink(_ path: String, _ owner: Owner) throws(Fault) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else {
      throw .unreadable(path: path, reason: SystemReason.text(errno))
    }
    guard isAllowed(status.st_uid, owner) else { throw .link(path: path, owner: status.st_uid) }
  }

  /// Refuses a file in a folder where other users may rename it, or a folder above it.
  private static func checkFolders(of path: String, _ owner: Owner) throws(Fault) {
    guard let real = canonical(path) else {
      throw .unreadable(path: path, reason: SystemReason.text(errno))
    }
    // The folder of a link to the file matters as well as that of the file.
    let named = canonical(folder(of: path)) ?? "/"
    for start in Set([folder(of: real), named]) {
      var current = start
      while true {
        try checkFolder(current, path, owner)
        if current == "/" { break }
        current = folder(of: current)
      }
    }
  }

  private static func checkFolder(
    _ folder: String, _ path: String, _ owner: Owner
  ) throws(Fault) {
    var (status, root) = (stat(), stat())
    guard unsafe stat(folder, &status) == 0, unsafe stat("/", &root) == 0 else {
      throw .unreadable(path: folder, reason: SystemReason.text(errno))
    }
    // In a container, the root folder may belong to a user that is not known inside.
    guard isAllowed(status.st_uid, owner) || status.st_uid == root.st_uid else {
      throw .folderForeign(folder: folder, path: path, owner: status.st_uid)
    }
    // In a folder with the sticky bit, only the owner of a file may rename it.
    guard status.st_mode & 0o022 == 0 || status.st_mode & S_ISVTX != 0 else {
      throw .folderWritable(folder: folder, path: path, mode: status.st_mode & 0o777)
    }
  }

  /// The path without links (realpath(3)); `nil` if it cannot be resolved.
  static func canonical(_ path: String) -> String? {
    guard let found = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(found) }
    return unsafe String(cString: found)
  }

  /// The folder of a path; `/` for a file in it, and `.` for a name alone.
  static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

extension CommandFailure {
  /// The failure for a file that other users may change, or that cannot be read.
  init(_ fault: GuardedFile.Fault) {
    func octal(_ mode: UInt32) -> String { "mode \(String(mode, radix: 8))" }
    switch fault {
    case .foreign(let path, let owner):
      self.init(
        .refused, "The file \(path) belongs to another user (uid \(owner)), who can change it",
        hint: "if it is right, give it to yourself with: chown \(geteuid()) \(path.shellWord)")
    case .writable(let path, let mode):
      self.init(
        .refused, "Other users may write the file \(path) (\(octal(mode)))",
        hint: "if it is right, close it with: chmod go-w \(path.shellWord)")
    case .folderForeign(let folder, let path, let owner):
      self.init(
        .refused,
        "The folder \(folder) belongs to another user (uid \(owner)), who can replace \(path)",
        hint: "give it to yourself with: chown \(geteuid()) \(folder.shellWord)")
    case .folderWritable(let folder, let path, let mode):
      self.init(
        .refused,
        "Other users may write the folder \(folder) (\(octal(mode))), and replace \(path)",
        hint: "close it with: chmod go-w \(folder.shellWord)")
    case .link(let path, let owner):
      self.init(
        .refused, "\(path) is a link that another user (uid \(owner)) has made",
        hint: "remove the link, and put the file there")
    case .notRegular(let path):
      self.init(.refused, "\(path) is not a regular file", hint: "move it away")
    case .tooLarge(let path, let limit):
      self.init(
        .refused, "The file \(path) is larger than \(Quantity.count(limit)) bytes",
        hint: "look at what is in it")
    case .unreadable(let path, let reason):
      self.init(.refused, "\(path) cannot be read: \(reason)", hint: "repair it, or move it away")
    }
  }
}
