// The ledger's migrations are released: the text of each stays as it is, comments too.

import SQLiteStore
import Testing

@testable import RowLedger

@Suite struct SchemaTests {
  /// FNV-1a of each migration's script, in 64 bits: ledgers in the field are compared with these texts.
  private static let released: [(name: String, sum: UInt64)] = [
    ("runs and rows", 0x4C26C64BB3ADD199),
    ("verified targets", 0x155AE560BF083D1A),
    ("times of groups and waits", 0x10D57B7CE0ACEF57),
    ("exported files", 0x445CF6656543DEB0),
    ("moments and namespaces", 0x403B83965894434),
    ("attempts", 0x1D268E2D8C07B8E8),
  ]

  private static func sum(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  @Test func `a migration that is released is never changed`() {
    let found = LedgerSchema.schema.migrations.map { ($0.name, Self.sum($0.sql)) }
    #expect(found.map(\.0) == Self.released.map(\.name))
    #expect(found.map(\.1) == Self.released.map(\.sum))
  }
}
