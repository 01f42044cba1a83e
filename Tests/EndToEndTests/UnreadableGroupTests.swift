import Foundation
import TestSupport
import Testing

/// A proxy answers the list of one group instead of the server: that group remains open, the others are done.
@Suite struct UnreadableGroupTests {
  private static let lab = {
    var lab = Lab("Branch 1", [.proxy("10.0.0.1")])
    lab.add("Branch 2", [.proxy("10.0.0.1")])
    return lab
  }()

  private static let path = "/vmrest/portgroups/\(Lab.groupID(1))/portgroupservers"

  /// Pages of a proxy, each with the program's message.
  private static let pages = [
    ("200 OK", "a web page was received instead of an answer: status 200: Proxy (GET "),
    ("403 Forbidden", "the servers of this port group cannot be listed: status 403: Proxy (GET "),
    ("404 Not Found", "a web page was received instead of an answer: status 404: Proxy (GET "),
  ]

  @Test(arguments: pages)
  func `the other groups are done, and a resume completes the run`(
    status: String, cause: String
  ) async throws {
    let bench = try await Workbench(Self.lab)
    try bench.folder.write(
      "PortGroup,Service,Host\nBranch 1,102,10.0.0.2\nBranch 2,102,10.0.0.2\n", to: "rows.csv")
    let page = "<html><title>Proxy</title></html>"
    let gate = try HoldingGate(
      before: bench.sandbox.url, holding: "GET \(Self.path)",
      answering:
        "HTTP/1.1 \(status)\r\nContent-Type: text/html\r\nContent-Length: \(page.utf8.count)"
        + "\r\n\r\n\(page)")

    let run = await (try bench.start(["import", "rows.csv"], through: gate)).finish()
    #expect(
      run.output == """
        1 of 2 rows was not done.
          created  1
          pending  1
          read     2
        Reset these port groups before the changes take effect:
          Branch 2

        """)
    #expect(
      run.messages.hasPrefix("cupibulk: port group \"Branch 1\" cannot be read: \(gate.url): "))
    #expect(run.messages.contains(cause), "\(run.messages)")
    #expect(run.messages.contains("Resume with: cupibulk resume "))
    #expect(run.status == (cause.hasPrefix("a web page") ? 7 : 5))
    #expect(try await bench.states() == ["pending[group-unreadable]", "created"])

    gate.open()
    let resumed = await (try bench.start(["resume"], through: gate)).finish()
    #expect(resumed.status == 0)
    #expect(try await bench.states() == ["created", "created"])
  }
}
