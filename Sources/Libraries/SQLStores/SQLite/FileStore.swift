internal import Bytes
internal import FoundationEssentials
internal import Glibc

/// A database in a file of this machine, which several processes may share.
///
/// Writes share commits on a separate thread (``GroupCommitQueue``). Reads run on the calling thread, because
/// passing a short query to another thread costs more than the query.
package final class FileStore: SQLStore {
  private let path: String
  private let writer: GroupCommitQueue
  private let readers: ReaderPool

  /// Opens the file, which is created where it does not exist, and brings it to the schema.
  ///
  /// - Parameters:
  ///   - path: The file; its folder must exist.
  ///   - options: What the store is.
  /// - Throws: `SQLError`, and what a conversion of the schema or the cleaning throws.
  package init(_ path: String, _ options: StoreOptions) throws {
    self.path = path
    let database = try Database(
      .file(path), options: DatabaseOptions(durable: options.durable))
    try database.adopt(options.schema)
    if try options.needsCleaning(database) {
      while try database.transaction({ try options.clean(database) }) {}
    }
    let file = database.file
    writer = GroupCommitQueue(database, fence: options.fence) { error, database in
      options.explain(error) { path throws(SQLError) in try database.save(to: path) }
    }
    readers = try ReaderPool(path, file)
  }

  /// Opens stores in files.
  package static let opener: StoreOpener = { path, options in try FileStore(path, options) }

  package func submit<Value: Sendable>(
    _ work: @escaping @Sendable (any SQLSession) throws -> Value
  ) -> PendingWrite<Value> {
    writer.submit { database in try work(database) }
  }

  package func read<Value: Sendable>(
    _ work: @Sendable (any SQLSession) throws -> Value
  ) async throws -> Value {
    do {
      return try await readers.read(work)
    } catch let error as SQLError where error.kind == .moved {
      throw writer.explained(error)
    }
  }

  /// Rewrites the file without unused space (`VACUUM`); other writers must wait meanwhile.
  package func compact() throws -> Bool {
    do throws(SQLError) {
      let database = try Database(.file(path))
      try database.execute("VACUUM")
      // The content of the log is copied to the file. The log itself is removed with the last connection. If
      // it were truncated while others have it open, they would take it for damaged (`OpenFiles`).
      try database.execute("PRAGMA wal_checkpoint(FULL)")
      return true
    } catch {
      guard error.kind == .busy || error.kind == .full else { throw error }
      return false
    }
  }

  // MARK: Files

  /// The command that shows what is damaged in a file.
  package static let integrityCheck = "sqlite3 -readonly FILE 'PRAGMA integrity_check'"

  /// The file of a store, and the other files that belong to it while it is open or after a crash.
  package static func files(of path: String) -> [String] {
    [path] + ["-wal", "-shm", "-journal"].map { path + $0 }
  }

  /// Copies the current content of a store to a new file; others may write to the store meanwhile.
  package static func copy(_ path: String, to copy: String) throws(SQLError) {
    try Database(.file(path)).run("VACUUM INTO ?1", [.text(copy)])
  }

  /// Copies only the files, for a store on a read-only disk.
  ///
  /// If another process is writing, the last commits may be missing.
  ///
  /// - Throws: `SQLError` of kind `cannotOpen`.
  package static func copyFiles(_ path: String, to copy: String) throws(SQLError) {
    // The log contains the commits that are not in the file yet; its index is recreated.
    for part in ["", "-wal"] where FileIdentity(at: path + part) != nil {
      do {
        try FileManager.default.copyItem(atPath: path + part, toPath: copy + part)
      } catch {
        let cause = unsafe (error as? CocoaError)?.userInfo["NSUnderlyingError"] as? POSIXError
        throw SQLError(
          kind: .cannotOpen, systemError: cause?.code.rawValue ?? 0, message: "\(error)")
      }
    }
  }
}

extension Database {
  /// Copies the database to an existing empty file (`VACUUM INTO`), and flushes it to the disk.
  ///
  /// If that fails, the file is removed.
  func save(to path: String) throws(SQLError) {
    do throws(SQLError) {
      // This allows a connection for reading to write another file.
      try execute("PRAGMA query_only = OFF")
      try run("VACUUM INTO ?1", [.text(path)])
      for place in [path, URL(filePath: path).deletingLastPathComponent().path] {
        let opened = unsafe open(place, O_RDONLY | O_CLOEXEC)
        let isSafe = opened >= 0 && fsync(opened) == 0
        let reason = errno
        if opened >= 0 { close(opened) }
        guard isSafe else {
          throw SQLError(
            kind: .cannotOpen, systemError: reason, message: SystemReason.text(reason))
        }
      }
    } catch {
      _ = unsafe unlink(path)
      throw error
    }
  }
}
