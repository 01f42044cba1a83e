// Files that exports have written, to be recognized when they are imported.

internal import SQLStores

/// A file that an export wrote, identified by its content.
package struct ExportedFile: Sendable, Equatable {
  /// The size in bytes.
  package var size: Int
  package var checksum: Int
  /// The checksum of what was written to a pipe, of which none was computed.
  package static let noChecksum = -1
  /// The size in bytes and the SHA-256 digest of the content, decompressed; `nil` in ledgers of earlier versions.
  package var contentSize: Int?
  package var sha256: String?
  /// The server that was exported, as the user named it.
  package var target: String
  /// The server's version; empty if it was not reported.
  package var version: String
  /// The server's own id, or its address if it reports none; `nil` if the file was only just written.
  package var targetIdentity: String?
  /// The name of the server's target, if it had one.
  package var targetName: String?

  package init(size: Int, checksum: Int, target: String, version: String) {
    self.size = size
    self.checksum = checksum
    self.target = target
    self.version = version
  }
}

extension Ledger {
  /// Records what an export has written; the target is that of the run.
  package func record(_ file: ExportedFile, writtenBy run: RunID) async throws(LedgerError) {
    try await write { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      try session.run(
        """
        INSERT INTO exported_files (run, size, checksum, version, content_size, sha256)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        """,
        [
          .integer(number), .integer(file.size), .integer(file.checksum), .text(file.version),
          .integer(file.contentSize), .text(file.sha256),
        ])
    }
  }

  /// The files of that size that exports have written, the newest first.
  package func exportedFiles(ofSize size: Int) async throws(LedgerError) -> [ExportedFile] {
    try await exportedFiles("size = ?1", [.integer(size)])
  }

  /// The files whose content has that size, whether it was compressed or not, the newest first.
  package func exportedFiles(
    ofContentSize size: Int
  ) async throws(LedgerError) -> [ExportedFile] {
    try await exportedFiles("content_size = ?1", [.integer(size)])
  }

  /// The size of the largest content that an export has written, in bytes; 0 if none is known.
  package func largestExport() async throws(LedgerError) -> Int {
    try await read { session in
      try session.integer("SELECT coalesce(max(content_size), 0) FROM exported_files")
    }
  }

  private func exportedFiles(
    _ condition: String, _ values: [SQLValue]
  ) async throws(LedgerError) -> [ExportedFile] {
    try await read { session in
      try session.all(
        """
        SELECT size, checksum, target, version, target_identity, target_name, content_size, sha256
        FROM exported_files JOIN runs USING (run)
        WHERE \(condition) ORDER BY run DESC
        """, values
      ) { row in
        var file = ExportedFile(
          size: row.integer(), checksum: row.integer(), target: row.text(),
          version: row.text())
        file.targetIdentity = row.optionalText()
        file.targetName = row.optionalText()
        file.contentSize = row.optionalInteger()
        file.sha256 = row.optionalText()
        return file
      }
    }
  }
}
