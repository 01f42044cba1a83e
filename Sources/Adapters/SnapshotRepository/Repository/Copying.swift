/// Copies a repository to another folder: files that are written once, and the lines of the chains after them.
///
/// What was copied before stays as it is, also if it was forgotten here meanwhile; it is read again each time, and what
/// is missing or damaged there is copied again.
package struct RepositoryCopying {
  /// The numbers of what was copied.
  package struct Result: Sendable, Equatable {
    package var snapshots = 0
    package var objects = 0
    package var lines = 0
    /// The number of snapshots of the original that were read in the copy, old and new ones.
    package var checked = 0
    /// Snapshots that are damaged or missing here, so that they could not be copied; their manifests' paths.
    package var missing: [String] = []

    package init(snapshots: Int = 0, objects: Int = 0, lines: Int = 0, checked: Int = 0) {
      self.snapshots = snapshots
      self.objects = objects
      self.lines = lines
      self.checked = checked
    }
  }

  private let repository: Repository
  private let destination: any RepositoryFiles
  private let shouldContinue: () -> Bool
  private var result = Result()
  private var temporaries = 0
  /// The objects that are known to be whole in the copy.
  private var whole: Set<String> = []

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

  /// Copies what the other folder lacks, and reads everything there again.
  ///
  /// - Returns: What was copied.
  /// - Throws: `RepositoryFault.notACopy` if the other chains are not the beginnings of ours, and every fault of files.
  package mutating func copy() throws(RepositoryFault) -> Result {
    let lock = try RepositoryLock(destination)
    defer { withExtendedLifetime(lock) {} }
    let own = try repository.histories()
    try repository.refuseBrokenChains(own)
    var others: [String: Chain] = [:]
    if let copy = try existingCopy() {
      for history in try copy.histories() { others[history.folder] = history.chain }
    }
    for folder in others.keys.sorted() {
      let chain = own.first { $0.folder == folder }?.chain ?? Chain()
      guard let other = others[folder], other.isBeginning(of: chain) else {
        throw RepositoryFault(.notACopy(destination.folder + "/" + RepositoryLayout.chain(folder)))
      }
    }
    try prepare()
    for history in own { try copy(history, after: others[history.folder] ?? Chain()) }
    return result
  }

  /// The earlier copy; `nil` for a folder without one.
  private func existingCopy() throws(RepositoryFault) -> Repository? {
    do throws(RepositoryFault) {
      let other = try Repository(destination)
      guard other.settings.id == repository.settings.id, other.settings.isCopy else {
        throw RepositoryFault(.otherRepository(destination.folder))
      }
      return other
    } catch {
      guard case .noRepository = error.cause else { throw error }
      return nil
    }
  }

  /// Makes the folders of a new copy, and writes the settings if they have changed.
  private func prepare() throws(RepositoryFault) {
    var settings = repository.settings
    settings.isCopy = true
    let other = try existingCopy()
    if other?.settings != settings {
      try Repository.write(settings, in: destination, isNew: other == nil)
    }
    do throws(FileFault) {
      try destination.removeTemporaries()
    } catch {
      throw RepositoryFault(error)
    }
  }

  private mutating func copy(_ history: TargetHistory, after other: Chain) throws(RepositoryFault) {
    do throws(FileFault) {
      try destination.makeFolders(ofTarget: history.folder)
      try destination.repairEnd(of: other, ofTarget: history.folder)
    } catch {
      throw RepositoryFault(error)
    }
    // Lines without a file are collected until the next snapshot, and then written together with its line.
    var lines: [UInt8] = []
    for (index, entry) in history.chain.entries.enumerated() where shouldContinue() {
      if entry.line.event == .backup, let id = entry.line.snapshot.flatMap({ SnapshotID($0) }),
        let snapshot = history[id], !snapshot.isForgotten
      {
        if try copy(snapshot, of: history) {
          result.checked += 1
        } else {
          result.missing.append(
            repository.folder + "/" + RepositoryLayout.manifest(id, of: history.folder))
        }
      }
      if index < other.entries.count { continue }
      lines += entry.text
      result.lines += 1
      if entry.line.event == .backup { try append(&lines, to: history.folder) }
    }
    try append(&lines, to: history.folder)
  }

  private func append(_ lines: inout [UInt8], to folder: String) throws(RepositoryFault) {
    if lines.isEmpty { return }
    do throws(FileFault) {
      try destination.append(lines, toChainOf: folder)
    } catch {
      throw RepositoryFault(error)
    }
    lines = []
  }

  // MARK: One snapshot

  /// Copies the object and the manifest of a snapshot as far as they are not there, and reads both there again.
  ///
  /// - Returns: False if they are damaged or missing in the original.
  private mutating func copy(
    _ snapshot: Snapshot, of history: TargetHistory
  ) throws(RepositoryFault) -> Bool {
    let path = RepositoryLayout.manifest(snapshot.id, of: history.folder)
    guard try copyObject(snapshot.object) else { return false }
    if try digest(of: path) == snapshot.manifest { return true }
    do throws(RepositoryFault) {
      _ = try repository.manifest(of: snapshot, in: history)
    } catch {
      switch error.cause {
      case .manifestMissing, .manifestDamaged: return false
      default: throw error
      }
    }
    temporaries += 1
    do throws(FileFault) {
      let bytes = try repository.files.bytes(of: path, limit: RepositoryLimits.manifest)
      try destination.publish(
        bytes, as: path, through: "\(RepositoryLayout.temporary)/\(temporaries)")
    } catch {
      throw RepositoryFault(error)
    }
    guard try digest(of: path) == snapshot.manifest else {
      throw RepositoryFault(.readBack(destination.folder + "/" + path))
    }
    result.snapshots += 1
    return true
  }

  /// The digest of a manifest in the copy, read from the disk; `nil` if it is missing.
  private func digest(of path: String) throws(RepositoryFault) -> String? {
    do throws(FileFault) {
      return try destination.bytes(of: path, limit: RepositoryLimits.manifest, fresh: true).sha256
    } catch {
      if error.isMissing { return nil }
      throw RepositoryFault(error)
    }
  }

  private mutating func copyObject(_ digest: String) throws(RepositoryFault) -> Bool {
    if whole.contains(digest) { return true }
    if let other = try object(digest, in: destination), other.damage == nil {
      whole.insert(digest)
      return true
    }
    guard let own = try object(digest, in: repository.files), own.damage == nil else {
      return false
    }
    let path = RepositoryLayout.object(digest)
    temporaries += 1
    let temporary = "\(RepositoryLayout.temporary)/\(temporaries)"
    do throws(FileFault) {
      try destination.makeFolder(path.parentPath)
      try destination.syncFolder(RepositoryLayout.objects)
      let file = try destination.create(temporary)
      try repository.files.read(path, fresh: false) { bytes throws(FileFault) in
        try file.append(bytes)
      }
      try file.sync()
      try destination.rename(temporary, to: path)
      try destination.syncFolder(path.parentPath)
    } catch {
      throw RepositoryFault(error)
    }
    guard try object(digest, in: destination)?.damage == nil else {
      throw RepositoryFault(.readBack(destination.folder + "/" + path))
    }
    whole.insert(digest)
    result.objects += 1
    return true
  }

  /// An object as it is on a disk; `nil` if it is missing.
  private func object(
    _ digest: String, in files: any RepositoryFiles
  ) throws(RepositoryFault) -> StoredObject? {
    do throws(RepositoryFault) {
      return try StoredObject(digest, in: files)
    } catch {
      guard case .file(let fault) = error.cause, fault.isMissing else { throw error }
      return nil
    }
  }
}
