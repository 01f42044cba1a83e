// The texts of released migrations never change, including their comments.

import SQLStores
import Testing

@testable import RowLedger

@Suite struct SchemaTests {
  /// The 64-bit FNV-1a hash of each migration's script: existing ledgers are compared with these texts.
  private static let released: [(name: String, sum: UInt64)] = [
    ("runs and rows", 0x4C26C64BB3ADD199),
    ("verified targets", 0x155AE560BF083D1A),
    ("times of groups and waits", 0x10D57B7CE0ACEF57),
    ("exported files", 0x445CF6656543DEB0),
    ("moments and namespaces", 0x403B83965894434),
    ("attempts", 0x1D268E2D8C07B8E8),
    ("origins and rechecks", 0x9AF36341AC33FDEC),
    ("work lists", 0x77DA7839E5B2CC4E),
    ("order keys", 0xAFF0AF4409BBC69A),
    ("exports as rows", 0xBF15AED0FE47C7B8),
    ("sessions and inputs", 0x706B3E6ED2D45FD7),
    ("agreed plans", 0xADD4F3FE9FE5F557),
    ("content digests", 0x4DF77D5AB14F406D),
    ("plan files", 0x451B3D34E20E81D4),
  ]

  private static func sum(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  @Test func `a released migration is never changed`() {
    let found = LedgerSchema.schema(LedgerFixture.ownerState).migrations.map {
      ($0.name, Self.sum($0.sql))
    }
    #expect(found.map(\.0) == Self.released.map(\.name))
    #expect(found.map(\.1) == Self.released.map(\.sum))
  }

  @Test func `missing values in a ledger of an earlier version are computed from its rows`() throws
  {
    let database = try Database(.memory)
    let migrations = LedgerSchema.schema(LedgerFixture.ownerState).migrations
    let earlier = Schema(
      applicationID: LedgerSchema.applicationID, migrations: Array(migrations.prefix(6)))
    try database.adopt(earlier)
    try database.execute(
      """
      INSERT INTO runs (run, name, kind, source, target, options, tool_version, owner_pid,
        owner_start, started)
      SELECT value, 'run ' || value, 'import', '', '', '', '', 0, '', ''
      FROM json_each('[1, 2, 3]');
      INSERT INTO rows (row, run, file, record, line, state, fields, origin, raw) VALUES
        (3 << 32 | 1, 3, 0, 1, 1, 'pending', 'Port=1', 2 << 32 | 7, ''),
        (3 << 32 | 2, 3, 0, 1, 1, 'pending', 'SkinnyStateMachineEnum=1', 2 << 32 | 8, ''),
        (3 << 32 | 3, 3, 0, 1, 1, 'invalid', NULL, 1 << 32 | 1, '');
      """)
    try database.adopt(LedgerSchema.schema(LedgerFixture.ownerState))
    let origins = try database.all("SELECT run, earlier FROM origins ORDER BY earlier") { row in
      [row.integer(), row.integer()]
    }
    #expect(origins == [[3, 1], [3, 2]])
    let rechecks = try database.all("SELECT needs_recheck FROM rows ORDER BY row") { row in
      row.integer()
    }
    #expect(rechecks == [0, 1, 0])
  }
}
