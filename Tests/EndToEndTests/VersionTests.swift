import Foundation
import TestSupport
import Testing

/// An export from a server of another version gives a warning before its rows are sent.
@Suite struct VersionTests {
  private static let warning = """
    cupibulk: warning: backup.csv was exported from URL with version 12.5.1.0, and the target has version 14.0.1.0: \
    a field may mean something else there

    """

  /// Makes a folder with an export of an older server; returns it with the server's address.
  private func exported(_ file: String = "backup.csv") async throws -> (TemporaryFolder, String) {
    let old = try await Workbench(["--server-version", "12.5.1.0"])
    let run = try await old.run(["export", "-o", file])
    #expect(run.status == 0, "\(run.messages)")
    return (old.folder, old.sandbox.url)
  }

  private func warning(_ url: String, of file: String = "backup.csv") -> String {
    Self.warning.replacing("URL", with: url).replacing("backup.csv", with: file)
  }

  @Test func `importing an export from a server of another version gives a warning`()
    async throws
  {
    let (folder, url) = try await exported()
    let new = try await Workbench(folder, [])
    // A copy under another name, and a second file that is not an export.
    try FileManager.default.copyItem(
      atPath: folder.path("backup.csv"), toPath: folder.path("copy.csv"))
    try folder.write("PortGroup,Service,Host\nPhoneSystem-1 SIP,102,10.0.0.5\n", to: "own.csv")
    for file in ["backup.csv", "copy.csv"] {
      let run = try await new.run(["import", file, "own.csv", "--skip-invalid"])
      #expect(run.messages.contains(warning(url, of: file)), "\(run.messages)")
      #expect(run.messages.components(separatedBy: "was exported from").count == 2)
    }
  }

  @Test func `the same version or an edited file gives no warning and no request`()
    async throws
  {
    let (folder, _) = try await exported()
    let same = try await Workbench(folder, ["--server-version", "12.5.1.0"])
    let run = try await same.run(["import", "backup.csv", "--skip-invalid"])
    #expect(!run.messages.contains("version"), "\(run.messages)")

    let new = try await Workbench(folder, [])
    let text = try folder.read("backup.csv")
    // The same length with one letter changed.
    try folder.write(text.replacing("PhoneSystem-1", with: "PhoneSystem-2"), to: "backup.csv")
    try await new.sandbox.emptyLog()
    let edited = try await new.run(["import", "backup.csv", "--skip-invalid"])
    #expect(!edited.messages.contains("version"), "\(edited.messages)")
    // Only the login and the first line request the version.
    #expect(try await new.sandbox.log().calls["GET /vmrest/version"] == 2)
  }

  @Test(arguments: ["backup.xml", "backup.json", "backup.csv.gz"])
  func `an export in any format is recognised`(file: String) async throws {
    let (folder, url) = try await exported(file)
    let new = try await Workbench(folder, [])
    let run = try await new.run(["import", file, "--skip-invalid"])
    #expect(run.messages.contains(warning(url, of: file)), "\(run.messages)")
  }

  @Test func `an export to standard output records no fingerprint`() async throws {
    let old = try await Workbench(["--server-version", "12.5.1.0"])
    let printed = try await old.run(["export", "--format", "csv"])
    try old.folder.write(printed.output, to: "backup.csv")
    let new = try await Workbench(old.folder, [])
    let run = try await new.run(["import", "backup.csv", "--skip-invalid"])
    #expect(!run.messages.contains("version"), "\(run.messages)")
  }
}
