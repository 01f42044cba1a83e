// A ledger whose file disappears while it is open: its content is saved.

import Foundation
import PortGroupModel
import RowLedger
import TestSupport
import Testing

@Suite struct VanishingTests {
  private let folder: TemporaryFolder
  private let spare: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    spare = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path("books"), withIntermediateDirectories: false)
    path = folder.path("books/ledger.sqlite")
  }

  /// A ledger with one run of two rows, its own environment and a spare folder.
  private func filled() async throws -> (ledger: Ledger, run: RunID) {
    var environment = LedgerFixture.environment()
    environment.spareFolder = spare.path
    let ledger = try Ledger.open(.file(path), environment: environment)
    let run = try await ledger.beginStaging(LedgerFixture.opening())
    let file = try await ledger.addFile("a.csv", to: run)
    let rows = ["a", "b"].enumerated().map { index, host in
      StagedRow(
        file: file, record: index + 1, line: index + 2, row: LedgerFixture.row(host), raw: host)
    }
    try await ledger.stage(rows, in: run)
    _ = try await ledger.finishStaging(run)
    return (ledger, run)
  }

  private func failure(_ ledger: Ledger, _ run: RunID) async -> LedgerError? {
    await #expect(throws: LedgerError.self) {
      try await ledger.end(run, RunEnding(.done), exitCode: 0)
    }
  }

  @Test(arguments: ["", "-wal", "-shm"])
  func `the run stops, and its rows are saved in a file next to the ledger`(suffix: String)
    async throws
  {
    let (ledger, run) = try await filled()
    try FileManager.default.removeItem(atPath: path + suffix)
    try folder.write("taken", to: "books/ledger-saved-\(run).sqlite")
    let saved = folder.path("books/ledger-saved-\(run)-2.sqlite")
    for _ in 1...2 {
      let error = await failure(ledger, run)
      #expect(error?.kind == .moved)
      #expect(
        error?.description
          == "the ledger \(path) was changed from outside: the file \(path)\(suffix) was deleted, "
          + "moved or replaced; its content was saved in \(saved)")
      #expect(error?.savedCopy == saved)
    }
    let mode = try FileManager.default.attributesOfItem(atPath: saved)[.posixPermissions]
    #expect(mode as? Int == 0o600)
    let copy = try Ledger.open(.file(saved))
    #expect(try await copy.runs().map(\.id) == [run])
    #expect(try await copy.rows(of: run).all().count == 2)
    #expect(try await copy.run(run).ended == nil)
    #expect(try folder.read("books/ledger-saved-\(run).sqlite") == "taken")
  }

  @Test func `without its folder the ledger is saved in the spare folder, if there is one`()
    async throws
  {
    let (ledger, run) = try await filled()
    try FileManager.default.removeItem(atPath: folder.path("books"))
    let saved = spare.path("ledger-saved-\(run).sqlite")
    #expect(await failure(ledger, run)?.message.hasSuffix("saved in \(saved)") == true)
    #expect(try await Ledger.open(.file(saved)).runs().map(\.id) == [run])
  }

  @Test func `if it cannot be saved, the error has the cause`() async throws {
    let (ledger, run) = try await filled()
    try FileManager.default.removeItem(atPath: folder.path("books"))
    spare.remove()
    #expect(
      await failure(ledger, run)?.description
        == "the ledger \(path) was changed from outside: the file \(path) was deleted, moved or "
        + "replaced; its content could not be saved (No such file or directory); "
        + "look at the server before you import the rows again")
  }

  @Test func `nothing is read from another ledger that has replaced the file`() async throws {
    let (ledger, run) = try await filled()
    for suffix in ["", "-wal", "-shm"] {
      try FileManager.default.moveItem(atPath: path + suffix, toPath: path + ".away" + suffix)
    }
    let other = try Ledger.open(.file(path), environment: LedgerFixture.environment())
    #expect(try await ledger.rows(of: run).all().count == 2)
    #expect(try await other.runs().isEmpty)
    #expect(await failure(ledger, run)?.kind == .moved)
    #expect(try folder.names() == ["books"])
    let saved = try Ledger.open(.file(folder.path("books/ledger-saved-\(run).sqlite")))
    #expect(try await saved.runs().count == 1)
  }
}
