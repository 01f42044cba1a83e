import Foundation
import TestSupport
import Testing

/// `backup verify` names each kind of damage, and what only shows that a writer was stopped.
@Suite struct BackupVerifyTests {
  /// What is done to a repository with two snapshots of different content, and what is found.
  private struct Damage {
    var script: String
    var problems: [String]
    var summary = "Read 2 snapshots and 2 objects: 1 problem found."
    var status = 9
  }

  private static let object = "r/objects/XX/SHA256.xml.gz: "
  private static let chain = "r/targets/TARGETFOLDER/chain.jsonl: "
  private static let manifest = "r/targets/TARGETFOLDER/snapshots/RUN.json: "
  private static let broken =
    "does not follow the one before it: a line was changed, removed, added or moved"
  private static let foreign = "it does not belong to a repository"

  private static let cases = [
    Damage(
      script: "rm $object", problems: [object + "the object is missing"],
      summary: "Read 2 snapshots and 1 object: 1 problem found."),
    Damage(
      script: "printf x | dd of=$object bs=1 seek=100 conv=notrunc status=none",
      problems: [object + "the object is damaged: its content is not what its name says"]),
    Damage(
      script: "truncate -s 50 $object",
      problems: [object + "the object is damaged: its content is not what its name says"]),
    Damage(
      script: "zcat $object | gzip -1 >new && cat new >$object",
      problems: [
        object + "the packed bytes are not those of the manifest; the content is whole"
      ]),
    Damage(script: "rm $manifest", problems: [manifest + "the manifest is missing"]),
    Damage(
      script: "sed -i s/14.0.1/15.0.1/ $manifest",
      problems: [manifest + "it is not the manifest that the chain names"]),
    Damage(
      script: "sed -i 1s/:8/:9/ $target/chain.jsonl",
      problems: [
        chain + "line 1 is damaged", chain + "line 2 " + broken,
        chain + "lines are missing at its end: there are snapshots that come after them",
      ], summary: "Read 1 snapshot and 2 objects: 3 problems found."),
    Damage(
      script: "sed -i 1d $target/chain.jsonl",
      problems: [
        chain + "line 1 " + broken,
        chain + "lines are missing at its end: there are snapshots that come after them",
      ], summary: "Read 1 snapshot and 2 objects: 2 problems found."),
    Damage(
      script: "sed -i '1{h;d};2{G}' $target/chain.jsonl",
      problems: [chain + "line 1 " + broken, chain + "line 2 " + broken],
      summary: "Read 2 snapshots and 2 objects: 2 problems found."),
    Damage(
      script: "printf '{\"half' >>$target/chain.jsonl",
      problems: [chain + "unfinished: it ends with half a line"],
      summary: "Read 2 snapshots and 2 objects: all as they must be.", status: 0),
    Damage(
      script: "sed -i 2d $target/chain.jsonl",
      problems: [manifest + "unfinished: the snapshot has no line in the chain yet"],
      summary: "Read 1 snapshot and 2 objects: all as they must be.", status: 0),
    Damage(
      script: "rm $target/chain.jsonl",
      problems: [
        chain + "lines are missing at its end: there are snapshots that come after them",
        manifest + "unfinished: the snapshot has no line in the chain yet",
      ], summary: "Read 0 snapshots and 2 objects: 1 problem found."),
    Damage(
      script:
        "touch r/notes.txt r/objects/zz $target/snapshots/x && ln -s /etc/passwd $target/link",
      problems: [
        "r/notes.txt: " + foreign, "r/objects/zz: " + foreign,
        "r/targets/TARGETFOLDER/link: " + foreign,
        "r/targets/TARGETFOLDER/snapshots/x: " + foreign,
      ], summary: "Read 2 snapshots and 2 objects: 4 problems found."),
    Damage(
      script: "touch r/tmp/7 && rm $target/chain.jsonl $target/snapshots/*",
      problems: [
        object + "unfinished: no snapshot needs the object",
        object + "unfinished: no snapshot needs the object",
        "r/tmp/7: unfinished: it was being written",
      ], summary: "Read 0 snapshots and 2 objects: all as they must be.", status: 0),
  ]

