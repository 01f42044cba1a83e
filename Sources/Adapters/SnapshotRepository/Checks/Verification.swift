/// Something in a repository that is not as it must be.
package struct RepositoryProblem: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    /// A line of a chain was changed, removed, added or moved; the number of the line.
    case chainBroken(line: Int, Chain.Break.Cause)
    /// Half a line at the end: the writer was stopped; the next one cuts it.
    case tornLine
    /// The chain of a target is missing or ends too early for its snapshots.
    case chainCut
    /// A line that was known elsewhere is not in the chain.
    case headMissing(String)
    /// A snapshot's manifest is missing.
    case manifestMissing
    /// A manifest is not the one that the chain names.
    case manifestChanged
    /// A manifest without a line that follows the last one: the writer was stopped; the next one adds the line.
    case unfinishedSnapshot
    /// A snapshot's object is missing.
    case objectMissing
    /// An object cannot be unpacked, or has other content than its name says.
    case objectDamaged
    /// An object's packed bytes were changed, and its content is whole.
    case objectRepacked
    /// An object that no snapshot needs: the writer was stopped; forgetting moves it to the trash.
    case unusedObject
    /// A file that was being written: the writer was stopped; the next one removes it.
    case unfinishedFile
    /// A file, folder or link that does not belong to a repository.
    case foreignFile
    /// A file that cannot be read.
    case unreadable(FileFault.Cause)
  }

  package var path: String
  package var kind: Kind

  /// True if it only shows that a writer was stopped, so that the next one puts it right and nothing is lost.
  package var isUnfinished: Bool {
    switch kind {
    case .tornLine, .unfinishedSnapshot, .unusedObject, .unfinishedFile: true
    default: false
    }
  }
}

