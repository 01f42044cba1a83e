package import FoundationEssentials

/// A folder of snapshots, to read: any number of processes may do so while one writes.
///
/// A reader looks in the trash too. Nothing is changed, so that it works on a read-only file system.
package struct Repository: Sendable {
  package let files: any RepositoryFiles
  package let settings: RepositorySettings

  /// Opens a repository.
  ///
  /// - Throws: `RepositoryFault` if the folder has none, or one that this program cannot read.
  package init(_ files: any RepositoryFiles) throws(RepositoryFault) {
    self.files = files
    let bytes: [UInt8]
    do throws(FileFault) {
      bytes = try files.bytes(of: RepositoryLayout.settings, limit: RepositoryLimits.settings)
    } catch {
      throw error.isMissing ? RepositoryFault(.noRepository(files.folder)) : RepositoryFault(error)
    }
    let path = files.folder + "/" + RepositoryLayout.settings
    if let format = RepositorySettings.format(in: bytes), format > RepositorySettings.newestFormat {
      throw RepositoryFault(.newerFormat(files.folder, format))
    }
    guard let settings = RepositorySettings(bytes) else {
      throw RepositoryFault(.damagedSettings(path))
    }
    self.settings = settings
  }

  /// The folder as the user named it.
  package var folder: String { files.folder }

  /// The histories of all targets, by the names of their folders.
  ///
  /// - Throws: `RepositoryFault` if the folder of the targets cannot be read; a chain that cannot be read, or is broken, is
  ///   no error, so that it does not stop the work on other targets.
  package func histories() throws(RepositoryFault) -> [TargetHistory] {
    var found: [TargetHistory] = []
    do throws(FileFault) {
      for entry in try files.entries(in: RepositoryLayout.targets) where entry.kind == .folder {
        found.append(knownHistory(in: entry.name))
      }
    } catch {
      throw RepositoryFault(error)
    }
    return found
  }

  /// The history of a target's folder; without lines if its files cannot be read.
  func knownHistory(in folder: String) -> TargetHistory {
    do throws(FileFault) {
      var history = try history(in: folder)
      let strays = try strays(in: folder, history)
      history.strays = strays.compactMap(\.snapshot)
      if strays.count > 1 || strays.contains(where: { !$0.follows(history.chain) }) {
        // Of a file that is no manifest it is not known.
        history.lastLostLine = strays.map { $0.manifest?.chain.seq ?? .max }.max()
      }
      return history
    } catch {
      return TargetHistory(folder: folder, chain: Chain(), fault: error)
    }
  }

  /// Refuses to conclude anything from a chain of which a line was changed or removed.
  func refuseBrokenChains(_ histories: [TargetHistory]) throws(RepositoryFault) {
    for history in histories.sorted(by: { $0.folder < $1.folder }) {
      if let fault = history.fault { throw RepositoryFault(fault) }
      guard let first = history.chain.breaks.first else { continue }
      throw RepositoryFault(
        .chainBroken(folder + "/" + RepositoryLayout.chain(history.folder), line: first.line))
    }
  }

  func history(in folder: String) throws(FileFault) -> TargetHistory {
    var bytes: [UInt8] = []
    do throws(FileFault) {
      bytes = try files.bytes(of: RepositoryLayout.chain(folder), limit: RepositoryLimits.chain)
    } catch {
      // The writer was stopped before the first line.
      guard error.isMissing else { throw error }
    }
    return TargetHistory(folder: folder, chain: Chain(bytes))
  }

  /// The manifest of a snapshot, also of one in the trash.
  ///
  /// - Throws: `RepositoryFault` if it is missing, or is not the one that the chain names.
  package func manifest(
    of snapshot: Snapshot, in history: TargetHistory
  ) throws(RepositoryFault) -> Manifest {
    let path = RepositoryLayout.manifest(snapshot.id, of: history.folder)
    let shown = files.folder + "/" + path
    guard
      let bytes = try bytes(
        at: path, orInTrash: RepositoryLayout.trashed(snapshot.id, of: history.folder))
    else { throw RepositoryFault(.manifestMissing(shown)) }
    guard bytes.sha256 == snapshot.manifest, let manifest = Manifest(file: bytes) else {
      throw RepositoryFault(.manifestDamaged(shown))
    }
    return manifest
  }

  /// The path of an object for a reader of files, also of one in the trash.
  ///
  /// Its bytes are not checked: whoever reads them must compare their SHA-256 with the name.
  ///
  /// - Throws: `RepositoryFault` if it is missing.
  package func path(ofObject digest: String) throws(RepositoryFault) -> String {
    let own = RepositoryLayout.object(digest)
    do throws(FileFault) {
      // A writer may move it meanwhile: its own place, the trash, and once more its own place.
      for path in [own] + (try trashed(RepositoryLayout.trashedObject(digest))) + [own]
      where try files.size(of: path) != nil {
        if let shown = files.path(of: path) { return shown }
      }
    } catch {
      throw RepositoryFault(error)
    }
    throw RepositoryFault(.objectMissing(files.folder + "/" + own))
  }

  private func bytes(
    at path: String, orInTrash name: String
  ) throws(RepositoryFault) -> [UInt8]? {
    do throws(FileFault) {
      if let bytes = try existingBytes(at: path) { return bytes }
      // A writer may have moved it meanwhile, there or back.
      for path in try trashed(name) + [path] {
        if let bytes = try existingBytes(at: path) { return bytes }
      }
      return nil
    } catch {
      throw RepositoryFault(error)
    }
  }

  private func existingBytes(at path: String) throws(FileFault) -> [UInt8]? {
    do throws(FileFault) {
      return try files.bytes(of: path, limit: RepositoryLimits.manifest)
    } catch {
      if error.isMissing { return nil }
      throw error
    }
  }

  /// Where a file may be in the trash, the newest place first.
  func trashed(_ name: String) throws(FileFault) -> [String] {
    try files.entries(in: RepositoryLayout.trash).filter { $0.kind == .folder }.reversed().map {
      "\(RepositoryLayout.trash)/\($0.name)/\(name)"
    }
  }
}

