import BulkFiles
import PortGroupModel
package import RowLedger
import Synchronization

/// Recognizes files that exports of this ledger have written, by their content (decision 23).
///
/// Values that a server has returned must be accepted, even outside the ranges of the API page. A server of
/// another version may interpret them differently. A file from another source, or an edited file, is not
/// recognized.
package final class KnownExports: Sendable {
  private let ledger: Ledger?
  /// The results by path; empty for a file that is not an export.
  private let found = Mutex<[String: [ExportedFile]]>([:])

  /// Creates an object for the ledger in which exports are recorded; without one, no file is recognized.
  package init(in ledger: Ledger?) { self.ledger = ledger }

  /// The export that wrote the file; `nil` if none is known, and for standard input.
  ///
  /// A file is read only if a known export has its length, and only once.
  func export(thatWrote path: String) async throws(RunStop) -> ExportedFile? {
    try await exports(thatWrote: path).first
  }

  /// All exports that wrote these bytes, the newest first; more than one if servers or times had the same content.
  func exports(thatWrote path: String) async throws(RunStop) -> [ExportedFile] {
    if let known = found.withLock({ $0[path] }) { return known }
    let exports = try await lookUp(path)
    found.withLock { $0[path] = exports }
    return exports
  }

  /// All exports that wrote this content, such as that of standard input after it was read.
  func exports(thatWrote content: ContentDigest) async throws(RunStop) -> [ExportedFile] {
    try await candidates { ledger async throws(LedgerError) in
      try await ledger.exportedFiles(ofContentSize: content.size)
    }
    .filter { $0.sha256 == content.sha256 }
  }

  private func lookUp(_ path: String) async throws(RunStop) -> [ExportedFile] {
    guard path != "-", let size = FileFingerprint.size(of: path) else { return [] }
    let same = try await candidates { ledger async throws(LedgerError) in
      try await ledger.exportedFiles(ofSize: size)
    }
    if !same.isEmpty, let fingerprint = FileFingerprint(of: path) {
      let written = same.filter {
        $0.size == fingerprint.size && $0.checksum == fingerprint.checksum
      }
      if !written.isEmpty { return written }
    }
    // Compressed or decompressed since; a file is read only as far as the largest export goes.
    let isCompressed = path.lowercased().utf8.suffix(3).elementsEqual(".gz".utf8)
    let largest = try await largestExport()
    guard largest > 0, isCompressed || size <= largest else { return [] }
    if !isCompressed {
      let known = try await candidates { ledger async throws(LedgerError) in
        try await ledger.exportedFiles(ofContentSize: size)
      }
      if known.isEmpty { return [] }
    }
    guard let content = ContentDigest(of: path, limit: largest) else { return [] }
    return try await exports(thatWrote: content)
  }

  private func largestExport() async throws(RunStop) -> Int {
    guard let ledger else { return 0 }
    do throws(LedgerError) {
      return try await ledger.largestExport()
    } catch {
      throw .ledger(error)
    }
  }

  private func candidates(
    _ work: (Ledger) async throws(LedgerError) -> [ExportedFile]
  ) async throws(RunStop) -> [ExportedFile] {
    guard let ledger else { return [] }
    do throws(LedgerError) {
      return try await work(ledger)
    } catch {
      throw .ledger(error)
    }
  }

  /// The errors that are only warnings in this file, in addition to those that the user allows.
  func allowed(in path: String) async throws(RunStop) -> Set<DiagnosticCode> {
    try await export(thatWrote: path) == nil ? [] : DiagnosticCode.ofServerValues
  }
}
