package import FoundationEssentials

/// What a user types for one snapshot.
package enum SnapshotReference: Sendable, Equatable {
  /// The newest good one.
  case latest
  /// The newest good one that ended by then; `text` is what was typed.
  case endedBy(Date, text: String)
  /// The one whose name begins so.
  case beginning(String)
}

/// A snapshot with the history of its target.
package struct FoundSnapshot: Sendable {
  package let snapshot: Snapshot
  package let history: TargetHistory

  package init(snapshot: Snapshot, history: TargetHistory) {
    self.snapshot = snapshot
    self.history = history
  }
}

extension [TargetHistory] {
  /// Finds the snapshot that a reference means.
  ///
  /// - Parameters:
  ///   - reference: A name is looked for among the snapshots of all targets, also in the trash.
  ///   - title: How the user named the target.
  ///   - isMeant: Whether `latest` and dates mean this target; `nil` if the user has named none.
  /// - Returns: The snapshot and its target.
  /// - Throws: `RepositoryFault.reference` if there is none, or if several are meant.
  package func snapshot(
    _ reference: SnapshotReference, ofTarget title: String? = nil,
    where isMeant: ((SnapshotTarget) -> Bool)? = nil
  ) throws(RepositoryFault) -> FoundSnapshot {
    func fault(_ cause: ReferenceFault) -> RepositoryFault { RepositoryFault(.reference(cause)) }
    if case .beginning(let name) = reference {
      let found = flatMap { history in
        (history.all + history.strays).filter { $0.id.text.utf8.starts(with: name.utf8) }.map {
          FoundSnapshot(snapshot: $0, history: history)
        }
      }
      let live = found.filter { !$0.snapshot.isForgotten }
      switch (live.isEmpty ? found : live).count {
      case 0: throw fault(.unknown(name))
      case 1: return (live.isEmpty ? found : live)[0]
      default: throw fault(.ambiguous(name, count: live.isEmpty ? found.count : live.count))
      }
    }
    let history = try history(ofTarget: title, where: isMeant)
    switch reference {
    case .endedBy(let moment, let text):
      let good = history.snapshots.last { $0.isGood && $0.ended <= moment }
      guard !history.isUncertain(after: good) else {
        throw fault(.uncertain(target: history.title))
      }
      guard let good else { throw fault(.noGoodBefore(target: history.title, text)) }
      return FoundSnapshot(snapshot: good, history: history)
    default:
      let good = history.lastGood
      guard !history.isUncertain(after: good) else {
        throw fault(.uncertain(target: history.title))
      }
      guard let good else { throw fault(.noGood(target: history.title)) }
      return FoundSnapshot(snapshot: good, history: history)
    }
  }

  /// The history of a target, or of the only one that there is.
  package func history(
    ofTarget title: String?, where isMeant: ((SnapshotTarget) -> Bool)?
  ) throws(RepositoryFault) -> TargetHistory {
    func fault(_ cause: ReferenceFault) -> RepositoryFault { RepositoryFault(.reference(cause)) }
    let known = filter(\.isKnown)
    guard !known.isEmpty else { throw fault(.empty) }
    if let isMeant {
      let meant = known.filter { history in history.target.map(isMeant) ?? false }
      if meant.count == 1 { return meant[0] }
      guard meant.isEmpty else { throw fault(.severalTargets(meant.map(\.title))) }
      throw fault(.noSuchTarget(title ?? "", known.map(\.title)))
    }
    guard known.count == 1 else { throw fault(.severalTargets(known.map(\.title))) }
    return known[0]
  }
}
