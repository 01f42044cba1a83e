// The files that an import has read, identified by the bytes that were read.

internal import SQLStores

/// An input file of a run.
package struct RunInput: Sendable, Equatable {
  /// As the user named it; `-` for standard input.
  package var name: String
  /// The size in bytes, as the file is on the disk; `nil` if it was not read to its end.
  package var size: Int?
  /// The SHA-256 digest of these bytes in hexadecimal digits; `nil` if it was not read to its end.
  package var sha256: String?

  package init(name: String, size: Int? = nil, sha256: String? = nil) {
    self.name = name
    self.size = size
    self.sha256 = sha256
  }
}

extension Ledger {
  /// Records an input file; the record is kept if the run is abandoned.
  package func add(_ input: RunInput, to run: RunID) async throws(LedgerError) {
    try await write { [path] session in
      let number = try Ledger.number(of: run, in: session, path)
      try session.run(
        """
        INSERT INTO inputs (run, input, name, size, sha256)
        SELECT ?1, coalesce(max(input), 0) + 1, ?2, ?3, ?4 FROM inputs WHERE run = ?1
        """,
        [.integer(number), .text(input.name), .integer(input.size), .text(input.sha256)])
    }
  }

  /// The number of rows of each file of a run, by the file's name.
  package func rowCounts(of run: RunID) async throws(LedgerError) -> [String: Int] {
    let number = try await number(of: run)
    let counts = try await read { session in
      try session.all(
        """
        SELECT files.name, count(*) FROM rows
        JOIN files ON files.run = rows.run AND files.file = rows.file
        WHERE rows.run = ?1 GROUP BY files.name
        """, [.integer(number)]
      ) { row in (row.text(), row.integer()) }
    }
    return Dictionary(counts) { $0 + $1 }
  }

  /// The input files of a run, in the order of reading; none for a run of an earlier version.
  package func inputs(of run: RunID) async throws(LedgerError) -> [RunInput] {
    let number = try await number(of: run)
    return try await read { session in
      try session.all(
        "SELECT name, size, sha256 FROM inputs WHERE run = ?1 ORDER BY input", [.integer(number)]
      ) { row in
        RunInput(name: row.text(), size: row.optionalInteger(), sha256: row.optionalText())
      }
    }
  }
}