/// Compares chains, manifests and objects with one another, in both directions, and reads every byte.
package struct RepositoryVerification {
  private let repository: Repository
  /// Digests of lines that were kept elsewhere, of which each must be in a chain.
  private let heads: [String]
  /// Asked before each file; false ends the verification.
  private let shouldContinue: () -> Bool
  private var problems: [RepositoryProblem] = []
  /// What was found about each object, by its digest.
  private var objects: [String: Manifest.Object] = [:]
  private var damaged: Set<String> = []
  /// The objects with a problem that each of their snapshots shows.
  private var reported: Set<String> = []

  /// The numbers of what was looked at.
  package private(set) var snapshots = 0
  package private(set) var objectCount = 0

  private var files: any RepositoryFiles { repository.files }

  package init(
    _ repository: Repository, heads: [String] = [],
    while shouldContinue: @escaping () -> Bool = { true }
  ) {
    self.repository = repository
    self.heads = heads
    self.shouldContinue = shouldContinue
  }

  /// Reads the whole repository.
  ///
  /// - Returns: All problems, in the order of the paths; none if everything is as it must be.
  /// - Throws: `RepositoryFault` if a folder cannot be read.
  package mutating func run() throws(RepositoryFault) -> [RepositoryProblem] {
    // A writer waits until all was read; if one is at work already, the files are read until two readings agree.
    let lock = try? RepositoryLock(files)
    defer { withExtendedLifetime(lock) {} }
    var found = try read()
    for _ in 0..<3 where lock == nil && !found.isEmpty && shouldContinue() {
      let again = try read()
      if again == found { break }
      found = again
    }
    return found
  }

  private mutating func read() throws(RepositoryFault) -> [RepositoryProblem] {
    problems = []
    objects = [:]
    damaged = []
    snapshots = 0
    objectCount = 0
    var histories: [TargetHistory] = []
    do throws(FileFault) {
      try verifyTop()
      try verifyObjects()
      histories = try verifyTargets()
    } catch {
      throw RepositoryFault(error)
    }
    for head in heads where !histories.contains(where: { $0.chain.contains(head) }) {
      add(RepositoryLayout.targets, .headMissing(head))
    }
    return problems.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  private mutating func add(_ path: String, _ kind: RepositoryProblem.Kind) {
    problems.append(RepositoryProblem(path: files.folder + "/" + path, kind: kind))
  }

  /// Adds a problem of an object once, however many snapshots have it.
  private mutating func add(object digest: String, _ kind: RepositoryProblem.Kind) {
    if reported.insert(digest).inserted { add(RepositoryLayout.object(digest), kind) }
  }

  // MARK: Files that no line names

  private mutating func verifyTop() throws(FileFault) {
    let known = RepositoryLayout.folders + [RepositoryLayout.settings, RepositoryLayout.lock]
    for entry in try files.entries(in: "") where !known.contains(entry.name) {
      add(entry.name, .foreignFile)
    }
    for entry in try files.entries(in: RepositoryLayout.temporary) {
      add(RepositoryLayout.temporary + "/" + entry.name, .unfinishedFile)
    }
  }

  /// Reads every object, also those in the trash.
  private mutating func verifyObjects() throws(FileFault) {
    for folder in try files.entries(in: RepositoryLayout.objects) {
      let path = RepositoryLayout.objects + "/" + folder.name
      guard folder.kind == .folder else {
        add(path, .foreignFile)
        continue
      }
      for entry in try files.entries(in: path) {
        let digest = entry.name.dropping(suffix: RepositoryLayout.objectSuffix).map { String($0) }
        guard entry.kind == .file, let digest,
          RepositoryLayout.object(digest) == path + "/" + entry.name
        else {
          add(path + "/" + entry.name, .foreignFile)
          continue
        }
        verify(object: digest, at: path + "/" + entry.name)
      }
    }
    for folder in try files.entries(in: RepositoryLayout.trash) {
      let path = RepositoryLayout.trash + "/" + folder.name
      for entry in try files.entries(in: path) where entry.kind == .file {
        guard let digest = entry.name.dropping(suffix: RepositoryLayout.objectSuffix) else {
          continue
        }
        verify(object: String(digest), at: path + "/" + entry.name)
      }
    }
  }

  private mutating func verify(object digest: String, at path: String) {
    guard shouldContinue() else { return }
    do throws(RepositoryFault) {
      let object = try StoredObject(digest, at: path, in: files)
      objectCount += 1
      if object.damage != nil {
        damaged.insert(path)
        add(path, .objectDamaged)
      }
      // The trash comes last: one of the same name there counts only if there is no other.
      if objects[digest] == nil { objects[digest] = object.facts }
    } catch {
      guard case .file(let fault) = error.cause else { return }
      add(path, .unreadable(fault.cause))
    }
  }

  // MARK: Targets

  private mutating func verifyTargets() throws(FileFault) -> [TargetHistory] {
    var histories: [TargetHistory] = []
    var needed: Set<String> = []
    for folder in try files.entries(in: RepositoryLayout.targets) {
      let path = RepositoryLayout.targets + "/" + folder.name
      guard folder.kind == .folder else {
        add(path, .foreignFile)
        continue
      }
      for entry in try files.entries(in: path)
      where !["chain.jsonl", "snapshots"].contains(entry.name) {
        add(path + "/" + entry.name, .foreignFile)
      }
      let history = repository.knownHistory(in: folder.name)
      histories.append(history)
      if let fault = history.fault {
        problems.append(RepositoryProblem(path: fault.path, kind: .unreadable(fault.cause)))
        continue
      }
      verifyChain(history)
      needed.formUnion(try verifySnapshots(history))
      needed.formUnion(try verifyStrays(history))
    }
    // What a target needs that cannot be read is not known.
    if histories.contains(where: { $0.fault != nil }) { return histories }
    for digest in objects.keys where !needed.contains(digest) {
      let path = RepositoryLayout.object(digest)
      if try files.size(of: path) != nil { add(path, .unusedObject) }
    }
    return histories
  }

  private mutating func verifyChain(_ history: TargetHistory) {
    let path = RepositoryLayout.chain(history.folder)
    for broken in history.chain.breaks {
      add(path, .chainBroken(line: broken.line, broken.cause))
    }
    let hasDamagedEnd = history.chain.breaks.contains {
      $0.line == history.chain.entries.last?.number
    }
    if history.chain.lengthBeforeTorn != nil
      || history.chain.lengthBeforeLineEnd != nil && !hasDamagedEnd
    {
      add(path, .tornLine)
    }
  }

  /// Compares each line with its manifest and object.
  ///
  /// - Returns: The objects of snapshots that were not forgotten.
  private mutating func verifySnapshots(
    _ history: TargetHistory
  ) throws(FileFault) -> Set<String> {
    var needed: Set<String> = []
    for snapshot in history.all where shouldContinue() {
      let path = RepositoryLayout.manifest(snapshot.id, of: history.folder)
      snapshots += 1
      // In a copy, what was forgotten stays in its place.
      let isInPlace = try files.size(of: path) != nil
      if isInPlace || !snapshot.isForgotten { needed.insert(snapshot.object) }
      let manifest: Manifest
      do throws(RepositoryFault) {
        manifest = try repository.manifest(of: snapshot, in: history)
      } catch {
        switch error.cause {
        // It was removed from the trash.
        case .manifestMissing where snapshot.isForgotten: break
        case .manifestMissing: add(path, .manifestMissing)
        case .file(let fault): add(path, .unreadable(fault.cause))
        default: add(path, .manifestChanged)
        }
        if !snapshot.isForgotten, objects[snapshot.object] == nil {
          add(object: snapshot.object, .objectMissing)
        }
        continue
      }
      let digest = manifest.object.sha256
      guard let object = objects[digest] else {
        add(object: digest, .objectMissing)
        continue
      }
      if !damaged.contains(RepositoryLayout.object(digest)), object != manifest.object {
        add(object: digest, .objectRepacked)
      }
    }
    return needed
  }

  /// Judges the manifests that no line names.
  ///
  /// - Returns: Their objects.
  private mutating func verifyStrays(
    _ history: TargetHistory
  ) throws(FileFault) -> Set<String> {
    var needed: Set<String> = []
    let next = Manifest.Place(seq: history.chain.seq + 1, previous: history.chain.head)
    for stray in try repository.strays(in: history.folder, history) {
      let path = RepositoryLayout.manifest(stray.id, of: history.folder)
      guard let manifest = stray.manifest else {
        add(path, .manifestChanged)
        continue
      }
      needed.insert(manifest.object.sha256)
      if manifest.chain == next {
        add(path, .unfinishedSnapshot)
      } else {
        add(RepositoryLayout.chain(history.folder), .chainCut)
      }
    }
    let folder = RepositoryLayout.snapshots(history.folder)
    for entry in try files.entries(in: folder) {
      let id = entry.name.dropping(suffix: RepositoryLayout.manifestSuffix).flatMap {
        SnapshotID($0)
      }
      if id == nil || entry.kind != .file { add(folder + "/" + entry.name, .foreignFile) }
    }
    return needed
  }
}
