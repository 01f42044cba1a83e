import Foundation
import HTTPMessages
import TestSupport
import Testing

/// A server that fails or changes while it is read: no snapshot, or one that shows one configuration.
@Suite struct BackupReadingTests {
  private static let list = "GET /vmrest/portgroups/\(Lab.groupID(1))/portgroupservers"

  @Test(arguments: ["500 Internal Server Error", "404 Not Found", "200 OK"])
  func `a group that cannot be read leaves no snapshot`(status: String) async throws {
    let bench = try await BackupBench()
    try await bench.snapshot()
    let page = "<html><title>Proxy</title></html>"
    let gate = try HoldingGate(
      before: bench.sandbox.url, holding: Self.list,
      answering:
        "HTTP/1.1 \(status)\r\nContent-Type: text/html\r\nContent-Length: \(page.utf8.count)\r\n\r\n\(page)"
    )
    let run = await
      (try bench.bench.start(
        ["backup", "run", "--repo", "r", "--give-up", "1s"], through: gate)).finish()
    #expect(run.status == (status.hasPrefix("500") ? 5 : 7), "\(run.messages)")
    #expect(run.output.isEmpty)
    let message = bench.shown(run.messages)
    #expect(message.hasPrefix("cupibulk: http://127.0.0.1:PORT: "), "\(message)")
    let hint = "\n    hint: run the same command again; no snapshot was added\n"
    #expect(message.hasSuffix(hint) == (run.status == 5), "\(message)")
    #expect(try await bench.snapshots().count == 1)
    #expect(try bench.folder.allFiles().allSatisfy { !$0.hasPrefix("r/tmp/") })
    #expect(try await bench.backup("verify").status == 0)
    let newest = try await bench.run(["runs", "list", "--json"]).output.split(separator: "\n").first
    #expect(newest?.contains(#""exitCode":\#(run.status)"#) == true, "\(newest ?? "")")
  }

  /// Starts a backup whose first request for the servers of a group is held, and changes the server meanwhile.
  private func run(
    _ bench: BackupBench, changing: () async throws -> Void
  ) async throws -> ProgramRun {
    let gate = try HoldingGate(before: bench.sandbox.url, holding: Self.list)
    let program = try bench.bench.start(["backup", "run", "--repo", "r"], through: gate)
    try await gate.waitForRequest()
    try await changing()
    gate.open()
    return await program.finish()
  }

  @Test func `a change between two passes needs one more pass`() async throws {
    let bench = try await BackupBench()
    // The second group was read before the change in some runs; a later pass sees it in all.
    let run = try await run(bench) {
      try await bench.change(7, precedence: 30)
      try await bench.change(1, precedence: 31)
    }
    #expect(run.status == 0, "\(run.messages)")
    let shown = try #require(try await bench.objects("show").first)
    #expect(shown.flag("moving") == false)
    #expect([2, 3].contains(shown.number("passes")))
    let diff = try await bench.run(["diff", "r@latest", bench.sandbox.url, "--exit-code"])
    #expect(diff.status == 0, "\(diff.output)")
  }

  @Test func `a group that vanishes while it is read is not in the snapshot`() async throws {
    let bench = try await BackupBench()
    let run = try await run(bench) {
      try #require(
        try await bench.sandbox.anotherClient(.delete, "portgroups/\(Lab.groupID(1))") == 204)
    }
    #expect(run.status == 0, "\(run.messages)")
    let shown = try #require(try await bench.objects("show").first)
    #expect(shown.number("groups") == 1 && shown.number("servers") == 2)
    #expect([2, 3].contains(shown.number("passes")))
  }

  @Test func `a server that changes all the time gives a suspect snapshot`() async throws {
    let bench = try await BackupBench()
    // Each pass takes longer than a change.
    try await bench.sandbox.faults("slow=60ms")
    let editing = Task {
      var number = 0
      while !Task.isCancelled {
        number = number % 900 + 1
        try await bench.change(1 + number % 6, precedence: number)
      }
    }
    let run = try await bench.backup("run", ["--slots", "1"])
    editing.cancel()
    _ = await editing.result
    #expect(
      bench.shown(run.seen) == """
        http://127.0.0.1:PORT: snapshot RUN, SUSPECT, 8 servers of 2 port groups
        cupibulk: warning: http://127.0.0.1:PORT: the snapshot is suspect: the groups changed each time that they were read, \
        4 times
            hint: if that is right: cupibulk backup accept RUN --reason WHY --repo r
        exit 8
        """)
    try await bench.sandbox.faults("")
    let name = try #require(try await bench.snapshots().first)
    #expect(
      try await bench.see("show", [name]).contains(
        "\nread      4 times, and it changed each time\n"))
  }
}
