import SnapshotRepository

/// Files in memory that show what a stopped process and a power loss leave; each change can be made to fail.
///
/// What a program sees, and what is on the disk, are kept apart: the bytes of a file until it is synchronized, and the
/// names in a folder until that is.
///
/// Only one test uses an object, from one thread at a time, so that nothing guards it.
final class MemoryFiles: RepositoryFiles, @unchecked Sendable {
  /// What happens at a change.
  enum Trouble: Equatable {
    /// The process is dead: this change and all after it do not happen.
    case killed
    /// This change fails, and so do all other ones that need space.
    case diskFull
  }

  final class File {
    var bytes: [UInt8] = []
    var durable: [UInt8] = []
  }

  final class Folder {
    var entries: [String: Node] = [:]
    var durable: [String: Node] = [:]
  }

  enum Node {
    case file(File)
    case folder(Folder)
  }

  private let root = Folder()
  /// The number of changes so far.
  private(set) var changes = 0
  private var trouble: (at: Int, kind: Trouble)?
  private var isLocked = false
  let folder = "repo"

  /// Lets trouble happen at a change from now on, counted from 1.
  func fail(at number: Int, with kind: Trouble) {
    changes = 0
    trouble = (number, kind)
  }

  /// A new process: no trouble any more, and no lock.
  func restart() {
    trouble = nil
    isLocked = false
  }

  /// The power fails: what was not synchronized is lost, or with `chance` is kept by luck, each thing for itself.
  func losePower(keeping chance: Double = 0, _ random: inout some RandomNumberGenerator) {
    restart()
    Self.lose(root, chance, &random)
  }

  private static func lose(
    _ folder: Folder, _ chance: Double, _ random: inout some RandomNumberGenerator
  ) {
    func isKept() -> Bool { chance > 0 && Double.random(in: 0..<1, using: &random) < chance }
    var left = folder.durable
    for name in Set(folder.entries.keys).union(folder.durable.keys).sorted() where isKept() {
      left[name] = folder.entries[name]
    }
    folder.entries = left
    folder.durable = left
    for name in left.keys.sorted() {
      switch left[name] {
      case .folder(let inner): lose(inner, chance, &random)
      case .file(let file):
        var kept = file.durable
        if isKept() || isKept(), file.bytes.count > kept.count {
          kept = Array(file.bytes[..<Int.random(in: kept.count...file.bytes.count, using: &random)])
        }
        file.bytes = kept
        file.durable = kept
      case nil: break
      }
    }
  }

  // MARK: Changes

  private func change(needsSpace: Bool = true, _ path: String) throws(FileFault) {
    changes += 1
    guard let trouble, changes >= trouble.at else { return }
    switch trouble.kind {
    case .killed: throw FileFault(path, .system(4))
    case .diskFull: if needsSpace { throw FileFault(path, .system(28)) }
    }
  }

  private func parent(_ path: String) throws(FileFault) -> (Folder, String) {
    var parts = path.split(separator: "/").map { String($0) }
    let name = parts.removeLast()
    return (try find(parts.joined(separator: "/")), name)
  }

  private func find(_ path: String) throws(FileFault) -> Folder {
    var folder = root
    for part in path.split(separator: "/") {
      guard case .folder(let next) = folder.entries[String(part)] else {
        throw FileFault(path, .system(2))
      }
      folder = next
    }
    return folder
  }

  func file(_ path: String) throws(FileFault) -> File {
    let (folder, name) = try parent(path)
    switch folder.entries[name] {
    case .file(let file): return file
    case .folder: throw FileFault(path, .notRegular)
    case nil: throw FileFault(path, .system(2))
    }
  }

  /// The paths of all files.
  var allFiles: [String] {
    func paths(_ folder: Folder, _ prefix: String) -> [String] {
      folder.entries.sorted { $0.key < $1.key }.flatMap { name, node in
        switch node {
        case .file: [prefix + name]
        case .folder(let inner): paths(inner, prefix + name + "/")
        }
      }
    }
    return paths(root, "")
  }

  func entries(in folder: String) throws(FileFault) -> [RepositoryEntry] {
    guard let found = try? find(folder) else { return [] }
    return found.entries.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { name in
      if case .folder = found.entries[name] { return RepositoryEntry(name, .folder) }
      return RepositoryEntry(name, .file)
    }
  }

  func read(
    _ path: String, fresh isFresh: Bool, each: ([UInt8]) throws(FileFault) -> Void
  ) throws(FileFault) {
    let bytes = try file(path).bytes
    var start = 0
    while start < bytes.count {
      let end = min(start + 1000, bytes.count)
      try each(Array(bytes[start..<end]))
      start = end
    }
  }

  func size(of path: String) throws(FileFault) -> Int? { (try? file(path))?.bytes.count }

  func path(of file: String) -> String? { folder + "/" + file }

  func makeFolder(_ path: String) throws(FileFault) {
    let (folder, name) = try parent(path)
    if case .folder = folder.entries[name] { return }
    guard folder.entries[name] == nil else { throw FileFault(path, .system(17)) }
    try change(path)
    folder.entries[name] = .folder(Folder())
  }

  func create(_ path: String) throws(FileFault) -> any RepositoryFile {
    let (folder, name) = try parent(path)
    guard folder.entries[name] == nil else { throw FileFault(path, .system(17)) }
    try change(path)
    let file = File()
    folder.entries[name] = .file(file)
    return Handle(file, path, self)
  }

  func open(_ path: String) throws(FileFault) -> any RepositoryFile {
    Handle(try file(path), path, self)
  }

  func rename(_ path: String, to new: String) throws(FileFault) {
    let (from, name) = try parent(path)
    let (to, newName) = try parent(new)
    guard let node = from.entries[name] else { throw FileFault(path, .system(2)) }
    try change(needsSpace: false, path)
    from.entries[name] = nil
    to.entries[newName] = node
  }

  func remove(_ path: String) throws(FileFault) {
    let (folder, name) = try parent(path)
    guard let node = folder.entries[name] else { throw FileFault(path, .system(2)) }
    if case .folder(let inner) = node, !inner.entries.isEmpty {
      throw FileFault(path, .system(39))
    }
    try change(needsSpace: false, path)
    folder.entries[name] = nil
  }

  func syncFolder(_ path: String) throws(FileFault) {
    let folder = try find(path)
    try change(needsSpace: false, path)
    folder.durable = folder.entries
  }

  func lock() -> RepositoryLocking {
    guard !isLocked else {
      return .held(by: " (process 1234, since 2026-11-23T19:15:02Z)", isOwn: false)
    }
    isLocked = true
    return .taken(Lock(self))
  }

  private final class Lock: Sendable {
    private let files: MemoryFiles
    init(_ files: MemoryFiles) { self.files = files }
    deinit { files.isLocked = false }
  }

  private final class Handle: RepositoryFile {
    private let file: File
    private let path: String
    private let files: MemoryFiles

    init(_ file: File, _ path: String, _ files: MemoryFiles) {
      self.file = file
      self.path = path
      self.files = files
    }

    func append(_ bytes: [UInt8]) throws(FileFault) {
      do throws(FileFault) {
        try files.change(path)
      } catch {
        // Half of it may have been written.
        file.bytes += bytes.prefix(bytes.count / 2)
        throw error
      }
      file.bytes += bytes
    }

    func truncate(to size: Int) throws(FileFault) {
      try files.change(needsSpace: false, path)
      file.bytes = Array(file.bytes.prefix(size))
    }

    func sync() throws(FileFault) {
      try files.change(path)
      file.durable = file.bytes
    }
  }
}
