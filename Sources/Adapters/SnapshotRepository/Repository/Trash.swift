// What is forgotten goes to the trash, and is removed from there after 30 days.

internal import FoundationEssentials

extension RepositoryWriter {
  /// Forgets snapshots: first in the chain, then their manifests and the objects that no other one needs go to the trash.
  ///
  /// - Throws: `RepositoryFault.chainBroken` if a chain of the repository is broken, because then it is not known
  ///   which objects are needed; and if the folder cannot be written.
  package func forget(
    _ snapshots: [Snapshot], in history: TargetHistory
  ) throws(RepositoryFault) {
    try repository.refuseBrokenChains(Array(histories.values))
    if snapshots.isEmpty { return }
    do throws(FileFault) {
      try append(
        snapshots.map { line(.forget, of: $0.id, manifest: $0.manifest) }, to: history.folder)
      let names = Set(
        try files.entries(in: RepositoryLayout.snapshots(history.folder)).map(\.name))
      let manifests = snapshots.map { $0.id.text + RepositoryLayout.manifestSuffix }
      try moveToTrash(manifests: manifests.filter(names.contains), of: history.folder)
      try sweepObjects()
    } catch {
      throw RepositoryFault(error)
    }
  }

  func moveToTrash(manifests: [String], of folder: String) throws(FileFault) {
    if manifests.isEmpty { return }
    let place = try trashFolder()
    try files.makeFolder(place + "/" + folder)
    try files.syncFolder(place)
    for name in manifests {
      try files.rename(
        RepositoryLayout.snapshots(folder) + "/" + name, to: "\(place)/\(folder)/\(name)")
    }
    // The new place first, so that a manifest is never in neither.
    try files.syncFolder(place + "/" + folder)
    try files.syncFolder(RepositoryLayout.snapshots(folder))
  }

  /// Moves the objects that no snapshot needs.
  ///
  /// A manifest without a line needs its object too; where one cannot be read, no object is moved.
  private func sweepObjects() throws(FileFault) {
    var needed: Set<String> = []
    // A target's folder that is a link, or cannot be read, may need anything.
    for entry in try files.entries(in: RepositoryLayout.targets) {
      guard entry.kind == .folder, histories[entry.name]?.fault == nil else { return }
    }
    for history in histories.values {
      needed.formUnion(history.snapshots.map(\.object))
      for stray in try repository.strays(in: history.folder, history) {
        guard let manifest = stray.manifest else { return }
        needed.insert(manifest.object.sha256)
      }
    }
    for folder in try files.entries(in: RepositoryLayout.objects) where folder.kind == .folder {
      let path = RepositoryLayout.objects + "/" + folder.name
      let unused = try files.entries(in: path).filter { entry in
        guard entry.kind == .file,
          let digest = entry.name.dropping(suffix: RepositoryLayout.objectSuffix)
        else { return false }
        return !needed.contains(String(digest))
      }
      if unused.isEmpty { continue }
      let place = try trashFolder()
      for entry in unused {
        try files.rename(path + "/" + entry.name, to: place + "/" + entry.name)
      }
      try files.syncFolder(place)
      try files.syncFolder(path)
    }
  }

  private func trashFolder() throws(FileFault) -> String {
    // A clock that was set back must not make today's trash look old.
    let lines = histories.values.flatMap { $0.chain.entries.map(\.line.time) }
    let latest = lines.max().flatMap(MomentText.date) ?? now
    let path = RepositoryLayout.trash + "/" + Self.stamp(max(now, latest))
    try files.makeFolder(RepositoryLayout.trash)
    try files.makeFolder(path)
    try files.syncFolder(RepositoryLayout.trash)
    return path
  }

  /// Removes what has been in the trash for 30 days.
  ///
  /// Lines of several later days must say so, so that a clock that is wrong for a night removes nothing.
  func emptyTrash() throws(FileFault) {
    let folders = try files.entries(in: RepositoryLayout.trash).filter {
      $0.kind == .folder && Self.isStamp($0.name)
    }
    if folders.isEmpty { return }
    let moments = histories.values.flatMap { $0.chain.entries.map(\.line.time) }
    let past = Set(moments).compactMap(MomentText.date).filter { $0 <= now }
    for entry in folders {
      let later = past.filter { moment in
        let limit = Self.stamp(moment - Double(RepositoryLayout.trashDays) * 86_400)
        return entry.name.utf8.lexicographicallyPrecedes(limit.utf8)
      }
      let days = Set(later.map { ($0.timeIntervalSince1970 / 86_400).rounded(.down) })
      guard days.count >= Self.witnesses else { continue }
      try removeAll(RepositoryLayout.trash + "/" + entry.name)
    }
  }

  /// The number of days that must have passed after the time in the trash.
  private static let witnesses = 3

  private func removeAll(_ folder: String) throws(FileFault) {
    for entry in try files.entries(in: folder) {
      let path = folder + "/" + entry.name
      if entry.kind == .folder { try removeAll(path) } else { try files.remove(path) }
    }
    try files.remove(folder)
  }

  /// `20261127T041500Z`; sorted by name, they are sorted by time.
  private static func stamp(_ moment: Date) -> String {
    String(SnapshotID(moment, suffix: "0000").text.utf8.prefix(16)) ?? ""
  }

  private static func isStamp(_ name: String) -> Bool { SnapshotID(name + "-0000") != nil }
}
