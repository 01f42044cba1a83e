import Foundation
import SQLStores
import TestSupport
import Testing

/// A ledger that cannot be used gives one error message; nothing is sent, and the file is unchanged.
@Suite struct BadLedgerTests {
  private let folder: TemporaryFolder
  private static let importing = "import rows.csv --target sandbox: --ledger"

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("PortGroup,Service,Host\nPhoneSystem-1 SIP,102,h.example\n", to: "rows.csv")
  }

  /// Makes a ledger with one run.
  private func makeLedger() async throws -> String {
    let run = try await ProgramRun.run(
      "\(Self.importing) ledger.db".words, in: folder.path)
    #expect(run.status == 0, "\(run.messages)")
    return folder.path("ledger.db")
  }

  private func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(filePath: folder.path(name)))
  }

  private func set(mode: Int, of name: String) throws {
    try FileManager.default.setAttributes(
      [.posixPermissions: mode], ofItemAtPath: folder.path(name))
  }

  @Test func `a file that is not a ledger is unchanged`() async throws {
    try folder.write("Hello, world; this is no database.\n", to: "notes.txt")
    let other = try Database(.file(folder.path("other.db")))
    try other.execute("CREATE TABLE phone (number TEXT); PRAGMA wal_checkpoint(TRUNCATE)")
    for name in ["notes.txt", "other.db"] {
      let before = try bytes(name)
      for command in [Self.importing, "export --target sandbox: --ledger", "runs show --ledger"] {
        #expect(
          try await folder.see("\(command) \(name)".words) == """
            cupibulk: The file \(name) is not a ledger of cupibulk
                hint: use another file with --ledger
            exit 1
            """)
      }
      #expect(try bytes(name) == before)
    }
    withExtendedLifetime(other) {}
  }

  @Test func `a ledger of a newer version is unchanged`() async throws {
    do {
      let ledger = try Database(.file(try await makeLedger()))
      try ledger.run("INSERT INTO migrations (name) VALUES ('from tomorrow')")
    }
    let before = try bytes("ledger.db")
    for command in [Self.importing, "runs --ledger"] {
      #expect(
        try await folder.see("\(command) ledger.db".words) == """
          cupibulk: The ledger ledger.db was written by another version of cupibulk
              hint: update cupibulk, or use another file with --ledger
          exit 1
          """)
    }
    #expect(try bytes("ledger.db") == before)
  }

  @Test func `a damaged ledger is reported`() async throws {
    _ = try await makeLedger()
    // All pages except the first, which identifies a ledger.
    let whole = try bytes("ledger.db")
    let damaged = whole.prefix(4096) + Data(repeating: 0xFF, count: whole.count - 4096)
    try damaged.write(to: URL(filePath: folder.path("ledger.db")))
    for command in [Self.importing, "runs --ledger"] {
      #expect(
        try await folder.see("\(command) ledger.db".words) == """
          cupibulk: The ledger ledger.db is damaged (database disk image is malformed)
              hint: check the disk, then try again; if the error remains, sqlite3 -readonly FILE 'PRAGMA integrity_check' shows what is damaged. Then restore a copy, and keep this file: open runs can only be resumed from it
          exit 1
          """)
    }
  }

  @Test(arguments: [
    ("nowhere/ledger.db", "No such file or directory"), ("folder", "Is a directory"),
    ("rows.csv/ledger.db", "Not a directory"),
  ])
  func `a path where no ledger can be created is reported`(path: String, reason: String)
    async throws
  {
    try FileManager.default.createDirectory(
      atPath: folder.path("folder"), withIntermediateDirectories: false)
    #expect(
      try await folder.see("\(Self.importing) \(path)".words) == """
        cupibulk: The ledger \(path) cannot be opened (\(reason))
            hint: check the path and its permissions, or use another file with --ledger
        exit 1
        """)
  }

  @Test func `a ledger without write permission is reported, and can still be read`() async throws {
    _ = try await makeLedger()
    try set(mode: 0o400, of: "ledger.db")
    let imported = try await folder.see(
      script: "cupibulk \(Self.importing) ledger.db", by: Confined.withoutPrivileges)
    #expect(
      imported == """
        cupibulk: The ledger ledger.db cannot be written
            hint: check the permissions of the file and its folder, or use another file with --ledger
        exit 1
        """)
    let listed = try await folder.see(
      script: "cupibulk runs --ledger ledger.db", by: Confined.withoutPrivileges)
    #expect(
      listed.hasSuffix("  sandbox:  done: 1 created     1  rows.csv  RUN\nexit 0"), "\(listed)")
  }

  @Test(arguments: ["ledger.db", "./ledger.db", "link.db"])
  func `a ledger is not replaced by an export or by rejects`(output: String) async throws {
    _ = try await makeLedger()
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link.db"), withDestinationPath: "ledger.db")
    let expected = """
      cupibulk: \(output) is the ledger, in which the runs are recorded
          hint: name another file with -o
      exit 1
      """
    #expect(
      try await folder.see(
        "export -o \(output) --format csv --target sandbox: --ledger ledger.db".words) == expected)
    let listed = try await folder.see("runs --ledger ledger.db".words)
    #expect(listed.contains("  rows.csv"), "\(listed)")
  }

  @Test func `a folder without write permission is reported`() async throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("closed"), withIntermediateDirectories: false)
    try FileManager.default.moveItem(
      atPath: try await makeLedger(), toPath: folder.path("closed/ledger.db"))
    try set(mode: 0o500, of: "closed")
    let imported = try await folder.see(
      script: "cupibulk \(Self.importing) closed/ledger.db", by: Confined.withoutPrivileges)
    #expect(
      imported == """
        cupibulk: The ledger closed/ledger.db cannot be written
            hint: check the permissions of the file and its folder, or use another file with --ledger
        exit 1
        """)
    let another = try await folder.see(
      script: "cupibulk \(Self.importing) closed/new.db", by: Confined.withoutPrivileges)
    #expect(
      another == """
        cupibulk: The ledger closed/new.db cannot be opened (Permission denied)
            hint: check the path and its permissions, or use another file with --ledger
        exit 1
        """)
    try set(mode: 0o700, of: "closed")
    #expect(try folder.allFiles().filter { $0.hasPrefix("closed/") } == ["closed/ledger.db"])
  }

  @Test func `a ledger that another process writes is reported, and can still be read`()
    async throws
  {
    let other = try Database(.file(try await makeLedger()))
    try other.execute("BEGIN IMMEDIATE")
    #expect(
      try await folder.see("\(Self.importing) ledger.db".words) == """
        cupibulk: The ledger ledger.db is locked by another process
            hint: wait until that process has ended, or use another file with --ledger
        exit 11
        """)
    let listed = try await folder.see("runs --ledger ledger.db".words)
    #expect(
      listed.hasSuffix("  sandbox:  done: 1 created     1  rows.csv  RUN\nexit 0"), "\(listed)")
    try other.execute("COMMIT")
    #expect(
      try await folder.see("\(Self.importing) ledger.db".words).hasSuffix(
        "--ledger ledger.db\nexit 0"))
  }

  @Test(arguments: ["list", "show", "rows", "rejects -o out.csv"])
  func `a command that only reads does not create a ledger`(command: String) async throws {
    #expect(
      try await folder.see("runs \(command) --ledger typo.db".words) == """
        cupibulk: There is no ledger typo.db
            hint: check the name; without --ledger the usual one is read
        exit 1
        """)
    #expect(try folder.allFiles() == ["rows.csv"])
  }

  @Test func `without a ledger there are no runs yet`() async throws {
    #expect(try await folder.see(["runs", "list"]) == "No runs yet.\nexit 0")
  }
}

extension String {
  fileprivate var words: [String] { split(separator: " ").map(String.init) }
}
