import TestSupport
import Testing

/// A web page instead of an answer gives the same exit code for every request.
@Suite struct WebPageTests {
  private static let page = "<html><title>Guest network</title></html>"

  private static let lab = Lab("Branch", [.proxy("10.0.0.1")])
  private static let group = "/vmrest/portgroups/\(Lab.groupID(1))/portgroupservers"

  @Test(arguments: [
    (
      "/vmrest/version",
      "The run was refused: URL: this is not a Cisco Unity Connection server: status 200: Guest network"
    ),
    (
      "/vmrest/portgroups",
      "The run was refused: URL: a web page was received instead of an answer: status 200: Guest network"
    ),
    (
      group,
      "port group \"Branch\" cannot be read: URL: a web page was received instead of an answer: status 200: Guest network"
    ),
  ])
  func `a web page ends imports and exports`(path: String, sentence: String) async throws {
    let bench = try await Workbench(Self.lab)
    try bench.folder.write("PortGroup,Service,Host\nBranch,102,10.0.0.2\n", to: "rows.csv")
    for command in [["import", "rows.csv"], ["export", "-o", "new.csv"]] {
      let gate = try HoldingGate(
        before: bench.sandbox.url, holding: "GET \(path)",
        answering:
          "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: \(Self.page.utf8.count)"
          + "\r\n\r\n\(Self.page)")
      let run = await (try bench.start(command, through: gate)).finish()
      #expect(run.status == 7, "\(command): \(run.messages)")
      let hint =
        "; check the target's address and port, and that no proxy or other web page answers there"
      let shown = run.messages.replacing(gate.url, with: "URL")
      #expect(shown.contains(sentence + " (GET \(path)"), "\(shown)")
      #expect(shown.contains(hint), "\(shown)")
    }
    #expect(try await bench.sandbox.log().writes == 0)
    #expect(!(try bench.folder.allFiles()).contains("new.csv"))
  }
}
