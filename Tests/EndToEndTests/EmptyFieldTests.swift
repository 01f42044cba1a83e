import Foundation
import TestSupport
import Testing

/// An empty field is compared like any other, and every value that a server shows can be imported.
@Suite struct EmptyFieldTests {
  private static let rows = """
    PortGroup,Service,Host,Port,TlsPort,Order
    PhoneSystem-1 SCCP,call manager,10.1.1.2,%null%,%null%,5

    """

  /// A folder with a sandbox that has a call manager without ports, and an export of it.
  private func exported() async throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(Self.rows, to: "bare.csv")
    #expect(
      try await folder.see([
        "import", "bare.csv", "--target", "sandbox:lab.db", "--only-group", "PhoneSystem-1 SCCP",
      ]).contains("Done: 1 row, nothing failed."))
    let export = try await folder.see(["export", "--target", "sandbox:lab.db", "-o", "old.csv"])
    #expect(export.contains("exit 0"), "\(export)")
    return folder
  }

  @Test func `a row fails if it clears a field that cannot be cleared`() async throws {
    let folder = try await exported()
    #expect(try folder.read("old.csv").contains(",10.1.1.2,%null%,%null%,%null%,5,%null%,"))
    try folder.write(
      "PortGroup,Service,Host,Port\nPhoneSystem-1 SCCP,call manager,10.1.1.2,2000\n", to: "port.csv"
    )
    #expect(
      try await folder.see(["import", "port.csv", "--target", "sandbox:lab.db"]).contains("exit 0"))
    let hint = """
          hint: leave the cell empty in CSV, or the element or key out, to keep what the server has; or delete the \
      server and create it again
      """
    #expect(
      try await folder.see(["import", "old.csv", "--target", "sandbox:lab.db", "--dry-run"]) == """
        old.csv:4: would fail[cannot-empty]: call manager 10.1.1.2 in "PhoneSystem-1 SCCP": Port 2000 → (empty)
            The server has Port 2000, and the row wants it empty; only the two host fields can be emptied.
        \(hint)
        Dry run, nothing was sent: 9 unchanged, 1 would fail.
        exit 3
        """)
    let failed = """
      1 of 10 rows failed.
        unchanged   9
        failed      1
        read       10
      old.csv:4: failed[cannot-empty]: call manager 10.1.1.2 in "PhoneSystem-1 SCCP": the server has Port 2000, and the \
      row wants it empty; only the two host fields can be emptied
      \(hint)
      Every row: cupibulk runs rows RUN
      exit 3
      """
    #expect(try await folder.see(["import", "old.csv", "--target", "sandbox:lab.db"]) == failed)
  }

  @Test func `a creation fails if the server sets a port that the row leaves empty`()
    async throws
  {
    let folder = try TemporaryFolder()
    try folder.write(
      "PortGroup,Service,Host,Port,TlsPort\nPhoneSystem-1 SIP,102,10.1.1.1,%null%,%null%\n",
      to: "bare.csv")
    let seen = try await folder.see([
      "import", "bare.csv", "--target", "sandbox:lab.db", "--only-group", "PhoneSystem-1 SIP",
    ])
    #expect(
      seen.contains(
        "bare.csv:2: failed[cannot-empty]: SIP proxy 10.1.1.1 in \"PhoneSystem-1 SIP\": the server has Port 5060 "
          + "and TlsPort 5061, and the row wants them empty; only the two host fields can be emptied\n"
      ),
      "\(seen)")
    // The effect is recorded, and undone.
    let undone = try await folder.see(["undo", "last"])
    #expect(undone.contains("  deleted  1\n"), "\(undone)")
  }

  @Test func `an undo restores what can be restored, and names what cannot`() async throws {
    let folder = try await exported()
    try folder.write(
      """
      PortGroup,Service,Match Host,Host,Port
      PhoneSystem-1 SCCP,call manager,10.1.1.2,10.1.1.3,2000

      """, to: "move.csv")
    #expect(
      try await folder.see(["import", "move.csv", "--target", "sandbox:lab.db"]).contains("exit 0"))
    let undone = try await folder.see(["undo", "last"])
    #expect(
      undone == """
        1 of 1 row failed.
          failed  1
          read    1
        Reset these port groups before the changes take effect:
          PhoneSystem-1 SCCP
        move.csv:2: failed[cannot-empty]: 10.1.1.2 in "PhoneSystem-1 SCCP": the server has Port 2000, \
        and the row wants it empty; only the two host fields can be emptied
            hint: see whether the value does harm; only a server that is deleted and created again is without one
        Every row: cupibulk runs rows RUN
        exit 3
        """)
    _ = try await folder.see(["export", "--target", "sandbox:lab.db", "-o", "new.csv"])
    #expect(try folder.read("new.csv").contains(",10.1.1.2,%null%,2000,%null%,5,%null%,"))
  }

  // MARK: Exported files

  @Test func `a check of a file leaves no files`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.rows, to: "bare.csv")
    #expect(
      try await folder.see(["validate", "bare.csv"]).hasSuffix("all are valid.\nexit 0"))
    let left = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    #expect(left == ["bare.csv"])
  }

  /// A port that the API page does not allow, but a server shows.
  @Test func `an export with values that the API page does not allow is imported with warnings`()
    async throws
  {
    let lab = Lab("Branch", [Lab.Server.proxy("10.0.0.1", precedence: 1)])
    let bench = try await Workbench(lab, ["--ports", "65535"])
    try bench.folder.write(
      "PortGroup,Service,Host,Port\nBranch,102,10.0.0.1,15060\n", to: "port.csv")
    #expect(
      try await bench.run(["import", "port.csv", "--allow", "port-out-of-range"]).status == 0)
    #expect(try await bench.run(["export", "-o", "old.csv"]).status == 0)
    let warning = """
      old.csv:2:61: warning[port-out-of-range]: Port is 15060; allowed is 0 to 9999
      1 warning

      """
    let text = try bench.folder.read("old.csv")
    let before = try #require(text.split(separator: "\n")[1].firstRange(of: "15060")?.lowerBound)
    let line = text.split(separator: "\n")[1]
    let place = line.distance(from: line.startIndex, to: before) + 1
    let expected = warning.replacing(":61:", with: ":\(place):")
    for arguments in [
      ["validate", "old.csv"], ["import", "old.csv", "--dry-run"], ["import", "old.csv"],
    ] {
      let run = try await bench.run(
        arguments + (arguments[0] == "import" ? ["--progress", "none"] : []))
      #expect(run.status == 0)
      #expect(
        run.messages.hasPrefix(expected)
          || run.messages == expected.replacing("1 warning\n", with: ""),
        "\(run.messages)")
    }
    // An edited file is checked by the normal rules.
    try bench.folder.write(text.replacing("15060", with: "15061"), to: "old.csv")
    let edited = try await bench.run(["import", "old.csv", "--progress", "none"])
    #expect(edited.status == 4)
    #expect(
      edited.messages.hasPrefix(
        """
        old.csv:2:\(place): error[port-out-of-range]: Port is 15061; allowed is 0 to 9999
            hint: if your server accepts it, pass --allow port-out-of-range
        """), "\(edited.messages)")
  }
}
