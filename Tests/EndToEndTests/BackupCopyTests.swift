import Foundation
import TestSupport
import Testing

/// `backup copy` writes files once; a copy that has other lines than the original is left as it is.
@Suite struct BackupCopyTests {
  @Test func `a copy grows with its original, and restores as it does`() async throws {
    let bench = try await BackupBench()
    try await bench.snapshot()
    #expect(
      try await bench.see("copy", ["disk/copy"])
        == "Copied 1 snapshot and 1 object to disk/copy; 1 snapshot read again there.\nexit 0")
    try await bench.change(1, precedence: 30)
    try await bench.snapshot()
    #expect(
      try await bench.see("copy", ["disk/copy"])
        == "Copied 1 snapshot and 1 object to disk/copy; 2 snapshots read again there.\nexit 0")
    #expect(
      try await bench.see("copy", ["disk/copy"])
        == "Copied 0 snapshots and 0 objects to disk/copy; 2 snapshots read again there.\nexit 0")
    #expect(
      try await bench.shell("diff -r -x repository.json r disk/copy && echo same") == "same\nexit 0"
    )
    #expect(
      try await bench.see(command: ["backup", "verify", "--repo", "disk/copy"]) == """
        Read 2 snapshots and 2 objects: all as they must be.
        This is a copy: the verification is not recorded in it.
        exit 0
        """)
    for words in [["run"], ["keep", "latest", "--reason", "x"]] {
      let seen = try await bench.see(command: ["backup"] + words + ["--repo", "disk/copy"])
      #expect(
        seen.contains(
          """
          he repository disk/copy is a copy, to which only its original adds snapshots
              hint: to make it a repository of its own: cupibulk backup init --repo disk/copy
          exit 7
          """), "\(seen)")
    }
    let run = try await bench.run(["restore", "disk/copy@latest", "--exact", "--dry-run"])
    #expect(run.output == "Dry run, nothing was sent: 8 unchanged.\n", "\(run.messages)")
  }

  @Test func `a copy that has other lines is refused and left as it is`() async throws {
    let bench = try await BackupBench()
    try await bench.snapshot()
    // The original is set back to an older state, and then goes another way.
    try await bench.shell("cp -r r old")
    try await bench.snapshot()
    #expect(try await bench.backup("copy", ["copy"]).status == 0)
    try await bench.shell("rm -r r && mv old r")
    try await bench.snapshot()
    let before = try bench.folder.read("\(bench.target(in: "copy"))/chain.jsonl")
    #expect(
      try await bench.see("copy", ["copy"]) == """
        cupibulk: copy/targets/TARGETFOLDER/chain.jsonl has lines that this repository does not have
            hint: keep it as it is, and copy to another folder
        exit 8
        """)
    #expect(try bench.folder.read("\(bench.target(in: "copy"))/chain.jsonl") == before)
    #expect(try await bench.backup("copy", ["second"]).status == 0)
    #expect(
      try await bench.see(command: ["backup", "init", "--repo", "other"]).hasSuffix("exit 0"))
    #expect(
      try await bench.see("copy", ["other"]) == """
        cupibulk: The folder other has another repository, and no copy of this one
            hint: name an empty folder, or an earlier copy
        exit 1
        """)
  }

  @Test func `what is damaged here is named and not copied`() async throws {
    let bench = try await BackupBench()
    try await bench.snapshot()
    try await bench.change(1, precedence: 30)
    try await bench.snapshot()
    let object = try await bench.objects("show").first?.text("file") ?? ""
    try await bench.shell("rm \(object)")
    #expect(
      try await bench.see("copy", ["copy"]) == """
        Copied 1 snapshot and 1 object to copy; 1 snapshot read again there.
        cupibulk: not copied, because it is damaged or missing here: r/targets/TARGETFOLDER/snapshots/RUN.json
        exit 9
        """)
  }
}
