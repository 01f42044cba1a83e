internal import LockFiles

/// Lock files that are held while this object exists.
final class FileLocks: TargetLock {
  private let files: [LockFile]

  private init(_ files: [LockFile]) { self.files = files }

  /// Locks the target, or reports that another run has locked it.
  static func take(_ name: String, in folders: LockFolders) -> TargetLocking {
    var taken: [LockFile] = []
    for (path, isShared) in folders.files(name) {
      switch LockFile.take(path, for: isShared ? .everyone : .owner) {
      case .taken(let file): taken.append(file)
      case .held(let holder): return .held(by: holder)
      case .failed(let reason): return .failed(reason)
      }
    }
    return .taken(FileLocks(taken))
  }

  static func holder(of name: String, in folders: LockFolders) -> String? {
    folders.files(name).lazy.compactMap { LockFile.holder(of: $0.path) }.first
  }
}
