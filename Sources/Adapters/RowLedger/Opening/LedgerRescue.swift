// What becomes of a ledger whose file was deleted or moved while it was open: its content is saved once.

internal import FoundationEssentials
import Glibc
internal import SQLStores
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
  func explain(_ error: any Error, _ save: StoreCopy) -> any Error {
    guard let error = error as? SQLError, error.kind == .moved, !isThrowaway else {
      return error
    }
    return state.withLock { state in
      if let said = state.said { return said }
      let said = rescue(save, after: error, run: state.run)
      state.said = said
      return said
    }
  }

  private func rescue(
    _ save: StoreCopy, after error: SQLError, run: RunID?
  ) -> LedgerError {
    let message = "the ledger \(path) was changed from outside: \(error.message)"
    var reason = "its folder is gone"
    let folders: [String?] = [URL(filePath: path).deletingLastPathComponent().path, spareFolder]
    for folder in folders.compactMap(\.self) {
      do throws(SQLError) {
        let saved = try RescueFile.make(in: folder, run)
        try save(saved)
        return LedgerError(
          .moved, "\(message); its content was saved in \(saved)", hint: "", savedCopy: saved)
      } catch {
        reason = error.reason
      }
    }
    return LedgerError(
      .moved, "\(message); its content could not be saved (\(reason))",
      hint: "look at the server before you import the rows again")
  }
}

/// The file that a ledger is saved into.
private enum RescueFile {
  /// Makes an empty file for its owner alone, under a name that is not taken.
  static func make(in folder: String, _ run: RunID?) throws(SQLError) -> String {
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
    let reason = errno
    throw SQLError(kind: .cannotOpen, systemError: reason, message: SystemReason.text(reason))
  }
}
