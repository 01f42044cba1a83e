package import FoundationEssentials

/// The one writer of a repository: adds snapshots and events, and moves to the trash what is forgotten.
///
/// Each step is durable before the next one: object, manifest, line of the chain. So a process that is killed at any
/// point, or a power loss, leaves every earlier snapshot, and nothing half-written is called good.
package final class RepositoryWriter {
  package let repository: Repository
  /// By the name of the target's folder.
  package internal(set) var histories: [String: TargetHistory] = [:]
  /// Snapshots whose lines were written now, because their writer had been stopped before it wrote them.
  package internal(set) var recovered: [Snapshot] = []
  let now: Date
  private let who: String
  private let lock: RepositoryLock
  private var temporaries = 0

  var files: any RepositoryFiles { repository.files }

  /// Becomes the writer, and finishes what an earlier one was stopped in.
  ///
  /// - Parameters:
  ///   - repository: A repository, and no copy.
  ///   - now: The time of what is written.
  ///   - who: Who writes, as `user@host`.
  /// - Throws: `RepositoryFault` if another process writes, or if the folder cannot be written.
  package init(
    _ repository: Repository, now: Date, who: String
  ) throws(RepositoryFault) {
    lock = try RepositoryLock(repository.files)
    // The settings may have changed since they were read.
    self.repository = try Repository(repository.files)
    guard !self.repository.settings.isCopy else {
      throw RepositoryFault(.isCopy(repository.folder))
    }
    self.now = now
    self.who = who
    for history in try self.repository.histories() { histories[history.folder] = history }
    do throws(FileFault) {
      try recover()
      try emptyTrash()
    } catch {
      throw RepositoryFault(error)
    }
  }

  /// The history of a target; `nil` before its first snapshot.
  package func history(of target: SnapshotTarget) -> TargetHistory? {
    histories.values.first { $0.target?.id == target.id }
  }

  // MARK: Snapshots

  /// Begins an object; only one at a time.
  package func newObject() throws(RepositoryFault) -> ObjectWriter {
    do throws(FileFault) {
      return try ObjectWriter(files, through: newTemporary())
    } catch {
      throw RepositoryFault(error)
    }
  }

  /// Adds a snapshot whose object is finished: judges it, then writes the manifest and the line.
  ///
  /// - Returns: The snapshot, which is good or suspect.
  /// - Throws: `RepositoryFault` if it cannot be written; then no line names it.
  package func add(
    _ draft: SnapshotDraft, _ object: Manifest.Object
  ) throws(RepositoryFault) -> Snapshot {
    let folder = folder(of: draft.target)
    let history = histories[folder] ?? TargetHistory(folder: folder, chain: Chain())
    if let fault = history.fault { throw RepositoryFault(fault) }
    let id = try newID(draft.ended, in: folder)
    let manifest = Manifest(
      snapshot: id.text, target: draft.target, began: MomentText.text(draft.began),
      ended: MomentText.text(draft.ended), passes: draft.passes, moving: draft.isMoving,
      groups: draft.groups, object: object, tool: draft.tool, run: draft.run, who: who,
      suspicions: shrinkage(history).suspicions(of: draft),
      chain: Manifest.Place(seq: history.chain.seq + 1, previous: history.chain.head))
    do throws(FileFault) {
      try files.makeFolders(ofTarget: folder)
      let bytes = JSONText.page(manifest)
      try files.publish(
        bytes, as: RepositoryLayout.manifest(id, of: folder), through: newTemporary())
      histories[folder] = history
      var line = line(.backup, of: id, manifest: bytes.sha256)
      line.backup = manifest.facts
      try append([line], to: folder)
    } catch {
      throw RepositoryFault(error)
    }
    guard let snapshot = histories[folder]?.all.last else {
      throw RepositoryFault(.manifestDamaged(RepositoryLayout.manifest(id, of: folder)))
    }
    return snapshot
  }

  private func shrinkage(_ history: TargetHistory) -> Shrinkage {
    // What was forgotten, or has lost its line, was there all the same.
    let good = (history.strays + history.all).filter(\.isGood)
    for snapshot in good.reversed() {
      guard let manifest = try? repository.manifest(of: snapshot, in: history) else { continue }
      return Shrinkage(lastGood: (snapshot.id, manifest.groups), good: good)
    }
    return Shrinkage(lastGood: nil, good: good)
  }

  /// The folder of a target: the one with its id, whatever name it had, or a new one.
  private func folder(of target: SnapshotTarget) -> String {
    if let history = history(of: target) { return history.folder }
    let short = target.folder()
    let isTaken = histories[short].map { $0.target != nil && $0.target?.id != target.id } ?? false
    return isTaken ? target.folder(isLong: true) : short
  }

  private func newID(_ moment: Date, in folder: String) throws(RepositoryFault) -> SnapshotID {
    let known = Set(histories.values.flatMap(\.all).map(\.id))
    while true {
      let id = SnapshotID(moment, suffix: SnapshotID.randomSuffix())
      if known.contains(id) { continue }
      do throws(FileFault) {
        // A manifest without a line may have the name.
        if try files.size(of: RepositoryLayout.manifest(id, of: folder)) == nil { return id }
      } catch {
        throw RepositoryFault(error)
      }
    }
  }

  // MARK: Events

  /// Records that a person calls a snapshot good.
  package func accept(
    _ snapshot: Snapshot, in history: TargetHistory, reason: String
  ) throws(RepositoryFault) {
    try record(.accept, of: snapshot, in: history) { $0.reason = reason }
  }

  /// Records that a snapshot must never be forgotten.
  package func keep(
    _ snapshot: Snapshot, in history: TargetHistory, reason: String
  ) throws(RepositoryFault) {
    try record(.keep, of: snapshot, in: history) { $0.reason = reason }
  }

  /// Records what a drill has found.
  package func recordDrill(
    of snapshot: Snapshot, in history: TargetHistory, passed: Bool
  ) throws(RepositoryFault) {
    try record(.drill, of: snapshot, in: history) { $0.passed = passed }
  }

  /// Records what a verification of all files has found.
  package func recordVerification(
    of history: TargetHistory, passed: Bool
  ) throws(RepositoryFault) {
    try record(.verify, of: nil, in: history) { $0.passed = passed }
  }

  private func record(
    _ event: ChainLine.Event, of snapshot: Snapshot?, in history: TargetHistory,
    change: (inout ChainLine) -> Void
  ) throws(RepositoryFault) {
    var line = line(event, of: snapshot?.id, manifest: snapshot?.manifest)
    change(&line)
    do throws(FileFault) {
      try append([line], to: history.folder)
    } catch {
      throw RepositoryFault(error)
    }
  }

  /// A line with what every event has; number and digest follow when it is appended.
  func line(
    _ event: ChainLine.Event, of snapshot: SnapshotID?, manifest: String?
  ) -> ChainLine {
    ChainLine(
      seq: 0, previous: "", event: event, time: MomentText.text(now), who: who,
      snapshot: snapshot?.text, sha256: manifest)
  }

  /// Appends lines to the chain of a target, all with one synchronization.
  func append(_ lines: [ChainLine], to folder: String) throws(FileFault) {
    var history = histories[folder] ?? TargetHistory(folder: folder, chain: Chain())
    try files.append(lines.flatMap { history.append($0) }, toChainOf: folder)
    histories[folder] = history
  }

  /// A path for a file that is being written.
  func newTemporary() -> String {
    temporaries += 1
    return "\(RepositoryLayout.temporary)/\(temporaries)"
  }
}
