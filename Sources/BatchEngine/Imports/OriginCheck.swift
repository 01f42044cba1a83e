import BulkFiles
import PortGroupModel
import RowLedger
import UnityConnection

/// Warns where a file was exported from a server of another version than the target has.
///
/// CSV has no place for the version, and a file with it would differ after each upgrade; so the ledger knows
/// what its exports have written (decision 23). A file from elsewhere, or one that was edited, is not
/// recognised.
struct OriginCheck {
  /// Paths as the user named them; `-` is standard input, of which nothing is known.
  let files: [String]
  let ledger: Ledger
  let report: @Sendable (RunEvent) -> Void

  /// Asks for the target's version only where a file is recognised.
  func check(by courier: Courier) async throws(RunStop) {
    var found: [(path: String, export: ExportedFile)] = []
    for path in files where path != "-" {
      if let export = try export(thatWrote: path) { found.append((path, export)) }
    }
    guard !found.isEmpty, let version = try await courier.version() else { return }
    for (path, export) in found where export.version != version {
      report(
        .remark(
          "\(path) was exported from \(export.target) with version \(export.version), and the target "
            + "has version \(version): a field may mean something else there"))
    }
  }

  /// Nothing is read of a file whose length is that of no export.
  private func export(thatWrote path: String) throws(RunStop) -> ExportedFile? {
    guard let size = FileMark.size(of: path) else { return nil }
    let candidates = try booked { () throws(LedgerError) in try ledger.exportedFiles(ofSize: size) }
    guard !candidates.isEmpty, let mark = FileMark(of: path) else { return nil }
    return candidates.first { $0.size == mark.size && $0.checksum == mark.checksum }
  }
}
