// What becomes of a ledger whose file was deleted or moved while it was open: its content is saved once.

internal import FoundationEssentials
import Glibc
internal import SQLiteStore
internal import Synchronization
internal import Bytes

/// Saves what an open ledger holds when its file at the path is another one, or none, and says where.
///
/// The open file still has all that was recorded, and nobody could find it again once this process ends.
final class LedgerRescue: Sendable {
  private struct State {
    var run: RunID?
    /// Said again to whoever asks later.
    var said: LedgerError?
  }

  private let path: String
  private let spareFolder: String?
  private let isThrowaway: Bool
  private let state = Mutex(State())

  init(_ path: String, spareFolder: String?, isThrowaway: Bool) {
    self.path = path
    self.spareFolder = spareFolder
    self.isThrowaway = isThrowaway
  }

  /// Remembers which run this process works on: the saved file is named after it.
  func note(_ run: RunID) { state.withLock { $0.run = run } }

  /// Turns the error of kind `moved` into one that says where the content was saved; others stay.
  func explain(_ error: any Error, _ database: Database) -> any Error {
    guard let error = error as? SQLiteError, error.kind == .moved, !isThrowaway else {
      return error
    }
    return state.withLock { state in
      if let said = state.said { return said }
      let said = save(database, after: error, run: state.run)
      state.said = said
      return said
    }
  }

  private func save(
    _ database: Database, after error: SQLiteError, run: RunID?
  ) -> LedgerError {
    let message = "the ledger \(path) was changed from outside: \(error.message)"
    var reason = "its folder is gone"
    let folders: [String?] = [URL(filePath: path).deletingLastPathComponent().path, spareFolder]
    for folder in folders.compactMap(\.self) {
      do throws(SQLiteError) {
        let saved = try RescueFile.make(in: folder, run)
        try RescueFile.fill(saved, from: database)
        return LedgerError(
          .moved, "\(message); what it holds was saved in \(saved)",
          hint: "continue from there with: cupibulk resume --ledger \(saved)")
      } catch {
        reason = error.reason
      }
    }
    return LedgerError(
      .moved, "\(message); what it holds could not be saved (\(reason))",
      hint: "look at the server before you import the rows again")
  }
}

/// The file that a ledger is saved into.
private enum RescueFile {
  /// Makes an empty file for its owner alone, under a name that is not taken.
  static func make(in folder: String, _ run: RunID?) throws(SQLiteError) -> String {
    let name = folder + "/ledger-saved-" + (run?.text ?? "\(getpid())")
    for number in 1...1000 {
      let path = name + (number == 1 ? "" : "-\(number)") + ".sqlite"
      let opened = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      if opened >= 0 {
        close(opened)
        return path
      }
      guard errno == EEXIST else { break }
    }
    throw failure(errno)
  }

  /// Copies the database into the file (`VACUUM INTO`), and has it on the disk; a file that fails is removed.
  static func fill(_ path: String, from database: Database) throws(SQLiteError) {
    do throws(SQLiteError) {
      // A connection that only reads may write to another file.
      try database.execute("PRAGMA query_only = OFF")
      try database.run("VACUUM INTO ?1", [.text(path)])
      for place in [path, URL(filePath: path).deletingLastPathComponent().path] {
        let opened = unsafe open(place, O_RDONLY | O_CLOEXEC)
        let isSafe = opened >= 0 && fsync(opened) == 0
        let reason = errno
        if opened >= 0 { close(opened) }
        guard isSafe else { throw failure(reason) }
      }
    } catch {
      _ = unsafe unlink(path)
      throw error
    }
  }

  private static func failure(_ reason: Int32) -> SQLiteError {
    SQLiteError(
      kind: .cannotOpen, systemError: reason, message: SystemReason.text(reason))
  }
}
