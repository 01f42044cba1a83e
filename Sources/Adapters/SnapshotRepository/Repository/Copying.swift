/// Copies a repository to another folder: files that are written once, and the lines of the chains after them.
///
/// What was copied before stays as it is, also if it was forgotten here meanwhile.
package struct RepositoryCopying {
  /// The numbers of what was copied.
  package struct Result: Sendable, Equatable {
    package var snapshots = 0
    package var objects = 0
    package var lines = 0
    /// Snapshots that are damaged or missing here, so that they could not be copied; their manifests' paths.
    package var missing: [String] = []
  }

  private let repository: Repository
  private let destination: any RepositoryFiles
  private let shouldContinue: () -> Bool
  private var result = Result()
  private var temporaries = 0

  /// - Parameters:
  ///   - repository: The original.
  ///   - destination: A folder that is empty, or has an earlier copy.
  ///   - shouldContinue: Asked before each snapshot; false ends the copying, which can be continued later.
  package init(
    _ repository: Repository, to destination: any RepositoryFiles,
    while shouldContinue: @escaping () -> Bool = { true }
  ) {
    self.repository = repository
    self.destination = destination
    self.shouldContinue = shouldContinue
  }

  /// Copies what the other folder lacks, and reads it there again.
  ///
  /// - Returns: What was copied.
  /// - Throws: `RepositoryFault.notACopy` if the other chains are not the beginnings of ours, and every fault of files.
  package mutating func copy() throws(RepositoryFault) -> Result {
    let lock = try RepositoryLock(destination)
    defer { withExtendedLifetime(lock) {} }
    try prepare()
    do throws(FileFault) { try destination.removeTemporaries() } catch {
      throw RepositoryFault(error)
    }
    let own = try repository.histories()
    try repository.refuseBrokenChains(own)
    var others: [String: Chain] = [:]
    for history in try Repository(destination).histories() {
      others[history.folder] = history.chain
    }
    for folder in others.keys.sorted() {
      let chain = own.first { $0.folder == folder }?.chain ?? Chain()
      guard let other = others[folder], other.isBeginning(of: chain) else {
        throw RepositoryFault(.notACopy(destination.folder + "/" + RepositoryLayout.chain(folder)))
      }
    }
    for history in own { try copy(history, after: others[history.folder] ?? Chain()) }
    return result
  }

  /// Makes the folders of a new copy, or checks that an existing one is of this repository.
  private func prepare() throws(RepositoryFault) {
    var settings = repository.settings
    settings.isCopy = true
    do throws(RepositoryFault) {
      let other = try Repository(destination).settings
      guard other.id == settings.id, other.isCopy else {
        throw RepositoryFault(.otherRepository(destination.folder))
      }
      if other != settings { try Repository.write(settings, in: destination, isNew: false) }
    } catch {
      guard case .noRepository = error.cause else { throw error }
      try Repository.write(settings, in: destination, isNew: true)
    }
  }

  private mutating func copy(_ history: TargetHistory, after other: Chain) throws(RepositoryFault) {
    do throws(FileFault) {
      let folder = RepositoryLayout.targets + "/" + history.folder
      try destination.makeFolder(folder)
      try destination.syncFolder(RepositoryLayout.targets)
      try destination.makeFolder(RepositoryLayout.snapshots(history.folder))
      try destination.syncFolder(folder)
      if let length = other.lengthBeforeTorn {
        let file = try destination.open(RepositoryLayout.chain(history.folder))
        try file.truncate(to: length)
        try file.sync()
      }
    } catch {
      throw RepositoryFault(error)
    }
    // Lines without a file are collected until the next snapshot, and then written together with its line.
    var lines: [UInt8] = []
    for entry in history.chain.entries.dropFirst(other.entries.count) where shouldContinue() {
      if entry.line.event == .backup, let id = entry.line.snapshot.flatMap({ SnapshotID($0) }),
        let snapshot = history[id], !snapshot.isForgotten
      {
        if try copy(snapshot, of: history) {
          result.snapshots += 1
        } else {
          result.missing.append(
            repository.folder + "/" + RepositoryLayout.manifest(id, of: history.folder))
        }
      }
      lines += entry.text
      result.lines += 1
      if entry.line.event == .backup { try append(&lines, to: history.folder) }
    }
    try append(&lines, to: history.folder)
  }

  private func append(_ lines: inout [UInt8], to folder: String) throws(RepositoryFault) {
    if lines.isEmpty { return }
    do throws(FileFault) {
      let path = RepositoryLayout.chain(folder)
      let isNew = try destination.size(of: path) == nil
      let file = isNew ? try destination.create(path) : try destination.open(path)
      try file.append(lines)
      try file.sync()
      if isNew { try destination.syncFolder(path.parentPath) }
    } catch {
      throw RepositoryFault(error)
    }
    lines = []
  }

  // MARK: One snapshot

  /// Copies the object and the manifest of a snapshot, and reads both there again.
  ///
  /// - Returns: False if they are damaged or missing in the original.
  private mutating func copy(
    _ snapshot: Snapshot, of history: TargetHistory
  ) throws(RepositoryFault) -> Bool {
    let files = repository.files
    let source = RepositoryLayout.manifest(snapshot.id, of: history.folder)
    guard (try? repository.manifest(of: snapshot, in: history)) != nil,
      let bytes = try? files.bytes(of: source, limit: RepositoryLimits.manifest),
      try copyObject(snapshot.object)
    else { return false }
    temporaries += 1
    do throws(FileFault) {
      try destination.publish(
        bytes, as: source, through: "\(RepositoryLayout.temporary)/\(temporaries)")
      let read = try destination.bytes(of: source, limit: RepositoryLimits.manifest, fresh: true)
      if read == bytes { return true }
    } catch {
      throw RepositoryFault(error)
    }
    throw RepositoryFault(.readBack(destination.folder + "/" + source))
  }

  private mutating func copyObject(_ digest: String) throws(RepositoryFault) -> Bool {
    let files = repository.files
    let path = RepositoryLayout.object(digest)
    if let other = try? StoredObject(digest, in: destination), other.damage == nil { return true }
    guard let own = try? StoredObject(digest, in: files), own.damage == nil else { return false }
    temporaries += 1
    let temporary = "\(RepositoryLayout.temporary)/\(temporaries)"
    do throws(FileFault) {
      try destination.makeFolder(path.parentPath)
      try destination.syncFolder(RepositoryLayout.objects)
      let file = try destination.create(temporary)
      try files.read(path, fresh: false) { bytes throws(FileFault) in try file.append(bytes) }
      try file.sync()
      try destination.rename(temporary, to: path)
      try destination.syncFolder(path.parentPath)
    } catch {
      throw RepositoryFault(error)
    }
    guard try StoredObject(digest, in: destination).damage == nil else {
      throw RepositoryFault(.readBack(destination.folder + "/" + path))
    }
    result.objects += 1
    return true
  }
}
