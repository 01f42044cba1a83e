import Foundation
import TestSupport
import Testing

/// A full disk ends a run with one message; no incomplete file remains, and the ledger can still be used.
///
/// A limit on the size of files (`ulimit -f`, `prlimit`) simulates a full disk for any user, at a chosen moment.
@Suite struct FullDiskTests {
  private static let rows = "PortGroup,Service,Host\nBranch,102,10.0.0.2\n"
  private static let full =
    "cupibulk: This process may not write a file as large as the ledger ledger.db would become (ulimit -f); "
    + "raise the limit, then continue; what was recorded before is safe\n"

  private static let next =
    "Every row, and whether it is in doubt: cupibulk runs rows RUN --ledger ledger.db\n"

  private static let many =
    "PortGroup,Service,Host\n" + (1...5_000).map { "Branch,102,h\($0).example\n" }.joined()

  private func bench() async throws -> Workbench {
    let bench = try await Workbench(Lab("Branch", [.proxy("10.0.0.1")]))
    try bench.folder.write(Self.rows, to: "rows.csv")
    return bench
  }

  /// Prevents that files of the program grow.
  private func fillDisk(of program: RunningProgram) async throws {
    let run = try await ProgramRun.run(
      ["--pid", "\(program.processID)", "--fsize=0"], program: "/usr/bin/prlimit", in: "/")
    #expect(run.status == 0, "\(run.messages)")
  }

  /// Runs an import up to the first request that begins with a text, fills the disk, and continues.
  private func see(fullAt start: String, on bench: Workbench) async throws -> String {
    let gate = try HoldingGate(before: bench.sandbox.url, holding: start)
    let program = try bench.start(["import", "rows.csv", "--ledger", "ledger.db"], through: gate)
    try await gate.waitForRequest()
    try await fillDisk(of: program)
    gate.open()
    return await program.finish().seen
  }

