import BatchEngine
import FoundationEssentials
import PortGroupModel
import SnapshotRepository

/// A snapshot that a user has typed as `REPO@latest`, `REPO@DAY` or `REPO@ID`, found and not yet read.
struct SnapshotSource: Sendable {
  private let repository: Repository
  private let found: FoundSnapshot

  /// Finds the snapshot.
  ///
  /// - Parameters:
  ///   - folder: The folder of the repository.
  ///   - typed: What stands after the last `@`.
  ///   - target: The target whose newest good snapshot `latest` and days mean; `nil` for the only one.
  ///   - other: The name of a snapshot of that target, if no target is named.
  /// - Throws: `CommandFailure` if there is no such repository or snapshot, or if several are meant.
  init(
    folder: String, typed: String, meaning target: ConnectingOptions?, like other: String? = nil
  ) throws(CommandFailure) {
    let reference = try RepositoryAccess.reference(typed)
    let repository = try RepositoryAccess.open(folder)
    self.repository = repository
    let histories = try RepositoryAccess.reading(in: folder) { () throws(RepositoryFault) in
      try repository.histories()
    }
    found = try RepositoryAccess.reading(in: folder, among: histories) {
      () throws(RepositoryFault) in
      let known = histories.filter(\.isKnown)
      // The only one that there is: whether it belongs to the server is known when that has shown its id.
      guard known.count > 1 else { return try histories.snapshot(reference) }
      guard let target else {
        let id = try? other.map { try histories.snapshot(.beginning($0)).snapshot.target.id }
        return try histories.snapshot(reference, where: id.map { id in { $0.id == id } })
      }
      // A server that was rebuilt has another id under the same address. The newest history is meant; a restore checks
      // the id itself.
      let meant = known.filter { $0.target.map(target.isMeant) ?? false }
        .max { $0.lastEnded < $1.lastEnded }?.target?.id
      return try histories.snapshot(reference, ofTarget: target.shownTarget) { $0.id == meant }
    }
  }

  /// Reads the snapshot to its end.
  func read(until control: RunControl) async throws(RunStop) -> SnapshotConfiguration {
    try await SnapshotConfiguration(found, in: repository, control: control)
  }
}

extension SnapshotSource {
  /// What a user must know before the snapshot is used, a clause each; empty for a good one with its line in the chain.
  var warnings: [String] {
    let snapshot = found.snapshot
    var warnings: [String] = []
    if !snapshot.isGood {
      warnings.append(
        "snapshot \(snapshot.id) is suspect: \(snapshot.suspicions.joined(separator: "; "))")
    }
    if found.history[snapshot.id] == nil {
      warnings.append(
        "snapshot \(snapshot.id): its line is missing in the chain; cupibulk backup verify --repo "
          + "\(repository.folder.shellWord) says more")
    }
    return warnings
  }

  /// Prints them.
  func warn(on console: Console) {
    for warning in warnings { console.warn(warning.escapedForDisplay) }
  }
}

extension TargetHistory {
  /// When the last snapshot of the chain ended; long ago for an empty chain.
  fileprivate var lastEnded: Date { all.last?.ended ?? .distantPast }
}

extension ConnectingOptions {
  /// True if a snapshot was read from this target: by its id, its name, or its address.
  fileprivate func isMeant(_ other: SnapshotTarget) -> Bool {
    if let id = fences?.id?.text { return id == other.id }
    if let name = fenceCheck?.named?.name, RepositoryAccess.isNamed(other, name) { return true }
    return RepositoryAccess.isNamed(other, target)
  }
}
