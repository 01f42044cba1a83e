internal import Bytes
internal import Glibc
internal import LockFiles
internal import Synchronization

/// The files of a repository in a folder of this machine; files get mode 0640, folders 0750, less the umask.
package final class DiskFiles: RepositoryFiles {
  package let folder: String
  private let root: Int32

  /// Opens an existing folder.
  ///
  /// - Throws: `FileFault` if there is no such folder.
  package init(at folder: String) throws(FileFault) {
    self.folder = folder
    root = unsafe Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard root >= 0 else { throw FileFault(folder, .system(errno)) }
  }

  deinit { close(root) }

  /// Creates a folder and those above it that do not exist; an existing one is left as it is.
  ///
  /// - Throws: `FileFault` for the folder that cannot be made.
  package static func make(_ folder: String) throws(FileFault) {
    guard unsafe mkdir(folder, 0o750) != 0, errno != EEXIST else {
      return try DiskFiles(at: folder).syncParent()
    }
    let code = errno
    let parent = folder.trimmingSlashes.parentPath
    guard code == ENOENT, !parent.isEmpty else { throw FileFault(folder, .system(code)) }
    try make(parent)
    guard unsafe mkdir(folder, 0o750) == 0 || errno == EEXIST else {
      throw FileFault(folder, .system(errno))
    }
    try DiskFiles(at: folder).syncParent()
  }

  /// Makes the name of the folder itself durable.
  private func syncParent() throws(FileFault) {
    let parent = unsafe openat(root, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard parent >= 0 else { return }
    defer { close(parent) }
    // The folder above may be one that can only be searched; its name is then left to the system.
    _ = fsync(parent)
  }

  /// True if every user of this machine may replace files in the folder.
  package var isOpenToAll: Bool {
    var status = stat()
    return unsafe fstat(root, &status) == 0 && status.st_mode & S_IWOTH != 0
  }

  // MARK: Reading

  package func entries(in folder: String) throws(FileFault) -> [RepositoryEntry] {
    let opened: Int32
    do throws(FileFault) {
      opened = try openFolder(folder)
    } catch {
      if error.isMissing { return [] }
      throw error
    }
    guard let stream = unsafe fdopendir(opened) else {
      let code = errno
      close(opened)
      throw fault(folder, code)
    }
    defer { unsafe closedir(stream) }
    var found: [RepositoryEntry] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else {
        if errno != 0 { throw fault(folder, errno) }
        break
      }
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      found.append(RepositoryEntry(name, kind(of: name, in: opened)))
    }
    return found.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  private func kind(of name: String, in folder: Int32) -> RepositoryEntry.Kind {
    var status = stat()
    guard unsafe fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return .other }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    default: return .other
    }
  }

  package func read(
    _ path: String, fresh isFresh: Bool, each: ([UInt8]) throws(FileFault) -> Void
  ) throws(FileFault) {
    let file = try openRegular(path, O_RDONLY)
    defer { close(file) }
    // The pages were written, so that the system can drop them (posix_fadvise(2)).
    if isFresh { posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) }
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe Glibc.read(file, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw fault(path, errno) }
      if count == 0 { return }
      try each(Array(buffer[..<count]))
    }
  }

  package func size(of path: String) throws(FileFault) -> Int? {
    let file: Int32
    do throws(FileFault) {
      file = try openRegular(path, O_RDONLY)
    } catch {
      if error.isMissing || [.notRegular, .notFolder].contains(error.cause) { return nil }
      throw error
    }
    defer { close(file) }
    var status = stat()
    guard unsafe fstat(file, &status) == 0 else { throw fault(path, errno) }
    return Int(status.st_size)
  }

  package func path(of file: String) -> String? { folder + "/" + file }

  // MARK: Writing

  package func makeFolder(_ path: String) throws(FileFault) {
    try inParent(of: path) { parent, name throws(FileFault) in
      if unsafe mkdirat(parent, name, 0o750) == 0 { return }
      let code = errno
      guard code == EEXIST else { throw fault(path, code) }
      guard kind(of: name, in: parent) == .folder else { throw FileFault(shown(path), .notFolder) }
    }
  }

  package func create(_ path: String) throws(FileFault) -> any RepositoryFile {
    let flags = O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let file = try inParent(of: path) { parent, name throws(FileFault) in
      let file = unsafe openat(parent, name, flags, 0o640)
      guard file >= 0 else { throw fault(path, errno) }
      return file
    }
    return DiskFile(file, path: shown(path))
  }

  package func open(_ path: String) throws(FileFault) -> any RepositoryFile {
    DiskFile(try openRegular(path, O_WRONLY | O_APPEND), path: shown(path))
  }

  package func rename(_ path: String, to new: String) throws(FileFault) {
    try inParent(of: path) { from, name throws(FileFault) in
      try inParent(of: new) { to, newName throws(FileFault) in
        guard unsafe renameat(from, name, to, newName) == 0 else { throw fault(path, errno) }
      }
    }
  }

  package func remove(_ path: String) throws(FileFault) {
    try inParent(of: path) { parent, name throws(FileFault) in
      let flags = kind(of: name, in: parent) == .folder ? AT_REMOVEDIR : 0
      guard unsafe unlinkat(parent, name, flags) == 0 else { throw fault(path, errno) }
    }
  }

  package func syncFolder(_ path: String) throws(FileFault) {
    let opened = try openFolder(path)
    defer { close(opened) }
    // Some network file systems have nothing to synchronize in a folder (EINVAL, fsync(2)).
    guard fsync(opened) == 0 || errno == EINVAL else { throw fault(path, errno) }
  }

  package func lock() -> RepositoryLocking {
    var status = stat()
    guard unsafe fstat(root, &status) == 0 else { return .failed(SystemReason.text(errno)) }
    let identity = FileIdentity(status)
    switch LockFile.take(folder + "/" + RepositoryLayout.lock, for: .group) {
    case .taken(let lock): return .taken(OwnLock(identity, lock))
    case .held(let holder): return .held(by: holder, isOwn: OwnLock.exists(identity))
    case .failed(let reason): return .failed(reason)
    }
  }

  /// A lock that this process has, so that it can tell its own writers from others.
  private final class OwnLock: Sendable {
    private static let all = Mutex<[FileIdentity]>([])
    private let identity: FileIdentity
    private let lock: LockFile

    init(_ identity: FileIdentity, _ lock: LockFile) {
      self.identity = identity
      self.lock = lock
      Self.all.withLock { $0.append(identity) }
    }

    deinit { Self.all.withLock { [identity] all in all.removeAll { $0 == identity } } }

    static func exists(_ identity: FileIdentity) -> Bool { all.withLock { $0.contains(identity) } }
  }

  // MARK: Opening

  /// Opens a regular file; a pipe under its name does not block.
  private func openRegular(_ path: String, _ flags: Int32) throws(FileFault) -> Int32 {
    let file = try inParent(of: path) { parent, name throws(FileFault) in
      let file = unsafe openat(parent, name, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
      guard file >= 0 else {
        throw errno == ELOOP ? FileFault(shown(path), .notRegular) : fault(path, errno)
      }
      return file
    }
    var status = stat()
    guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(file)
      throw FileFault(shown(path), .notRegular)
    }
    return file
  }

  /// Opens the folder of a path, part by part, so that no link leads out of the repository.
  private func openFolder(_ path: String) throws(FileFault) -> Int32 {
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    var opened = unsafe openat(root, ".", flags)
    for part in path.utf8.split(separator: UInt8(ascii: "/")) where opened >= 0 {
      precondition(!part.elementsEqual("..".utf8), "a path of a repository leads only downwards")
      let next = unsafe openat(opened, String(Substring(part)), flags)
      let code = errno
      close(opened)
      errno = code
      opened = next
    }
    guard opened >= 0 else {
      throw errno == ELOOP || errno == ENOTDIR
        ? FileFault(shown(path), .notFolder) : fault(path, errno)
    }
    return opened
  }

  private func inParent<Value>(
    of path: String, _ work: (Int32, String) throws(FileFault) -> Value
  ) throws(FileFault) -> Value {
    let parent = try openFolder(path.parentPath)
    defer { close(parent) }
    return try work(parent, path.lastPathPart)
  }

  private func shown(_ path: String) -> String { path.isEmpty ? folder : folder + "/" + path }

  private func fault(_ path: String, _ code: Int32) -> FileFault {
    FileFault(shown(path), .system(code))
  }
}

/// An open file on disk.
private final class DiskFile: RepositoryFile {
  private let descriptor: Int32
  private let path: String

  init(_ descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  func append(_ bytes: [UInt8]) throws(FileFault) {
    let code = Descriptor.write(bytes, to: descriptor)
    guard code == 0 else { throw FileFault(path, .system(code)) }
  }

  func truncate(to size: Int) throws(FileFault) {
    guard ftruncate(descriptor, size) == 0 else { throw FileFault(path, .system(errno)) }
  }

  func sync() throws(FileFault) {
    guard fsync(descriptor) == 0 else { throw FileFault(path, .system(errno)) }
  }
}

extension String {
  /// The path without slashes at its end.
  fileprivate var trimmingSlashes: String {
    var bytes = Array(utf8)
    while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