  /// Returns whether the ledger holds one attempt without rows; its ending may be missing.
  private func keptNothing(_ bench: Workbench) async throws -> Bool {
    let listed = try await bench.run(["runs", "--ledger", "ledger.db", "--json"]).output
    return listed.split(separator: "\n").count == 1 && listed.contains(#""staged":false"#)
      && listed.contains(#/"how":"(crashed|failed)"/#)
  }

  @Test func `while staging: only the attempt is recorded, and the ledger can be used later`()
    async throws
  {
    let bench = try await bench()
    try bench.folder.write(Self.many, to: "many.csv")
    let run = try await bench.start(
      shell: "ulimit -f 200; cupibulk import many.csv --ledger ledger.db"
    ).finish()
    #expect(run.seen == Self.full + "exit 1")
    #expect(try await bench.sandbox.log().writes == 0)
    #expect(try await keptNothing(bench))
    #expect(
      try await bench.imports(["rows.csv", "--ledger", "ledger.db"]).summary == "read 1, created 1")
  }

  @Test func `while journalling: nothing is sent`() async throws {
    let bench = try await bench()
    let seen = try await see(fullAt: "GET /vmrest/portgroups/", on: bench)
    #expect(seen == Self.full + Self.next + "exit 1")
    #expect(try await bench.sandbox.log().writes == 0)
    #expect(
      try await bench.rows(["--ledger", "ledger.db"]).map(\.stateText) == ["pending[staged]"])
    #expect(
      try await bench.imports(["rows.csv", "--ledger", "ledger.db"]).summary == "read 1, created 1")
  }

  @Test func `while recording: what was sent is in doubt`() async throws {
    let bench = try await bench()
    let seen = try await see(fullAt: "POST ", on: bench)
    #expect(seen == Self.full + Self.next + "exit 1")
    #expect(try await bench.sandbox.log().writes == 1)
    #expect(try await bench.rows(["--ledger", "ledger.db"]).map(\.stateText) == ["inDoubt"])
    #expect(
      // No request of the first run is in flight any more.
      try await bench.imports([
        "rows.csv", "--ledger", "ledger.db", "--settle-wait", "0s", "--transfer-timeout", "1s",
      ]).summary == "read 1, unchanged 1")
  }

  @Test func `while reading for an export: no file appears`() async throws {
    let bench = try await bench()
    let gate = try HoldingGate(before: bench.sandbox.url, holding: "GET /vmrest/portgroups/")
    try bench.folder.write("old\n", to: "out/backup.csv")
    let program = try bench.start(
      ["export", "-o", "out/backup.csv", "--ledger", "ledger.db"], through: gate)
    try await gate.waitForRequest()
    try await fillDisk(of: program)
    gate.open()
    #expect(await program.finish().seen == Self.full + "exit 1")
    #expect(try bench.folder.read("out/backup.csv") == "old\n")
    #expect(try bench.folder.allFiles().filter { $0.hasPrefix("out/") } == ["out/backup.csv"])
    #expect(try await keptNothing(bench))
  }

  @Test func `a run that cannot print its result is complete`() async throws {
    let bench = try await bench()
    let done = try await bench.start(shell: "cupibulk import rows.csv >/dev/full").finish()
    #expect(done.status == 0)
    #expect(
      done.messages.hasSuffix(
        """
        cupibulk: cannot write to standard output: No space left on device
            hint: the run has ended as its exit code says; look at it with: cupibulk runs show last

        """), "\(done.messages)")
    for look in ["runs list", "runs rows", "import rows.csv --dry-run"] {
      let run = try await bench.start(shell: "cupibulk \(look) >/dev/full").finish()
      #expect(run.status == 1, "\(look): \(run.messages)")
    }
  }

  @Test(arguments: [
    "runs list", "runs rows", "runs show last", "export --format csv",
    "convert rows.csv --to json -o -",
    "inspect rows.csv --records", "template sip-proxy", "import rows.csv",
    "import rows.csv --dry-run",
    "--help",
  ])
  func `a reader of the output that ends early is not an error`(look: String) async throws {
    let bench = try await bench()
    _ = try await bench.run(["import", "rows.csv"])
    let run = try await bench.start(
      shell: "cupibulk \(look) 2>/dev/null | true; exit ${PIPESTATUS[0]}"
    )
    .finish()
    #expect(run.status == 0)
  }

  @Test func `while writing to a device: an error is reported`() async throws {
    let bench = try await bench()
    let device = try await bench.run(["export", "-o", "/dev/full", "--format", "csv"])
    #expect(
      device.seen == """
        cupibulk: Cannot write /dev/full: the disk is full; nothing was left behind, free some space and try again
        exit 1
        """)
    let output = try await bench.start(shell: "cupibulk export >/dev/full").finish()
    #expect(
      output.seen == """
        cupibulk: Cannot write standard output: the disk is full; nothing was left behind, free some space and try again
        exit 1
        """)
  }

  @Test(
    .enabled("this machine does not allow mounting a small file system") {
      try await Confined.canMount()
    })
  func `on a small disk: no incomplete file, and the ledger can be used later`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      Lab("Branch", (1...400).map { .proxy("10.0.\($0 / 200).\($0 % 200)", precedence: $0) }).json,
      to: "lab.json")
    try folder.write(Self.many, to: "many.csv")
    try folder.write(Self.rows, to: "rows.csv")
    let seen = try await folder.see(
      script: """
        mkdir disk && mount -t tmpfs -o size=64k tmpfs disk && echo old >disk/out.xml
        cupibulk sandbox --port 0 --load lab.json >sandbox.txt & sandbox=$!
        until url=$(grep -so 'http[^ ]*' sandbox.txt); do sleep 0.01; done
        export CUPIBULK_USERNAME=admin CUPIBULK_PASSWORD_COMMAND='echo sandbox'
        export CUPIBULK_TARGET=$url
        cupibulk export -o disk/out.xml; echo "exit code $?"
        cat disk/out.xml; ls -A disk
        mount -o remount,size=400k disk
        cupibulk import many.csv --ledger disk/ledger.db; echo "exit code $?"
        mount -o remount,size=4m disk
        cupibulk runs --ledger disk/ledger.db; echo "exit code $?"
        cupibulk import rows.csv --ledger disk/ledger.db; echo "exit code $?"
        kill $sandbox; wait $sandbox
        """, by: Confined.withMounts)
    #expect(
      seen == """
        cupibulk: Cannot write disk/out.xml: the disk is full; nothing was left behind, free some space and try again
        exit code 1
        old
        out.xml
        cupibulk: The disk is full, so that the ledger disk/ledger.db cannot grow; make room, then continue; what was recorded before is safe
        exit code 1
        when                  what    target                  outcome                                                                                                                              rows  file      run
        TIME  import  http://127.0.0.1:PORT  failed: the disk is full, so that the ledger disk/ledger.db cannot grow; make room, then continue; what was recorded before is safe        many.csv  RUN
        exit code 0
        Nothing to change: the server already is as the row says.
          unchanged  1
          read       1
        399 servers of this port group are in no row, and stay as they are:
          SIP proxy 10.0.0.1 port 5060 tls 5061 in "Branch"
          SIP proxy 10.0.0.3 port 5060 tls 5061 in "Branch"
          SIP proxy 10.0.0.4 port 5060 tls 5061 in "Branch"
          SIP proxy 10.0.0.5 port 5060 tls 5061 in "Branch"
          SIP proxy 10.0.0.6 port 5060 tls 5061 in "Branch"
          … and 394 more
        Every row: cupibulk runs rows RUN --ledger disk/ledger.db
        exit code 0
        exit 0
        """)
  }

  @Test(
    .enabled("this machine does not allow mounting a small file system") {
      try await Confined.canMount()
    })
  func `the ledger can be read on a full disk and on one that is mounted read-only`() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Lab("Branch", [.proxy("10.0.0.1")]).json, to: "lab.json")
    try folder.write("PortGroup,Service,Host\nBranch,102,10.0.0.2\n", to: "rows.csv")
    let seen = try await folder.see(
      script: """
        mkdir disk && mount -t tmpfs -o size=4m tmpfs disk
        cupibulk import rows.csv --target sandbox: --ledger disk/ledger.db >run.txt 2>&1
        look() {
          for words in "list" "show" "rows" "rows --json" "rejects -o -"; do
            cupibulk runs $words --ledger disk/ledger.db >out.txt 2>err.txt || cat err.txt
            [ -s out.txt ] && echo "$1 $words"
          done
        }
        look writable
        mount -o remount,ro disk; look read-only; mount -o remount,rw disk
        cat /dev/zero >disk/filler 2>/dev/null; look full
        cupibulk runs prune --keep 1d --ledger disk/ledger.db 2>&1 | head -1
        """, by: Confined.withMounts)
    func looks(_ state: String) -> String {
      ["list", "show", "rows", "rows --json", "rejects -o -"].map { "\(state) \($0)" }
        .joined(separator: "\n")
    }
    #expect(
      seen
        == [
          looks("writable"), looks("read-only"), looks("full"),
          "cupibulk: The disk is full, so that the ledger disk/ledger.db cannot grow", "exit 0",
        ].joined(separator: "\n"))
  }
}
