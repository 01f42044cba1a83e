// One run at a time pushes to a target.

import BatchEngine

/// A lock on a target, held while this value lives, in every folder where targets are locked.
final class TargetLock: Sendable {
  /// What came of an attempt to take a lock.
  enum Attempt {
    case taken(TargetLock)
    /// Another run has it: who, in parentheses after a space, or nothing where that is not known.
    case held(by: String)
    /// Why it can never be taken, as a clause with what to do.
    case failed(String)
  }

  private let files: [LockFile]

  private init(_ files: [LockFile]) { self.files = files }

  /// Takes the lock, or says that another run has it.
  ///
  /// - Parameters:
  ///   - identity: What distinguishes targets: host and port, a sandbox's file, or a server's own id.
  ///   - folders: Where to lock; the state folder must exist.
  /// - Returns: What came of it.
  static func take(_ identity: String, in folders: LockFolders) -> Attempt {
    var taken: [LockFile] = []
    for (path, isShared) in folders.files(identity) {
      switch LockFile.take(path, isShared: isShared) {
      case .taken(let file): taken.append(file)
      case .held(let holder): return .held(by: holder)
      case .failed(let reason): return .failed(reason)
      }
    }
    return .taken(TargetLock(taken))
  }

  /// Who has the lock now, in parentheses after a space; nil if nobody has.
  static func holder(of identity: String, in folders: LockFolders) -> String? {
    folders.files(identity).lazy.compactMap { LockFile.holder(of: $0.path) }.first
  }
}
