// A store in one file: SQLite, with one connection that writes and a few that read.

internal import Bytes
internal import FoundationEssentials
internal import Glibc

/// A database in a file of this machine, shared with other processes of it.
///
/// Writes share commits on a thread of their own (``GroupCommitQueue``). Reads run where they are called: to hand a
/// short query to another thread costs more than the query.
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

  /// Writes the file anew without its gaps (`VACUUM`), which keeps other writers out meanwhile.
  package func compact() throws -> Bool {
    do throws(SQLError) {
      let database = try Database(.file(path))
      try database.execute("VACUUM")
      // What the log holds goes into the file. The log itself goes with its last connection: cut short while
      // others have it open, it would be as if it had been damaged from outside (`OpenFiles`).
      try database.execute("PRAGMA wal_checkpoint(FULL)")
      return true
    } catch {
      guard error.kind == .busy || error.kind == .full else { throw error }
      return false
    }
  }

  // MARK: Files

  /// The file of a store, and those beside it that belong to it while it is open or after a crash.
  package static func files(of path: String) -> [String] {
    [path] + ["-wal", "-shm", "-journal"].map { path + $0 }
  }

  /// Copies what a store holds at this moment into a new file; others may write to it meanwhile.
  package static func copy(_ path: String, to copy: String) throws(SQLError) {
    try Database(.file(path)).run("VACUUM INTO ?1", [.text(copy)])
  }

  /// Copies the files alone, for a store on a disk that takes no writing.
  ///
  /// While another process writes, what was committed last may be missing.
  ///
  /// - Throws: `SQLError` of kind `cannotOpen`.
  package static func copyFiles(_ path: String, to copy: String) throws(SQLError) {
    // The log holds what the file lacks; its index is made anew.
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
  /// Copies the database into an empty file that exists (`VACUUM INTO`), and has it on the disk.
  ///
  /// A file that cannot be filled is removed.
  func save(to path: String) throws(SQLError) {
    do throws(SQLError) {
      // A connection that only reads may write to another file.
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
