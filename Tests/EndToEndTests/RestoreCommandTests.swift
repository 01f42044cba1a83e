import Foundation
import TestSupport
import Testing

/// `restore` with the real program: what the terminal shows, the exit codes, and what a wrong use is told.
@Suite struct RestoreCommandTests {
  private static let target = ["--target", "sandbox:lab.db"]

  /// A sandbox with an export of it, and then two changes: one server moved, one added.
  private func changed() async throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let export = try await folder.see(["export", "-o", "old.csv"] + Self.target)
    #expect(export.contains("exit 0"), "\(export)")
    try folder.write(
      """
      PortGroup,Service,MatchHost,Host,Port,TlsPort,Order
      PhoneSystem-1 SIP,102,10.10.0.11,10.99.0.1,,,
      PhoneSystem-1 SIP,102,,10.99.0.2,5060,5061,9

      """, to: "change.csv")
    let changed = try await folder.see(["import", "change.csv"] + Self.target)
    #expect(changed.contains("Done: 2 rows, nothing failed."), "\(changed)")
    return folder
  }

  @Test func `without exact, what was added stays, is named, and the exit code says so`()
    async throws
  {
    let folder = try await changed()
    let dry = try await folder.see(["restore", "old.csv", "--dry-run"] + Self.target)
    #expect(
      dry == """
        old.csv:5: would update: SIP proxy 10.99.0.1 port 5060 tls 5061 in "PhoneSystem-1 SIP": HostOrIPAddress \
        10.99.0.1 → 10.10.0.11
        Dry run, nothing was sent: 1 to update, 8 unchanged.
        1 server of this port group is not in the source, and stays as it is:
          SIP proxy 10.99.0.2 port 5060 tls 5061 in "PhoneSystem-1 SIP"
        exit 0
        """)
    #expect(
      try await folder.see(["restore", "old.csv"] + Self.target) == """
        Done: 9 rows, nothing failed.
          updated    1
          unchanged  8
          read       9
        Not as the source: 1 of 6 port groups.
        Reset these port groups before the changes take effect:
          PhoneSystem-1 SIP
        Restoring old.csv onto sandbox:lab.db, as run RUN.
          "PhoneSystem-1 SIP" is not as the source:
            it has SIP proxy 10.99.0.2 port 5060 tls 5061, which the source lacks
            hint: --exact also deletes the servers that the source lacks
        Every row: cupibulk runs rows RUN
        exit 9
        """)
    let listed = try await folder.see(["runs", "list"])
    #expect(listed.contains("1 port group is not as the source"))
  }

  @Test func `with exact the group becomes as the export, and an undo takes that back`()
    async throws
  {
    let folder = try await changed()
    let exact = ["restore", "run:last", "--exact"] + Self.target
    #expect(
      try await folder.see(exact) == """
        10 of 10 rows were not done.
          pending  10
          read     10
        Restoring run:RUN onto sandbox:lab.db, as run RUN.
        cupibulk: Nothing was sent: 1 row would delete, and --max-delete allows 0
            hint: check the rows that delete, then run the command again with --max-delete N
        Every row: cupibulk runs rows RUN
        exit 8
        """)
    let dry = try await folder.see(exact + ["--max-delete", "1", "--dry-run"])
    #expect(
      dry == """
        run:RUN:4: would update: SIP proxy 10.99.0.1 port 5060 tls 5061 in "PhoneSystem-1 SIP": HostOrIPAddress \
        10.99.0.1 → 10.10.0.11
        run:RUN: would delete: SIP proxy 10.99.0.2 port 5060 tls 5061 in "PhoneSystem-1 SIP"
        Dry run, nothing was sent: 1 to update, 1 to delete, 8 unchanged.
        exit 0
        """)
    #expect(
      try await folder.see(exact + ["--max-delete", "1"]) == """
        Done: 10 rows, nothing failed.
          updated     1
          deleted     1
          unchanged   8
          read       10
        All 6 port groups are as the source.
        Reset these port groups before the changes take effect:
          PhoneSystem-1 SIP
        Restoring run:RUN onto sandbox:lab.db, as run RUN.
        Every row: cupibulk runs rows RUN
        exit 0
        """)
    let undo = try await folder.see(["undo", "last"])
    #expect(undo.contains("Done: 2 rows, nothing failed."), "\(undo)")
    let again = try await folder.see(exact + ["--max-delete", "1", "--dry-run"])
    #expect(again.contains("1 to update, 1 to delete, 8 unchanged"), "\(again)")
  }

  @Test func `the result for programs has the verdict`() async throws {
    let folder = try await changed()
    let run = try await ProgramRun.run(
      ["restore", "old.csv", "--json"] + Self.target, in: folder.path)
    #expect(run.status == 9)
    struct Result: Decodable {
      struct Group: Decodable {
        var name, why: String
        enum CodingKeys: String, CodingKey {
          case why
          case name = "PortGroup"
        }
      }
      var exit, updated, groupsAsSource, groupsNotAsSource: Int
      var notAsSource: [Group]
      var sourceLeftOut: Bool
    }
    let result = try JSONDecoder().decode(Result.self, from: Data(run.output.utf8))
    #expect(result.exit == 9 && result.updated == 1 && !result.sourceLeftOut)
    #expect(result.groupsAsSource == 5 && result.groupsNotAsSource == 1)
    #expect(result.notAsSource.map(\.name) == ["PhoneSystem-1 SIP"])
    #expect(
      result.notAsSource.map(\.why) == [
        "it has SIP proxy 10.99.0.2 port 5060 tls 5061, which the source lacks"
      ])
  }

  @Test func `an export is restored onto its own server only`() async throws {
    let folder = try await changed()
    for source in ["old.csv", "run:last"] {
      let refused = try await folder.see(["restore", source, "--target", "sandbox:other.db"])
      let name = source == "old.csv" ? source : "run:RUN"
      #expect(
        refused == """
          Restoring \(name) onto sandbox:other.db, as run RUN.
          cupibulk: The run was refused: \(name) was read from sandbox:lab.db, and the target is sandbox:other.db
              hint: if it is right to restore it onto another server, pass --from-other-target
          exit 7
          """)
      let dry = try await folder.see([
        "restore", source, "--target", "sandbox:other.db", "--dry-run",
      ])
      #expect(dry.contains("exit 7"), "\(dry)")
    }
    let allowed = try await folder.see([
      "restore", "old.csv", "--target", "sandbox:other.db", "--from-other-target",
    ])
    #expect(
      allowed.contains(
        "Restoring old.csv, which was read from sandbox:lab.db, onto sandbox:other.db, as run RUN.")
    )
    #expect(allowed.contains("All 6 port groups are as the source."), "\(allowed)")
  }

  @Test(arguments: [
    "cp old.csv other-name.csv; cupibulk restore other-name.csv",
    "gzip -k old.csv; cupibulk restore old.csv.gz", "cupibulk restore - < old.csv",
    "gzip -c old.csv | cupibulk restore -", "gunzip -k packed.xml.gz; cupibulk restore packed.xml",
    "cupibulk restore packed.xml.gz", "cupibulk restore all.json",
    "cupibulk export --format csv --target sandbox:lab.db >out.csv 2>log; cupibulk restore out.csv",
  ])
  func `an export belongs to its server under any name, compressed or not, and through a pipe`(
    script: String
  ) async throws {
    let folder = try await changed()
    for name in ["packed.xml.gz", "all.json"] {
      _ = try await folder.see(["export", "-o", name] + Self.target)
    }
    let seen = try await folder.see(script: script + " --target sandbox:other.db")
    #expect(seen.contains("was read from sandbox:lab.db"), "\(seen)")
    #expect(seen.contains("exit 7"), "\(seen)")
    // The files are there already.
    let again = script.replacing("zip -k", with: "zip -kf")
    let own = try await folder.see(script: "\(again) --target sandbox:lab.db")
    #expect(own.contains("exit 0") || own.contains("exit 9"), "\(own)")
  }

  @Test func `an edited export is a plain file`() async throws {
    let folder = try await changed()
    let text = try folder.read("old.csv").replacing("10.10.0.11", with: "10.10.0.12")
    try folder.write(
      text.replacing("10.10.0.12,%null%,5060,5061,1", with: "10.10.0.13,%null%,5060,5061,1"),
      to: "edited.csv")
    let run = try await folder.see(["restore", "edited.csv", "--target", "sandbox:other.db"])
    #expect(run.contains("Restoring edited.csv onto sandbox:other.db, as run RUN."), "\(run)")
    #expect(run.contains("exit 0"), "\(run)")
  }

  // MARK: Wrong use

  @Test(arguments: [
    (
      ["old.csv", "--exact"], 2,
      """
      cupibulk: With --exact, servers that old.csv lacks are deleted, and a file does not say whether it has all of them
          hint: if it has all servers of each port group that it names, pass --file-is-whole
      """
    ),
    (
      ["old.csv", "--file-is-whole"], 2,
      """
      cupibulk: --file-is-whole is for --exact, which is not given
      Try 'cupibulk help restore'.
      """
    ),
    (
      ["old.csv", "--exact", "--skip-invalid"], 2,
      """
      cupibulk: --exact and --skip-invalid cannot go together; give one of them
      Try 'cupibulk help restore'.
      """
    ),
    (
      ["old.csv", "--exact", "--limit", "3"], 2,
      """
      cupibulk: --exact and --limit cannot go together; give one of them
      Try 'cupibulk help restore'.
      """
    ),
    (
      ["sandbox:lab.db"], 2,
      """
      cupibulk: sandbox:lab.db is a server, and a restore takes a snapshot, a file or run:RUN
          hint: export it first: cupibulk export --target sandbox:lab.db -o backup.csv
      """
    ),
    (
      ["run:2020"], 1,
      """
      cupibulk: The ledger FOLDER/state/cupibulk/ledger.sqlite has no run 2020
          hint: list the exports with: cupibulk runs list --kind export
      """
    ),
    (
      ["missing.csv"], 4,
      """
      Restoring missing.csv onto sandbox:lab.db, as run RUN.
      missing.csv: error[file-unreadable]: there is no such file
          hint: check the name and the folder
      1 error
      cupibulk: Nothing was sent: the input cannot be read
      """
    ),
  ])
  func `a wrong use is told what to do`(words: [String], status: Int, text: String) async throws {
    let folder = try TemporaryFolder()
    _ = try await folder.see(["export", "-o", "old.csv"] + Self.target)
    let run = try await folder.see(["restore"] + words + Self.target)
    #expect(run.replacing(folder.path, with: "FOLDER") == "\(text)\nexit \(status)")
  }

  @Test func `an import is no source`() async throws {
    let folder = try await changed()
    let runs = try await ProgramRun.run(["runs", "list", "--json"], in: folder.path)
    let run = try #require(runs.output.firstMatch(of: /"run":"([^"]+)","kind":"import"/))
    let refused = try await folder.see(["restore", "run:\(run.output.1)"] + Self.target)
    #expect(
      refused == """
        cupibulk: Run RUN is of kind import; only an export has a configuration
        exit 4
        """)
  }

  @Test func `the rows that were to delete can be had as a file`() async throws {
    let folder = try await changed()
    _ = try await folder.see(["restore", "run:last", "--exact"] + Self.target)
    let rejects = try await folder.see(["runs", "rows", "--csv"])
    #expect(rejects.contains(",delete,"), "\(rejects)")
  }
}
