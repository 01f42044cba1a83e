/// The lock of the one writer of a repository; it is released with the object.
final class RepositoryLock: Sendable {
  private let held: any AnyObject & Sendable

  /// - Throws: `RepositoryFault` if another process has it, or if the folder cannot be locked.
  init(_ files: any RepositoryFiles) throws(RepositoryFault) {
    switch files.lock() {
    case .taken(let lock): held = lock
    case .held(let holder, let isOwn):
      throw RepositoryFault(.locked(files.folder, by: holder, isOwn: isOwn))
    case .failed(let reason): throw RepositoryFault(.notLockable(reason))
    }
  }
}

extension RepositoryFiles {
  /// Removes what a writer that was stopped has left; to be called with the lock only.
  func removeTemporaries() throws(FileFault) {
    for entry in try entries(in: RepositoryLayout.temporary) {
      try remove(RepositoryLayout.temporary + "/" + entry.name)
    }
  }
}
