import Foundation
import Glibc
import TestSupport
import Testing

/// Several targets in one run: what goes wrong with one neither stops nor hides the others.
@Suite struct BackupTargetsTests {
  private let lab: TargetLab

  init() async throws { lab = try await TargetLab() }

  private func see(
    _ command: String, _ words: [String] = [], environment: [String: String] = [:]
  ) async throws -> String {
    BackupBench.words(
      try await lab.see(["backup", command, "--repo", "r"] + words, environment: environment))
  }

  private func makeRepository() async throws {
    #expect(try await see("init", ["--drill-age", "0s"]).hasSuffix("exit 0"))
  }

  /// The text without the beginnings of ids that tell targets of one name apart.
  private func withoutIDs(_ text: String) -> String {
    text.replacing(/\([0-9a-f]{8}\)/, with: "(ID)")
  }

  /// The lines of a text with the exit code last, sorted, because targets end in any order.
  private func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map(String.init).sorted()
  }

  @Test func `the others are done, each has its line, and the worst code is that of all`()
    async throws
  {
    let silent = try SilentServer()
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let second = try await SandboxProcess(in: folder)
    try lab.folder.writeSecret("wrong\n", to: "wrong-password")
    try lab.write(
      lab.section()
        + lab.section(
          "secret",
          [
            "url": second.url, "id": "", "tls-pin": "",
            "password-file": lab.folder.path("wrong-password"),
          ])
        + lab.section("closed", ["url": "https://127.0.0.1:1", "id": ""])
        + lab.section("silent", ["url": silent.url, "id": "", "tls-pin": ""]))
    try await makeRepository()
    let names = ["silent", "closed", "secret", "prod"].flatMap { ["--target", $0] }
    let limits = ["--connect-wait", "1s", "--give-up", "1s", "--transfer-timeout", "1s"]
    let seen = try await see("run", names + limits)
    #expect(seen.hasSuffix("\nexit 7"), "\(seen)")
    #expect(seen.contains("prod: snapshot RUN, good, 9 servers of 6 port groups\n"), "\(seen)")
    for start in [
      "cupibulk: secret: http://127.0.0.1:PORT: user name or password was refused: ",
      "cupibulk: closed: ", "cupibulk: silent: ",
    ] { #expect(seen.contains("\n" + start), "\(start) in \(seen)") }
    #expect(!seen.contains("nothing was sent"), "\(seen)")
    let others = ["silent", "closed", "prod"].flatMap { ["--target", $0] }
    #expect(try await see("run", others + limits).hasSuffix("\nexit 5"))
    #expect(
      try await see("status")
        == "prod: OK, last good snapshot DURATION ago (RUN), 9 servers of 6 port groups; no drill yet\nexit 0"
    )
    let secret =
      "grep -r \(TargetLab.password) r || zcat r/objects/*/* | grep \(TargetLab.password)"
    #expect(try await lab.folder.see(script: secret) == "exit 1", "the password is nowhere")
    let runs = try await lab.folder.see(["runs", "list", "--json"])
    #expect(runs.split(separator: "\n").count { $0.contains(#""kind":"backup""#) } == 7)
  }

  @Test func `a misspelt name is refused before any target is begun`() async throws {
    try lab.write(lab.section())
    try await makeRepository()
    #expect(
      try await see("run", ["--target", "prod", "--target", "prdo"])
        .replacing(lab.folder.path, with: "FOLDER") == """
          cupibulk: There is no target prdo in FOLDER/.config/cupibulk/targets.ini
              hint: did you mean prod?
          exit 2
          """)
    #expect(try await see("list") == "The repository has no snapshot yet.\nexit 0")
    #expect(
      try await lab.see(["backup", "run", "--target", "prod"]) == """
        cupibulk: No repository is named
            hint: pass --repo FOLDER, set CUPIBULK_REPO, or give the target a repository in targets.ini
        exit 2
        """)
  }

  @Test func `after a signal, the targets that were not begun have its exit code`() async throws {
    let bench = try await BackupBench()
    let servers = try (1...9).map { _ in try SilentServer() }
    let program = try bench.bench.start(
      ["backup", "run", "--repo", "r", "--transfer-timeout", "2s"]
        + servers.flatMap { ["--target", $0.url] })
    try await servers[0].waitForCaller()
    program.send(signal: SIGTERM)
    let run = await program.finish()
    #expect(run.status == 143, "\(run.messages)")
    #expect(
      run.messages.contains(
        "cupibulk: \(servers[8].url): Not started\n    hint: run the same command again\n"),
      "\(run.messages)")
  }

  @Test func `one server under two names has one history, under its newest name`() async throws {
    try lab.write(lab.section("old"))
    try await makeRepository()
    #expect(try await see("run", ["--target", "old"]).hasPrefix("old: snapshot RUN, good"))
    try lab.write(lab.section("new"))
    #expect(
      try await see("run", ["--target", "new"]) == """
        new: snapshot RUN, good, 9 servers of 6 port groups, unchanged
        exit 0
        """)
    #expect(try lab.folder.allFiles().filter { $0.hasSuffix("chain.jsonl") }.count == 1)
    let list = try await see("list")
    #expect(list.hasPrefix("new (https://127.0.0.1:PORT)\n"), "\(list)")
    #expect(
      try await see("verify") == "Read 2 snapshots and 1 object: all as they must be.\nexit 0")
  }

  @Test func `two servers of one name keep two histories, and the id tells them apart`()
    async throws
  {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let second = try await SandboxProcess(in: folder)
    try lab.write(lab.section())
    try await makeRepository()
    #expect(try await see("run", ["--target", "prod"]).hasSuffix("exit 0"))
    let section = lab.section("prod", ["url": second.url, "tls-pin": "", "id": ""])
    try lab.folder.writeSecret(
      section.replacing(lab.folder.path("password"), with: lab.folder.path("second")),
      to: "other/cupibulk/targets.ini")
    try lab.folder.writeSecret("sandbox\n", to: "second")
    let other = ["XDG_CONFIG_HOME": lab.folder.path("other")]
    // Of snapshots of one second, none is the newer one.
    try await Task.sleep(for: .milliseconds(1_100))
    let run = try await see("run", ["--target", "prod"], environment: other)
    #expect(run == "prod: snapshot RUN, good, 9 servers of 6 port groups\nexit 0")
    #expect(try lab.folder.allFiles().filter { $0.hasSuffix("chain.jsonl") }.count == 2)
    #expect(
      try await withoutIDs(see("show", ["--target", "prod"])) == """
        cupibulk: The repository has snapshots of 2 targets: prod (ID) and prod (ID)
            hint: type the name of a snapshot, which cupibulk backup list --repo r shows
        exit 1
        """)
    #expect(try await see("show", ["--target", lab.id]).contains("\ntarget    prod (https://"))
    #expect(try await see("show", ["--target", second.url]).contains("\ntarget    prod (http://"))
    // The section's id decides whose latest is meant.
    let restore = try await lab.folder.see(
      ["restore", "r@latest", "--target", "prod", "--exact", "--dry-run"])
    #expect(restore.contains("Dry run, nothing was sent: 9 unchanged."), "\(restore)")
    let list = "\n" + (try await see("list"))
    #expect(list.contains("\nprod (\(lab.id.prefix(8))) (https://127.0.0.1:PORT)\n"), "\(list)")
    // Without an id, it is the newest history, as after a server was rebuilt.
    let rebuilt = try await lab.folder.see(
      ["restore", "r@latest", "--target", "prod", "--exact", "--dry-run"], environment: other)
    #expect(rebuilt.contains("Dry run, nothing was sent: 9 unchanged."), "\(rebuilt)")
  }

  @Test func `a repository of a section is used without --repo, and --repo wins over it`()
    async throws
  {
    try lab.write(lab.section("prod", ["repository": lab.folder.path("own")]))
    try await makeRepository()
    for words in [["init", "--repo", "own"], ["run", "--target", "prod"]] {
      let seen = try await lab.see(
        ["backup"] + words + (words[0] == "init" ? ["--drill-age", "0s"] : []))
      #expect(seen.hasSuffix("exit 0"), "\(seen)")
    }
    let variable = ["CUPIBULK_REPO": "r"]
    #expect(
      try await lab.see(["backup", "run", "--target", "prod"], environment: variable)
        .contains(", unchanged"), "the section wins over the variable")
    #expect(
      try await see("run", ["--target", "prod"]).contains("good, 9 servers of 6 port groups\n"))
    #expect(
      try await lab.see(["backup", "show", "--target", "prod"]).contains("\nread      2 times\n"))
  }
}