extension Repository {
  /// Where the settings come from that are changed.
  package enum Origin: Sendable {
    /// The folder was empty.
    case new
    case existing
    /// The folder has snapshots, and its settings were lost; nothing is forgotten before they are set again.
    case lost
  }

  /// Makes a repository in a folder that is empty, or changes the settings of one.
  ///
  /// A copy becomes a repository of its own.
  ///
  /// - Parameters:
  ///   - files: The folder; it exists.
  ///   - now: The time.
  ///   - change: Changes the settings; it gets new ones for a new repository.
  /// - Returns: The repository, and where its settings come from.
  /// - Throws: `RepositoryFault` if the folder has other files, cannot be written, or is locked.
  package static func prepare(
    in files: any RepositoryFiles, now: Date, change: (inout RepositorySettings, Origin) -> Void
  ) throws(RepositoryFault) -> (repository: Repository, origin: Origin) {
    let lock = try RepositoryLock(files)
    defer { withExtendedLifetime(lock) {} }
    var origin = Origin.existing
    var settings: RepositorySettings
    do throws(RepositoryFault) {
      settings = try Repository(files).settings
    } catch {
      guard case .noRepository = error.cause else { throw error }
      origin = try hasSnapshots(files) ? .lost : .new
      settings = RepositorySettings(
        created: now, policy: RetentionPolicy(), drillAge: 0, targets: [])
    }
    settings.isCopy = false
    change(&settings, origin)
    try write(settings, in: files, isNew: origin != .existing)
    return (try Repository(files), origin)
  }

  /// Writes the settings, for a new repository as the last of its files.
  static func write(
    _ settings: RepositorySettings, in files: any RepositoryFiles, isNew: Bool
  ) throws(RepositoryFault) {
    let own = RepositoryLayout.folders + [RepositoryLayout.lock]
    if isNew, try !names(in: files).allSatisfy(own.contains) {
      throw RepositoryFault(.notEmpty(files.folder))
    }
    do throws(FileFault) {
      if isNew {
        for folder in RepositoryLayout.folders { try files.makeFolder(folder) }
        try files.syncFolder("")
      }
      try files.removeTemporaries()
      try files.publish(
        settings.bytes, as: RepositoryLayout.settings,
        through: RepositoryLayout.temporary + "/" + RepositoryLayout.settings)
    } catch {
      throw RepositoryFault(error)
    }
  }

  private static func hasSnapshots(_ files: any RepositoryFiles) throws(RepositoryFault) -> Bool {
    do throws(FileFault) {
      return try !files.entries(in: RepositoryLayout.targets).isEmpty
    } catch {
      throw RepositoryFault(error)
    }
  }

  private static func names(in files: any RepositoryFiles) throws(RepositoryFault) -> [String] {
    do throws(FileFault) {
      return try files.entries(in: "").map(\.name)
    } catch {
      throw RepositoryFault(error)
    }
  }
}