  @Test func `damage is named`() async throws {
    let bench = try await BackupBench()
    let first = try await bench.snapshot()
    try await bench.change(1, precedence: 30)
    try await bench.snapshot()
    let target = try bench.target()
    let object = try await bench.objects("show", [first]).first?.text("file") ?? ""
    try await bench.shell("mv r whole")
    for damage in Self.cases {
      let comment = Comment(rawValue: damage.script)
      let done = try await bench.shell(
        "rm -rf r second; cp -a whole r; target=\(target); manifest=$target/snapshots/\(first).json; "
          + "object=\(object); \(damage.script) && cp -a r second")
      #expect(done == "exit 0", comment)
      #expect(
        try await bench.see("verify") == (damage.problems + [damage.summary])
          .map { $0 + "\n" }.joined() + "exit \(damage.status)", comment)
      // The first verification has finished what was unfinished.
      let found = try BackupBench.objects(
        try await bench.run(["backup", "verify", "--repo", "second", "--json"]))
      #expect(found.first?.list("problems").count == damage.problems.count, comment)
      #expect(found.first?.number("exit") == damage.status, comment)
    }
  }

  @Test func `settings that were changed are refused`() async throws {
    let bench = try await BackupBench()
    try await bench.shell("sed -i s/keep/kept/ r/repository.json")
    for command in ["list", "run", "verify"] {
      #expect(
        try await bench.see(command).contains(
          """
          r/repository.json is damaged: it is not as cupibulk has written it
              hint: take the file from a copy of the repository, or make a new repository in another folder; \
          the snapshots are not affected
          exit 1
          """), "\(command)")
    }
  }

  @Test func `a damaged object is refused by a restore, and replaced by the next run`() async throws
  {
    let bench = try await BackupBench()
    try await bench.snapshot()
    let object = try #require(try bench.objectFiles().first)
    try await bench.shell("printf x | dd of=\(object) bs=1 seek=100 conv=notrunc status=none")
    #expect(
      try await bench.see(command: ["restore", "r@latest", "--exact"]) == """
        cupibulk: The object r/objects/XX/SHA256.xml.gz is damaged: its content is not what its name says
            hint: cupibulk backup verify --repo r names all damage; take the file from a copy, or use another snapshot
        exit 1
        """)
    #expect(try await bench.sandbox.log().writes == 0)
    try await bench.snapshot()
    #expect(try await bench.backup("verify").status == 0)
  }

  // MARK: Links

  @Test(arguments: [
    ("objects/XX", "it is a link or a file, where a folder must be"),
    ("tmp", "it is a link or a file, where a folder must be"),
    ("trash", "it is a link or a file, where a folder must be"),
    ("targets", "it is a link or a file, where a folder must be"),
    ("targets/TARGETFOLDER", nil),
    ("targets/TARGETFOLDER/snapshots", "it is a link or a file, where a folder must be"),
    (
      "targets/TARGETFOLDER/chain.jsonl",
      "it is a link, a folder or a device, where a file must be"
    ),
    ("repository.json", "it is a link, a folder or a device, where a file must be"),
  ])
  func `no link is followed, and none is written through`(name: String, reason: String?)
    async throws
  {
    let bench = try await BackupBench()
    try await bench.snapshot()
    let target = try bench.target()
    let object = try #require(try bench.objectFiles().first)
    let place =
      "r/"
      + name.replacing(
        "objects/XX", with: object.split(separator: "/")[1...2].joined(separator: "/")
      )
      .replacing("targets/TARGETFOLDER", with: target.dropFirst(2))
    try await bench.shell("mv \(place) elsewhere && ln -s \"$PWD/elsewhere\" \(place)")
    let before = try await bench.shell("find elsewhere -type f | sort | xargs sha256sum")
    try await bench.change(1, precedence: 30)
    for words in [["run", "--json"], ["forget", "--keep-last", "1"], ["verify"], ["copy", "c"]] {
      let seen = try await bench.see(words[0], Array(words.dropFirst()))
      if let reason, words == ["verify"] {
        let isNamed =
          seen.contains("r/\(name): it does not belong")
          || seen.contains("r/\(name): ") && seen.contains(reason)
        #expect(isNamed && !seen.hasSuffix("exit 0"), "\(seen)")
      }
    }
    #expect(try await bench.shell("find elsewhere -type f | sort | xargs sha256sum") == before)
    #expect(try await bench.shell("test -h \(place)") == "exit 0")
  }

  @Test func `a link in place of the lock is refused`() async throws {
    let bench = try await BackupBench()
    try bench.folder.write("mine\n", to: "victim")
    try await bench.shell("ln -s ../victim r/lock")
    #expect(
      try await bench.see("run") == """
        cupibulk: http://127.0.0.1:PORT: The lock file r/lock cannot be opened: it is a link; remove it, or check the \
        permissions of its folder
        exit 1
        """)
    #expect(try bench.folder.read("victim") == "mine\n")
  }
}
