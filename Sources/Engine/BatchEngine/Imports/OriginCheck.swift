import RowLedger
import UnityConnection

/// Warns if a file was exported from a server of another version than the target.
///
/// CSV has no place for the version, and a file with it would differ after each upgrade. The ledger
/// therefore records the files that exports have written.
struct OriginCheck {
  /// The paths as the user named them.
  let files: [String]
  let exports: KnownExports
  let report: @Sendable (RunEvent) -> Void

  /// Requests the target's version only if a file is recognized.
  func check(by client: PacedClient) async throws(RunStop) {
    var found: [(path: String, export: ExportedFile)] = []
    for path in files {
      if let export = try await exports.export(thatWrote: path) { found.append((path, export)) }
    }
    guard found.contains(where: { !$0.export.version.isEmpty }),
      let version = try await client.version()
    else { return }
    for (path, export) in found where !export.version.isEmpty && export.version != version {
      report(
        .remark(
          "\(path) was exported from \(export.target) with version \(export.version), and the target "
            + "has version \(version): a field may mean something else there"))
    }
  }
}
