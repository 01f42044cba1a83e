import PortGroupModel

/// What a restore may do, and in which part of the source and the target; the same on each resume.
package struct RestoreTerms: Sendable, Equatable, Codable {
  /// What to do with groups of the source that the target lacks.
  package enum MissingGroups: String, Sendable, CaseIterable, Codable {
    /// Send nothing.
    case refuse
    /// Restore the others.
    case skip
  }

  /// True if servers that the source lacks are deleted.
  package var isExact = false
  /// True if a server with a field that cannot be emptied is deleted and created.
  package var replaces = false
  package var missingGroups = MissingGroups.refuse
  /// True if the source may come from another target.
  package var allowsOtherTarget = false
  /// Numbers of the services that are restored; empty for all.
  package var onlyServices: [Int] = []
  /// True for a run that tries the failed rows of another restore again.
  var isRetry = false

  package init() {}

  /// The services whose servers may be deleted.
  var deletable: Set<RemoteService> {
    let services = Set(RemoteService.restorable)
    return onlyServices.isEmpty ? services : services.filter { onlyServices.contains($0.rawValue) }
  }

  /// True if servers with these fields are restored.
  func includes(_ server: FieldValues) -> Bool {
    onlyServices.isEmpty || server.service.map { onlyServices.contains($0.rawValue) } ?? false
  }
}
