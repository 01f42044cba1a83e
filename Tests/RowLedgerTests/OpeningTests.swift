// Ledgers that can be opened and ledgers that cannot, each with its whole error message.

import Foundation
import RowLedger
import SQLStores
import TestSupport
import Testing

@Suite struct OpeningTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("ledger.sqlite")
  }

  private func refusal(_ path: String) -> LedgerError? {
    #expect(throws: LedgerError.self) { try Ledger.open(.file(path)) }
  }

  @Test func `a text file is not a ledger`() throws {
    try folder.write(String(repeating: "Port,Host\n", count: 90), to: "ledger.sqlite")
    #expect(refusal(path)?.kind == .notALedger)
    #expect(
      refusal(path)?.description
        == "the file \(path) is not a ledger of cupibulk")
    #expect(try folder.read("ledger.sqlite").hasPrefix("Port,Host"))
  }

  @Test func `a database of another program is not a ledger`() throws {
    try Database(.file(path)).execute("CREATE TABLE theirs (a)")
    #expect(refusal(path)?.kind == .notALedger)
  }

  @Test func `a ledger of a newer version is refused`() throws {
    _ = try Ledger.open(.file(path))
    try Database(.file(path)).execute("INSERT INTO migrations (name) VALUES ('of 2031')")
    #expect(refusal(path)?.kind == .newerVersion)
    #expect(
      refusal(path)?.description == "the ledger \(path) was written by another version of "
        + "cupibulk; update cupibulk")
  }

  @Test func `a damaged ledger is reported as such`() throws {
    _ = try Ledger.open(.file(path))
    try Database(.file(path)).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    try file.seek(toOffset: 100)
    try file.write(contentsOf: Data(repeating: 0xAA, count: 3000))
    try file.close()
    #expect(refusal(path)?.kind == .damaged)
    #expect(
      refusal(path)?.description
        == "the ledger \(path) is damaged (database disk image is malformed); "
        + "check the disk, then try again; if the error remains, sqlite3 -readonly FILE 'PRAGMA integrity_check' shows what is "
        + "damaged. Then restore a copy, and keep this file: open runs can only be resumed from it")
  }

  @Test(arguments: [
    ("missing/ledger.sqlite", "No such file or directory"), (".", "Is a directory"),
  ])
  func `a path where no file can be created gives an error with the cause`(
    name: String, reason: String
  ) {
    let path = folder.path(name)
    #expect(refusal(path)?.kind == .cannotOpen)
    #expect(
      refusal(path)?.description == "the ledger \(path) cannot be opened (\(reason)); "
        + "check the path and its permissions")
  }

  @Test(arguments: [
    (
      SQLError.Kind.busy, LedgerError.Kind.locked,
      "the ledger L is locked by another process; "
        + "wait until that process has ended"
    ),
    (
      .full, .diskFull,
      "the disk is full, so that the ledger L cannot grow; "
        + "make room, then continue; what was recorded before is safe"
    ),
    (
      .readOnly, .cannotOpen,
      "the ledger L cannot be written; "
        + "check the permissions of the file and its folder"
    ),
  ])
  func `an error of the store becomes an error of the ledger`(
    kind: SQLError.Kind, expected: LedgerError.Kind, text: String
  ) {
    let error = LedgerError(SQLError(kind: kind, message: "x"), in: "L")
    #expect(error.kind == expected)
    #expect(error.description == text)
  }

  @Test func `a throw-away ledger works and leaves no files`() async throws {
    let path = try await {
      let ledger = try Ledger.open(.throwaway)
      let run = try await ledger.beginStaging(LedgerFixture.opening())
      _ = try await ledger.finishStaging(run)
      #expect(try await ledger.runs().map(\.id) == [run])
      #expect(FileManager.default.fileExists(atPath: ledger.path))
      return ledger.path
    }()
    let folder = URL(filePath: path).deletingLastPathComponent().path
    #expect(!FileManager.default.fileExists(atPath: folder))
  }

  @Test func `the next throw-away ledger removes the folder of an earlier one unless it is in use`()
    throws
  {
    let base = URL(filePath: try Ledger.open(.throwaway).path)
      .deletingLastPathComponent().deletingLastPathComponent().path
    let names = ["dead42", "used42", "notes"].map { base + "/cupibulk-throwaway-" + $0 }
    for name in names {
      try FileManager.default.createDirectory(atPath: name, withIntermediateDirectories: true)
    }
    // As for a process of another container, of which nothing else is visible.
    let lock = unsafe open(names[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    flock(lock, LOCK_EX)
    _ = try Ledger.open(.throwaway)
    #expect(names.map(FileManager.default.fileExists) == [false, true, true])
    // Also where another test has just started a process, which has the descriptor for an instant.
    flock(lock, LOCK_UN)
    close(lock)
    _ = try Ledger.open(.throwaway)
    #expect(names.map(FileManager.default.fileExists) == [false, false, true])
    try FileManager.default.removeItem(atPath: names[2])
  }
}
