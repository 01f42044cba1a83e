// What the next writer finishes after one was stopped.

import FoundationEssentials

extension RepositoryWriter {
  /// Cuts half lines, adds the lines of whole snapshots, and moves what was forgotten.
  func recover() throws(FileFault) {
    try files.removeTemporaries()
    for folder in histories.keys.sorted() {
      guard let history = histories[folder], history.fault == nil else { continue }
      try files.repairEnd(of: history.chain, ofTarget: folder)
      try adopt(in: folder)
      try finishForgetting(in: folder)
    }
  }

  /// Adds the line of a manifest that would be the next one, if its object is whole.
  private func adopt(in folder: String) throws(FileFault) {
    let strays = try repository.strays(in: folder, histories[folder])
    // A writer leaves at most one; with more, lines were lost, and none is certain to be the next one.
    guard strays.count == 1, let stray = strays.first, let chain = histories[folder]?.chain,
      let manifest = stray.manifest, stray.follows(chain),
      (try? StoredObject(manifest.object.sha256, in: files))?
        .isIntact(size: manifest.object.size) ?? false
    else { return }
    try adopt(stray.id, manifest, stray.digest, in: folder)
  }

  private func adopt(
    _ id: SnapshotID, _ manifest: Manifest, _ digest: String, in folder: String
  ) throws(FileFault) {
    var line = line(.backup, of: id, manifest: digest)
    line.backup = manifest.facts
    line.recovered = true
    try append([line], to: folder)
    let left = (histories[folder]?.strays ?? []).filter { $0.id != id }
    histories[folder]?.strays = left
    if left.isEmpty { histories[folder]?.lastLostLine = nil }
    if let snapshot = histories[folder]?.all.last { recovered.append(snapshot) }
  }

  /// Gives a snapshot whose line was lost a new one, as a person wants.
  ///
  /// - Throws: `RepositoryFault` if its manifest or its object is missing or damaged.
  package func readopt(
    _ snapshot: Snapshot, in history: TargetHistory
  ) throws(RepositoryFault) {
    let manifest = try repository.manifest(of: snapshot, in: history)
    guard try StoredObject(snapshot.object, in: files).isIntact(size: manifest.object.size) else {
      throw RepositoryFault(
        .objectDamaged(files.folder + "/" + RepositoryLayout.object(snapshot.object)))
    }
    do throws(FileFault) {
      try adopt(snapshot.id, manifest, snapshot.manifest, in: history.folder)
    } catch {
      throw RepositoryFault(error)
    }
  }

  private func finishForgetting(in folder: String) throws(FileFault) {
    let names = try files.entries(in: RepositoryLayout.snapshots(folder)).map(\.name)
    let forgotten = (histories[folder]?.all ?? []).filter(\.isForgotten)
    let ids = Set(forgotten.map { $0.id.text + RepositoryLayout.manifestSuffix })
    let left = names.filter(ids.contains)
    if !left.isEmpty { try moveToTrash(manifests: left, of: folder) }
  }
}

/// A manifest that no line of the chain names.
struct StrayManifest {
  var id: SnapshotID
  var digest: String
  /// `nil` if the file is no manifest.
  var manifest: Manifest?

  /// True if its line would be the next one of a chain.
  func follows(_ chain: Chain) -> Bool {
    manifest?.chain == Manifest.Place(seq: chain.seq + 1, previous: chain.head)
  }

  /// The snapshot that the manifest describes.
  var snapshot: Snapshot? {
    guard let manifest, let ended = MomentText.date(manifest.ended) else { return nil }
    return Snapshot(id, manifest.facts, ended: ended, manifest: digest)
  }
}

extension Repository {
  /// The manifests of a target that no line names, by name.
  func strays(
    in folder: String, _ history: TargetHistory?
  ) throws(FileFault) -> [StrayManifest] {
    let known = Set((history?.all ?? []).map(\.id))
    var found: [StrayManifest] = []
    for entry in try files.entries(in: RepositoryLayout.snapshots(folder)) {
      guard entry.kind == .file,
        let name = entry.name.dropping(suffix: RepositoryLayout.manifestSuffix),
        let id = SnapshotID(name), !known.contains(id)
      else { continue }
      let bytes = try files.bytes(
        of: RepositoryLayout.manifest(id, of: folder), limit: RepositoryLimits.manifest)
      let manifest = Manifest(file: bytes)
      found.append(
        StrayManifest(
          id: id, digest: bytes.sha256, manifest: manifest?.snapshot == id.text ? manifest : nil))
    }
    return found
  }
}

extension String {
  /// The text before a suffix, compared by bytes; `nil` if it has another end.
  func dropping(suffix: String) -> Substring? {
    guard utf8.count >= suffix.utf8.count, utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    else { return nil }
    return Substring(utf8.dropLast(suffix.utf8.count))
  }
}
