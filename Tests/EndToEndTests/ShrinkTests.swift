import Foundation
import TestSupport
import Testing

/// An export is not replaced by one with far fewer servers without an option.
@Suite struct ShrinkTests {
  @Test func `a file is kept if the target has lost its servers, unless the option accepts it`()
    async throws
  {
    let servers = (1...5).map { Lab.Server.proxy("10.0.0.\($0)", precedence: $0) }
    let bench = try await Workbench(Lab("Branch", servers))
    let export = ["export", "-o", "backup.csv", "--progress", "none"]
    #expect(try await bench.run(export).status == 0)
    let good = try bench.folder.read("backup.csv")
    try bench.folder.write(
      "PortGroup,Service,Host\n" + (2...5).map { "Branch,102,10.0.0.\($0)\n" }.joined(),
      to: "old.csv")
    let deleted = try await bench.run([
      "import", "old.csv", "--mode", "delete", "--max-delete", "4",
    ])
    #expect(deleted.status == 0, "\(deleted.messages)")

    let refused = try await bench.run(export)
    #expect(
      refused.seen == """
        cupibulk: backup.csv was not replaced: it has 5 servers, and the target has 1
            hint: look at the target and at the file; if it is right to replace the file, pass --accept-shrink
        exit 8
        """)
    #expect(try bench.folder.read("backup.csv") == good)
    #expect(try bench.folder.allFiles().filter { $0.contains("backup") } == ["backup.csv"])
    let result = try await bench.run(export + ["--json"])
    #expect(result.status == 8)
    #expect(result.output.contains("\"stopped\":\"Backup.csv was not") == false)
    #expect(result.output.contains("\"stopped\":\"backup.csv was not replaced: it has 5 servers"))
    // Another file, and standard output, are written as usual.
    #expect(try await bench.run(["export", "-o", "other.csv"]).status == 0)
    #expect(try await bench.run(["export", "-o", "-"]).status == 0)

    #expect(try await bench.run(export + ["--accept-shrink"]).status == 0)
    #expect(try bench.folder.read("backup.csv").split(separator: "\n").count == 2)
  }
}
