import Foundation
import TestSupport
import Testing

/// A protected target is read like any other, and written only where somebody can type its name.
@Suite struct ProtectedTargetTests {
  private let lab: TargetLab

  init() async throws {
    lab = try await TargetLab()
    try lab.write(lab.section("prod", ["protected": "yes"]))
  }

  private var account: [String] {
    ["--username", "admin", "--password-file", "password", "--tls-pin", lab.pin]
  }

  private func refusal(_ place: String = "FOLDER/.config/cupibulk/targets.ini:7") -> String {
    """
    cupibulk: The run was refused: target prod is protected (\(place)): it is changed only on a \
    terminal, where its name is typed
    """
  }

  @Test func `off a terminal nothing is written to it, however it is named`() async throws {
    let port = try #require(lab.sandbox.url.split(separator: ":").last)
    let targets = [
      ["--target", "prod"], ["--target", "prod", "--yes"], ["--target", lab.sandbox.url] + account,
      // Another name of the same server, which is known by its id.
      ["--target", "https://localhost:\(port)"] + account,
    ]
    for target in targets {
      let seen = try await lab.see(["import", "rows.csv"] + target)
      #expect(seen.contains(refusal()), "\(seen)")
      #expect(seen.hasSuffix("exit 7"), "\(seen)")
    }
    #expect(try await lab.sandbox.log().writes == 0)
  }

  @Test func `it is exported and looked at like any other`() async throws {
    #expect(
      try await lab.see(["export", "--target", "prod", "-o", "x.csv"]).hasSuffix("exit 0"))
    #expect(
      try await lab.see(["import", "rows.csv", "--target", "prod", "--dry-run"])
        .hasSuffix("exit 0"))
  }

  @Test func `a run from before its protection is neither undone nor resumed off a terminal`()
    async throws
  {
    try lab.write(lab.section("prod"))
    #expect(try await lab.see(["import", "rows.csv", "--target", "prod"]).hasSuffix("exit 0"))
    try lab.write(lab.section("prod", ["protected": "yes"]))
    let seen = try await lab.see(["undo", "last"])
    #expect(seen.contains(refusal()), "\(seen)")
    #expect(seen.hasSuffix("exit 7"))
    #expect(try await lab.sandbox.log().writes == 1)
  }
}
