/// Why a repository cannot be used as was asked.
package struct RepositoryFault: Error, Sendable, Equatable {
  package enum Cause: Sendable, Equatable {
    /// The folder has no repository.
    case noRepository(String)
    /// The folder has other files.
    case notEmpty(String)
    /// Its settings cannot be read, or a byte of them was changed.
    case damagedSettings(String)
    /// A newer program has made it.
    case newerFormat(String, Int)
    /// It is a copy, which has no events of its own.
    case isCopy(String)
    /// Another writer is at work: its process, in parentheses after a space, and whether it is this process.
    case locked(String, by: String, isOwn: Bool)
    /// The lock cannot be taken: why, as a clause.
    case notLockable(String)
    case file(FileFault)
    /// Other bytes were read than had been written.
    case readBack(String)
    /// The manifest of a snapshot is missing; its path.
    case manifestMissing(String)
    /// The manifest of a snapshot is not that of its chain; its path.
    case manifestDamaged(String)
    /// The object of a snapshot is neither among the objects nor in the trash.
    case objectMissing(String)
    /// The object has other bytes than its name says.
    case objectDamaged(String)
    /// The chain of a target has a broken line, so that it is not known what may be forgotten; path and line.
    case chainBroken(String, line: Int)
    /// The other repository has lines that this one lacks; its chain.
    case notACopy(String)
    /// The other repository is another one.
    case otherRepository(String)
    case reference(ReferenceFault)
  }

  package let cause: Cause

  package init(_ cause: Cause) { self.cause = cause }

  init(_ fault: FileFault) { cause = .file(fault) }
}

/// Why a word does not name one snapshot.
package enum ReferenceFault: Sendable, Equatable {
  /// No snapshot has this name, or begins so.
  case unknown(String)
  /// Several begin so.
  case ambiguous(String, count: Int)
  /// The target has no good snapshot.
  case noGood(target: String)
  /// Lines of the target's chain are missing or damaged, which may be those of a later good snapshot.
  case uncertain(target: String)
  /// The target has no good snapshot that ended by then.
  case noGoodBefore(target: String, String)
  /// The repository has snapshots of several targets, and it is not known which is meant; their titles.
  case severalTargets([String])
  /// The repository has no snapshot of a target; its titles.
  case noSuchTarget(String, [String])
  /// The repository has no snapshot at all.
  case empty
}
