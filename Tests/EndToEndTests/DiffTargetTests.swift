import Foundation
import HTTPMessages
import TestSupport
import Testing

/// Comparisons with servers that do not answer as they should, and with targets by name.
@Suite struct DiffTargetTests {
  private static let lab = {
    var lab = Lab("Branch 1", [.proxy("10.0.0.1")])
    lab.add("Branch 2", [.proxy("10.0.0.2")])
    return lab
  }()

  private static let path = "/vmrest/portgroups/\(Lab.groupID(2))/portgroupservers"

  @Test(arguments: [("200 OK", 7), ("403 Forbidden", 5)])
  func `a group that cannot be read is an error, and never the same`(
    status: String, exit: Int32
  ) async throws {
    let bench = try await Workbench(Self.lab)
    #expect(try await bench.run(["export", "-o", "all.csv"]).status == 0)
    let page = "<html><title>Proxy</title></html>"
    let gate = try HoldingGate(
      before: bench.sandbox.url, holding: "GET \(Self.path)",
      answering:
        "HTTP/1.1 \(status)\r\nContent-Type: text/html\r\nContent-Length: \(page.utf8.count)"
        + "\r\n\r\n\(page)")
    for format in ["text", "json", "csv"] {
      let run = await
        (try bench.start(
          ["diff", "all.csv", gate.url, "--exit-code", "--format", format], through: gate)).finish()
      #expect(run.status == exit, "\(run.messages)")
      #expect(
        run.messages.hasPrefix(
          "cupibulk: The comparison is not complete: port group \"Branch 2\" cannot be read: "))
      if format == "json" {
        #expect(run.output.contains(#""same":null,"stopped":"The comparison is not complete: "#))
      } else {
        #expect(run.output.isEmpty)
      }
    }
    gate.open()
    let run = await (try bench.start(["diff", "all.csv", gate.url], through: gate)).finish()
    #expect(run.output == "No differences: 2 servers in 2 port groups are the same.\n")
    let runs = try await bench.run(["runs", "list", "--kind", "diff"]).output
    #expect(runs.contains("stopped: port group \"Branch 2\" cannot be read: "))
  }

  @Test func `Ctrl-C ends it, and no file appears`() async throws {
    let bench = try await Workbench(Self.lab)
    #expect(try await bench.run(["export", "-o", "all.csv"]).status == 0)
    let gate = try HoldingGate(before: bench.sandbox.url, holding: "GET \(Self.path)")
    let program = try bench.start(
      ["diff", "all.csv", gate.url, "-o", "diff.txt"], through: gate)
    try await gate.waitForRequest()
    program.send(signal: SIGINT)
    #expect(await program.waits(for: "Stopping: "))
    gate.open()
    let run = await program.finish()
    #expect(run.status == 130, "\(run.messages)")
    #expect(run.messages.hasSuffix("cupibulk: The run was stopped by Ctrl-C\n"))
    #expect(!FileManager.default.fileExists(atPath: bench.folder.path("diff.txt")))
  }

  @Test
  func `a group without servers on the server is no difference to a file, but is one to an export`()
    async throws
  {
    let bench = try await Workbench(Self.lab)
    #expect(try await bench.run(["export", "-o", "all.csv"]).status == 0)
    #expect(
      try await bench.sandbox.anotherClient(
        .delete, "portgroups/\(Lab.groupID(2))/portgroupservers/\(Lab.serverID(2))") == 204)
    #expect(try await bench.run(["export", "-o", "less.csv", "--accept-shrink"]).status == 0)
    let url = bench.sandbox.url
    #expect(try await bench.run(["diff", "less.csv", url, "--exit-code"]).status == 0)
    #expect(try await bench.run(["diff", "run:last", url, "--exit-code"]).status == 0)
    #expect(try await bench.run(["diff", "all.csv", url, "--exit-code"]).status == 9)
    #expect(try await bench.run(["diff", "run:last", "less.csv", "--exit-code"]).status == 0)
  }

  @Test func `an export of some groups is compared only in these`() async throws {
    let bench = try await Workbench(Self.lab)
    #expect(
      try await bench.run(["export", "-o", "one.csv", "--only-group", "Branch 1"]).status == 0)
    let run = try await bench.run(["diff", "run:last", bench.sandbox.url, "--exit-code"])
    #expect(run.status == 0)
    #expect(run.output == "No differences: 1 server in 1 port group is the same.\n")
    let note = " has only \"Branch 1\" (--only-group), and nothing else is compared\n"
    #expect(run.messages.contains(note), "\(run.messages)")
    // A file does not say of what it is a part.
    #expect(try await bench.run(["diff", "one.csv", bench.sandbox.url, "--exit-code"]).status == 9)
  }

  @Test func `a target is named, also where a file has its name`() async throws {
    let lab = try await TargetLab()
    try lab.write(lab.section("prod"))
    #expect(try await lab.see(["export", "--target", "prod", "-o", "all.csv"]).hasSuffix("exit 0"))
    #expect(
      try await lab.see(["diff", "all.csv", "prod", "--exit-code"])
        == "No differences: 9 servers in 6 port groups are the same.\nexit 0")
    #expect(
      try await lab.see(["diff", "prod", "rows.csv", "--only-group", "PhoneSystem-1 SIP"]).contains(
        "- SIP proxy 10.10.0.11 port 5060"))
    try lab.folder.write("PortGroup,Service,Host\nOne,102,h.example\n", to: "prod")
    #expect(
      try await lab.see(["diff", "prod", "rows.csv"]) == """
        cupibulk: prod is a file and the name of a target
            hint: type ./prod for the file, or target:prod for the target
        exit 2
        """)
    #expect(try await lab.see(["diff", "./prod", "target:prod"]).hasSuffix("exit 0"))
    let runs = try await lab.see(["runs", "list", "--kind", "diff", "--json"])
    #expect(runs.contains(#""targetName":"prod""#))
  }
}
