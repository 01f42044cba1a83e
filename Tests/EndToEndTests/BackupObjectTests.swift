import Foundation
import HTTPMessages
import TestSupport
import Testing

/// The files of a repository for other programs, and who may read them.
@Suite struct BackupObjectTests {
  /// Servers that no import would accept as new ones: a port above 9999, and one of a PIMG group.
  private static let odd = {
    var lab = Lab("Branch", [.proxy("10.0.0.1", port: 12000, tlsPort: 12001), .proxy("10.0.0.2")])
    lab.add("Gateway", integration: 3, [Lab.Server(service: 104, host: "10.20.0.31")])
    return lab
  }()

  private func object(_ bench: BackupBench) throws -> String {
    try #require(try bench.objectFiles().first)
  }

  @Test func `an object is a plain export that validates, and imports without a change`()
    async throws
  {
    let bench = try await BackupBench()
    try await bench.snapshot()
    let object = try object(bench)
    try await bench.shell("zcat \(object) >plain.xml")
    for file in [object, "plain.xml"] {
      #expect(try await bench.run(["validate", file]).status == 0)
      let run = try await bench.run(["import", file])
      #expect(
        run.output
          == "Nothing to change: the server already is as the 8 rows say.\n  unchanged  8\n  read       8\n",
        "\(run.messages)")
    }
    #expect(try await bench.sandbox.log().writes == 0)
    let compare = "test $(zcat \(object) | sha256sum | cut -c1-64) = $(basename \(object) .xml.gz)"
    #expect(try await bench.shell(compare + " && echo same").contains("same"))
  }

  @Test func `servers with odd values are backed up, restored and imported where they were read`()
    async throws
  {
    let bench = try await BackupBench(Self.odd, ["--ports", "65535"])
    try await bench.snapshot()
    let object = try object(bench)
    let imported = try await bench.run(["import", object])
    #expect(imported.status == 0, "\(imported.output)\(imported.messages)")
    #expect(imported.output.contains("  unchanged  3\n"), "\(imported.output)")
    let group = Lab.groupID(1)
    for server in 1...2 {
      try await bench.sandbox.anotherClient(
        .delete, "portgroups/\(group)/portgroupservers/\(Lab.serverID(server))")
    }
    let restored = try await bench.run(["restore", "r@latest", "--exact"])
    #expect(restored.status == 0, "\(restored.output)\(restored.messages)")
    #expect(
      try await bench.bench.servers(of: "Branch") == [
        "102 10.0.0.1 12000/12001 #0", "102 10.0.0.2 5060/5061 #0",
      ])
    #expect(try await bench.backup("drill").status == 0)
  }

  @Test(arguments: ["000", "022", "077"])
  func `files have mode 0640 and folders 0750, less the umask`(umask: String) async throws {
    let bench = try await BackupBench()
    let mask = try #require(Int(umask, radix: 8))
    let seen = try await bench.shell(
      """
      umask \(umask)
      backup() { cupibulk backup "$@" >out.txt || cat out.txt; }
      backup init --repo m --drill-age 0s 2>/dev/null
      backup run --repo m --target sandbox:lab.db
      # A mode that others gave a file is not copied.
      chmod 4777 m/repository.json m/targets/*/chain.jsonl
      for _ in 1 2 3 4; do backup run --repo m --target sandbox:lab.db 2>/dev/null; done
      backup keep --repo m latest --reason x
      backup forget --repo m --keep-last 1 --min-good 1
      backup init --repo m --keep-last 3
      backup copy --repo m c
      find m c -printf '%y %m %f\n' | grep -v chain.jsonl | cut -d' ' -f1,2 | sort -u
      stat -c %a c/targets/*/chain.jsonl
      """)
    let file = String(0o640 & ~mask, radix: 8)
    let folder = String(0o750 & ~mask, radix: 8)
    #expect(seen == "d \(folder)\nf \(file)\n\(file)\nexit 0")
  }
}
