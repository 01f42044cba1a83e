internal import FoundationEssentials
import Glibc
internal import SQLStores
internal import Synchronization
internal import Bytes

/// Saves the content of an open ledger if its file was deleted, moved or replaced, and reports where.
///
/// The open file still has all records, but it is lost when this process ends.
final class LedgerRescue: Sendable {
  private struct State {
    var run: RunID?
    /// The error of the first attempt, which later callers get too.
    var reported: LedgerError?
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

  /// Records which run this process works on: the saved file is named after it.
  func note(_ run: RunID) { state.withLock { $0.run = run } }

  /// Turns the error of kind `moved` into one that says where the content was saved; others stay.
  func explain(_ error: any Error, _ save: StoreCopy) -> any Error {
    guard let error = error as? SQLError, error.kind == .moved, !isThrowaway else {
      return error
    }
    return state.withLock { state in
      if let reported = state.reported { return reported }
      let reported = rescue(save, after: error, run: state.run)
      state.reported = reported
      return reported
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
  /// Creates an empty file with mode 0600 under an unused name.
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
