import Foundation
import TestSupport
import Testing

/// What the commands of `backup` print, for people and for programs.
@Suite struct BackupCommandTests {
  // MARK: Texts

  @Test func `init, run, list, show and status on the terminal`() async throws {
    let bench = try await BackupBench()
    #expect(
      try await bench.see("init", ["--target", "here", "--keep-daily", "7"]) == """
        The repository r already exists: keep-daily 7; restores are not rehearsed by themselves.
        exit 0
        """)
    #expect(
      try await bench.see("run", ["--no-forget"]) == """
        http://127.0.0.1:PORT: snapshot RUN, good, 8 servers of 2 port groups
        exit 0
        """)
    #expect(
      try await bench.see("run", ["--no-forget"]) == """
        http://127.0.0.1:PORT: snapshot RUN, good, 8 servers of 2 port groups, unchanged
        exit 0
        """, "a night without changes")
    #expect(
      try await bench.see("list") == """
        http://127.0.0.1:PORT
        snapshot               from                  to                    taken  servers  groups  remark
        RUN  TIME  TIME      2        8       2
        exit 0
        """)
    #expect(
      try await bench.see("list", ["--all"]) == """
        http://127.0.0.1:PORT
        snapshot               from                  to  taken  servers  groups  remark
        RUN  TIME          1        8       2
        RUN  TIME          1        8       2
        exit 0
        """)
    #expect(
      try await bench.see("show").replacing(/\d+ bytes, [\d,]+ unpacked/, with: "SIZE") == """
        snapshot  RUN
        target    http://127.0.0.1:PORT
        server    GUID, version 14.0.1.0
        ended     TIME
        read      2 times
        verdict   good
        who      WHO
        tool      cupibulk 0.1.0
        run       RUN
        file      r/objects/XX/SHA256.xml.gz
        size      SIZE
        SHA-256   SHA256

        port group  id                                    servers
        Branch 1    GUID        6
        Branch 2    GUID        2
        Restore it with: cupibulk restore r@RUN --target T --exact --dry-run
        exit 0
        """)
    #expect(
      try await bench.see("status") == """
        http://127.0.0.1:PORT: OK, last good snapshot DURATION ago (RUN), 8 servers of 2 port groups; no drill yet
        here: NEVER, no good snapshot; no drill yet
        exit 9
        """)
    #expect(
      try await bench.see("verify") == """
        Read 2 snapshots and 1 object: all as they must be.
        exit 0
        """)
  }

  @Test func `a new repository says how it keeps snapshots, and what is next`() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    #expect(
      try await folder.see(["backup", "init", "--repo", "a/b c", "--target", "sandbox:lab.db"])
        == """
        The repository a/b c is ready: keep-daily 30, keep-weekly 13, keep-monthly 24; a restore is rehearsed every 7d.
        Next: cupibulk backup run --repo 'a/b c' --target sandbox:lab.db
        exit 0
        """)
    let run = ["backup", "run", "--repo", "a/b c", "--target", "sandbox:lab.db"]
    let first = try await folder.see(run)
    #expect(
      first.hasPrefix(
        """
        sandbox:lab.db: snapshot RUN, good, 9 servers of 6 port groups
        sandbox:lab.db: Restores in the sandbox: 6 port groups, 9 servers; 
        """), "\(first)")
    #expect(
      try await folder.see(run) == """
        sandbox:lab.db: snapshot RUN, good, 9 servers of 6 port groups, unchanged
        exit 0
        """, "the next drill is due in a week")
    #expect(
      try await folder.see(["backup", "status", "--repo", "a/b c"])
        == "sandbox:lab.db: OK, last good snapshot DURATION ago (RUN), 9 servers of 6 port groups; "
        + "last drill DURATION ago\nexit 0")
    try folder.write("x", to: "other/file")
    #expect(
      try await folder.see(["backup", "init", "--repo", "other"]) == """
        cupibulk: The folder other has other files, and no repository
            hint: name an empty folder, or one that does not exist
        exit 1
        """)
    #expect(
      try await folder.see(["backup", "list"]) == """
        cupibulk: No repository is named
            hint: pass --repo FOLDER, set CUPIBULK_REPO, or give the target a repository in targets.ini
        exit 2
        """)
    for word in ["list", "run --target sandbox:", "forget", "copy x", "status", "verify", "drill"] {
      let words = ["backup"] + word.split(separator: " ").map(String.init) + ["--repo", "none"]
      let seen = try await folder.see(words)
      #expect(
        seen.contains(
          """
          There is no repository in none
              hint: make one with: cupibulk backup init --repo none
          exit 1
          """), "\(word): \(seen)")
    }
    #expect(try !folder.names().contains("none"))
    #expect(try !folder.names().contains("x"))
  }

  @Test func `keep and accept say what they did, and a second time that it is so`() async throws {
    let bench = try await BackupBench()
    try await bench.snapshot()
    for (command, once, again) in [
      ("keep", "is kept for ever", "is kept already"),
      ("accept", "is good already", "is good already"),
    ] {
      #expect(
        try await bench.see(command, ["latest", "--reason", "before the move"])
          == "http://127.0.0.1:PORT: snapshot RUN \(once).\nexit 0")
      #expect(
        try await bench.see(command, ["latest", "--reason", "again"])
          == "http://127.0.0.1:PORT: snapshot RUN \(again).\nexit 0")
    }
    #expect(try await bench.see("list").contains("  kept: before the move\n"))
    #expect(try await bench.see("show").contains("\nkept      before the move\n"))
  }

  // MARK: JSON

  @Test func `the output for programs has the same keys always`() async throws {
    let bench = try await BackupBench()
    func keys(_ command: String, _ words: [String] = []) async throws -> [[String]] {
      let objects = try await bench.objects(command, words)
      for object in objects { #expect(object.number("schema") == 1, "\(command)") }
      return objects.map(\.keys)
    }
    func sorted(_ text: String) -> [String] {
      text.split(separator: " ").map(String.init).sorted()
    }
    let initial = sorted("schema type exit repository new id policy drillAgeSeconds targets")
    #expect(try await keys("init") == [initial])

    let run = sorted("schema type exit targets")
    let target = sorted(
      "target targetID repository exit run snapshot good suspicions servers groups unchanged object chainHead "
        + "forgotten drill failure")
    let words = [
      [], ["--target", "https://127.0.0.1:1", "--connect-wait", "1s", "--connect-timeout", "1s"],
    ]
    for words in words {
      let objects = try await bench.objects("run", words)
      #expect(objects.map(\.keys) == [run])
      let inner = try #require(objects.first?.list("targets") as? [[String: Any]])
      #expect(inner.map { $0.keys.sorted() } == [target])
      #expect(inner.first?["snapshot"] is NSNull == !words.isEmpty, "\(words)")
      #expect(inner.first?["failure"] is NSNull == words.isEmpty, "\(words)")
    }

    let snapshot =
      "snapshot target targetID ended good suspicions accepted kept forgotten servers groups object content"
    #expect(try await keys("list") == [sorted("schema type from to taken " + snapshot)])
    #expect(
      try await keys("show") == [
        sorted(
          "schema type exit version url began passes moving who tool run file size packedSize manifest portGroups "
            + snapshot)
      ])
    #expect(
      try await keys("forget", ["--keep-last", "1", "--dry-run"]) == [
        sorted("schema type dryRun keep reasons " + snapshot)
      ])
    #expect(
      try await keys("status") == [
        sorted(
          "schema type target targetID state lastGood lastGoodEnded newest suspicions lastDrill drillFailed"
        )
      ])
    let mark = sorted("schema type exit snapshot target changed")
    #expect(try await keys("keep", ["latest", "--reason", "x"]) == [mark])
    #expect(try await keys("accept", ["latest", "--reason", "x"]) == [mark])
    #expect(
      try await keys("verify") == [
        sorted("schema type exit repository snapshots objects recorded problems")
      ])
    #expect(
      try await keys("copy", ["c"]) == [
        sorted("schema type exit copy snapshots objects lines missing")
      ])
    #expect(
      try await keys("drill") == [
        sorted(
          "schema type source target targetID snapshot passed untried stopped groups servers changes rounds"
        )
      ])
  }

  @Test func `the chain's head of one run is found by a later verification`() async throws {
    let bench = try await BackupBench()
    let runs = try await bench.objects("run")
    let targets = try #require(runs.first?.list("targets") as? [[String: Any]])
    let head = try #require(targets.first?["chainHead"] as? String)
    try await bench.snapshot()
    #expect(
      try await bench.see("verify", ["--head", head])
        == "Read 2 snapshots and 1 object: all as they must be.\nexit 0")
    // Half of the chain is removed, with everything that it says.
    let target = try bench.target()
    try await bench.shell("rm -r \(target)")
    #expect(
      try await bench.see("verify", ["--head", head]) == """
        r/objects/XX/SHA256.xml.gz: unfinished: no snapshot needs the object
        r/targets: no chain has the line SHA256: lines and snapshots were removed, or the repository is an older one
        Read 0 snapshots and 1 object: 1 problem found.
        exit 9
        """)
  }
}
