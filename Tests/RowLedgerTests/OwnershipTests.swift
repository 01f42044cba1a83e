// Ledgers that another user owns or may change, and ledgers with additional content.

import Foundation
import RowLedger
import SQLStores
import TestSupport
import Testing

@Suite struct OwnershipTests {
  private let folder: TemporaryFolder
  private let path: String
  /// Only root can change the owner of files.
  private static let isRoot = geteuid() == 0
  private static let nobody: uid_t = 65_534

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("ledger.sqlite")
    _ = try Ledger.open(.file(path))
  }

  private func refusal() -> LedgerError? {
    #expect(throws: LedgerError.self) { try Ledger.open(.file(path)) }
  }

  @Test(.enabled(if: isRoot), arguments: ["", "-wal", "-shm", "-journal"])
  func `a file of another user is refused, also a file that belongs to the ledger`(suffix: String)
    throws
  {
    if !suffix.isEmpty { try folder.write("", to: "ledger.sqlite\(suffix)") }
    _ = unsafe chown(path + suffix, Self.nobody, Self.nobody)
    let error = refusal()
    #expect(error?.kind == .foreign)
    #expect(
      error?.description
        == "the file \(path)\(suffix) belongs to another user (uid 65534); "
        + "make it yours (chown 0 \(path)\(suffix))")
  }

  @Test(.enabled(if: isRoot)) func `a link of another user is refused, and one of our own is not`()
    throws
  {
    let link = folder.path("link.sqlite")
    #expect(unsafe symlink(path, link) == 0)
    _ = try Ledger.open(.file(link))
    _ = unsafe lchown(link, Self.nobody, Self.nobody)
    let error = #expect(throws: LedgerError.self) { try Ledger.open(.file(link)) }
    #expect(error?.kind == .foreign)
    #expect(
      error?.description
        == "the file \(link) is a link of another user (uid 65534); remove the link")
  }

  @Test func `a pipe or a device is not a ledger, and does not block`() throws {
    let pipe = folder.path("pipe")
    #expect(unsafe mkfifo(pipe, 0o600) == 0)
    for path in [pipe, "/dev/null"] {
      let error = #expect(throws: LedgerError.self) { try Ledger.open(.file(path)) }
      #expect(
        error?.description
          == "the file \(path) is not a ledger of cupibulk")
    }
  }

  @Test func `a file that all users may write is refused, and so is a folder`() throws {
    _ = unsafe chmod(path, 0o666)
    #expect(
      refusal()?.description == "all users of this machine may write the file \(path); "
        + "close it (chmod o-w \(path))")
    _ = unsafe chmod(path, 0o600)
    _ = unsafe chmod(folder.path, 0o777)
    #expect(
      refusal()?.description
        == "all users of this machine may replace the files in the folder \(folder.path); "
        + "close it (chmod o-w \(folder.path))")
    _ = unsafe chmod(folder.path, 0o1777)
    _ = try Ledger.open(.file(path))
  }

  @Test func `a ledger with a trigger is refused`() throws {
    try Database(.file(path)).execute(
      "CREATE TRIGGER evil AFTER INSERT ON runs BEGIN DELETE FROM rows; END")
    #expect(
      refusal()?.description
        == "the ledger \(path) has content that no version of cupibulk writes (trigger evil); "
        + "do not use this file before you know who wrote it")
  }
}
