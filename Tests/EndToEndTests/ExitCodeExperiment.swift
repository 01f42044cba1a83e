import Foundation
import TestSupport
import Testing

/// Situations, and the exit code of each.
@Suite struct ExitCodeExperiment {
  /// A sandbox and a script; the exit code of the script's last command is compared.
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var status: Int32
    var script: String
    /// Options of the sandbox.
    var sandbox: [String] = []

    init(_ status: Int32, _ what: String, _ script: String, _ sandbox: [String] = []) {
      testDescription = "\(status): \(what)"
      self.status = status
      self.script = script
      self.sandbox = sandbox
    }
  }

  /// The name of the newest run.
  private static let run = "$(cupibulk runs list --json | head -n 1 | cut -d '\"' -f 10)"
  /// Starts an import that is held at the sandbox, and continues once it is held.
  private static let held = """
    set -m; cupibulk import new.csv & held=$!
    until cupibulk runs list | grep -q 'is running'; do :; done;
    """
  /// Puts the run in doubt: its creation is lost each time it is sent.
  private static let doubt =
    "cupibulk import new.csv --settle-wait 0s"
  private static let swallowing = [
    "--fault", "drop-request@1,drop-request@2,drop-request@3",
  ]

  static let good = [
    Case(0, "all rows done", "cupibulk import new.csv"),
    Case(0, "all rows done before", "cupibulk import new.csv && cupibulk import new.csv"),
    Case(0, "a file without rows", "cupibulk import empty.csv"),
    Case(0, "a rehearsal", "cupibulk import new.csv --dry-run"),
    Case(
      0, "an answer that was lost, and found", "cupibulk import new.csv",
      ["--fault", "drop-reply@1"]),
    Case(0, "a request that was lost, and sent again", doubt, ["--fault", "drop-request@1"]),
    Case(0, "a server that is busy once", "cupibulk import new.csv", ["--fault", "busy@1"]),
    Case(0, "an error of the server's, once", "cupibulk import new.csv", ["--fault", "html500@1"]),
    Case(
      0, "a host that reads in another form", "cupibulk import new.csv", ["--host-case", "lower"]),
    Case(0, "an export", "cupibulk export -o out.csv"),
    Case(0, "nothing to resume", "cupibulk resume"),
    Case(
      0, "no failed rows to try again", "cupibulk import new.csv && cupibulk resume \(run) --failed"
    ),
    Case(0, "an undo", "cupibulk import new.csv && cupibulk undo \(run)"),
    Case(
      0, "an undo once more",
      "cupibulk import new.csv; r=\(run); cupibulk undo $r; cupibulk undo $r"),
    Case(0, "no runs to list", "cupibulk runs list"),
    Case(0, "a valid file", "cupibulk validate new.csv"),
    Case(0, "a target that is well", "cupibulk target check $CUPIBULK_TARGET"),
    Case(
      0, "doubt that a resume settles", "\(doubt); cupibulk resume --settle-wait 0s", swallowing),
  ]

  static let failures = [
    Case(1, "a ledger that is a folder", "mkdir d; cupibulk import new.csv --ledger d"),
    Case(1, "a ledger that is something else", "cupibulk import new.csv --ledger new.csv"),
    Case(1, "no such ledger", "cupibulk runs --ledger none.sqlite"),
    Case(1, "no such run", "cupibulk import new.csv; cupibulk resume 1999"),
    Case(1, "an output folder that is not there", "cupibulk export -o none/out.csv"),
    Case(1, "a device that is full", "cupibulk export --format csv -o /dev/full"),
    Case(1, "no room for the ledger", "ulimit -f 0; cupibulk import new.csv"),
    Case(2, "no such command", "cupibulk exprot"),
    Case(2, "no such option", "cupibulk import new.csv --targt x"),
    Case(2, "no target", "unset CUPIBULK_TARGET; cupibulk import new.csv"),
    Case(2, "no file", "cupibulk import"),
    Case(2, "a number out of range", "cupibulk import new.csv --slots 0"),
    Case(2, "no number at all", "cupibulk import new.csv --max-delete some"),
    Case(2, "a word that is no choice", "cupibulk import new.csv --mode replace"),
    Case(2, "a time without sense", "cupibulk import new.csv --settle-wait soon"),
    Case(2, "a constant without a value", "cupibulk import new.csv --set PortGroup"),
    Case(
      2, "a password in a URL", "cupibulk import new.csv --target https://admin:secret@127.0.0.1"),
    Case(2, "no TLS to another machine", "cupibulk import new.csv --target http://cuc.example.com"),
    Case(2, "a fault that is none", "cupibulk sandbox --fault rain=5%"),
  ]

  static let rows = [
    Case(3, "a row that matches nothing", "cupibulk import none.csv"),
    Case(3, "a row that the server refuses", "cupibulk import high.csv --allow port-out-of-range"),
    Case(
      3, "a field that the server ignores", "cupibulk import new.csv",
      ["--fault", "ignore=Precedence"]),
    Case(3, "a rehearsal of a row that would fail", "cupibulk import none.csv --dry-run"),
    Case(3, "a group's last server", "cupibulk import all.csv --mode delete --max-delete 2"),
    Case(
      3, "a server that keeps its last entry",
      "cupibulk import all.csv --mode delete --max-delete 2 --allow-last",
      ["--last-server", "keep"]),
    Case(
      3, "failed rows that fail again", "cupibulk import none.csv; cupibulk resume \(run) --failed"),
    Case(3, "failed rows beside invalid ones", "cupibulk import none.csv bad.csv --skip-invalid"),
    Case(
      3, "an undo of what was changed since",
      "cupibulk import new.csv; r=\(run); cupibulk import changed.csv; cupibulk undo $r"),
    Case(4, "invalid rows", "cupibulk import new.csv bad.csv"),
    Case(4, "invalid rows that are left out", "cupibulk import new.csv bad.csv --skip-invalid"),
    Case(4, "a rehearsal of invalid rows", "cupibulk import bad.csv --dry-run"),
    Case(4, "an unknown heading", "cupibulk import heading.csv"),
    Case(4, "an unknown group", "cupibulk import group.csv"),
    Case(4, "two rows that mean one server", "cupibulk import twice.csv"),
    Case(4, "a file that is broken", "cupibulk import broken.xml"),
    Case(4, "a file that is not there", "cupibulk import nowhere.csv"),
    Case(4, "an invalid file without a server", "cupibulk validate bad.csv"),
    Case(4, "a broken file to convert", "cupibulk convert broken.xml -o out.csv"),
    Case(6, "doubt", doubt, swallowing),
    Case(
      6, "doubt, and a failed row", "cupibulk import new.csv none.csv --settle-wait 0s", swallowing),
    Case(6, "an undo of what is in doubt", "\(doubt); cupibulk undo \(run)", swallowing),
    Case(6, "a retry beside what is in doubt", "\(doubt); cupibulk resume --failed", swallowing),
  ]

  static let stops = [
    Case(
      5, "a server that refuses connections",
      "cupibulk import new.csv --give-up 1s --target http://127.0.0.1:1"),
    Case(
      5, "a server that stays busy", "cupibulk import new.csv --give-up 1s",
      ["--fault", "busy=100%"]),
    Case(
      5, "a server that hangs up", "cupibulk export --give-up 1s", ["--fault", "drop-request=100%"]),
    Case(
      5, "a host name that cannot be resolved",
      "cupibulk import new.csv --target https://nobody.invalid"),
    Case(7, "a wrong password", "echo wrong >password; cupibulk import new.csv"),
    Case(7, "a password that others can read", "chmod 644 password; cupibulk import new.csv"),
    Case(7, "no password", "rm password; cupibulk import new.csv"),
    Case(
      7, "https to a port that does not speak it",
      "cupibulk export --target https${CUPIBULK_TARGET#http}"),
    Case(
      7, "an unknown certificate", "unset CUPIBULK_CA_CERT; cupibulk export",
      ["--tls", "--state", "lab.db"]),
    Case(
      7, "another key than the pinned one",
      "cupibulk export --tls-pin sha256//$(head -c 32 /dev/zero | base64)",
      ["--tls", "--state", "lab.db"]),
    Case(
      7, "authorities that cannot be read", "cupibulk export --ca-cert none.pem",
      ["--tls", "--state", "lab.db"]),
    Case(
      7, "a resume on another target",
      "\(doubt); cupibulk resume \(run) --target sandbox:other.db", swallowing),
    Case(
      7, "an undo in a sandbox that is gone",
      "cupibulk import new.csv --target sandbox: --set 'PortGroup=PhoneSystem-1 SIP'; cupibulk undo \(run)"
    ),
    Case(8, "deletions that were not allowed", "cupibulk import all.csv --mode delete"),
    Case(8, "more deletions than allowed", "cupibulk import all.csv --mode delete --max-delete 1"),
    Case(8, "a rehearsal of them", "cupibulk import all.csv --mode delete --dry-run"),
    Case(
      11, "another run on the target",
      "\(held) cupibulk import all.csv; s=$?; kill -9 $held; exit $s", ["--fault", "hold@1"]),
    Case(
      11, "a resume of a run that is active",
      "\(held) cupibulk resume; s=$?; kill -9 $held; exit $s",
      ["--fault", "hold@1"]),
    Case(
      11, "a sandbox's file in use", "cupibulk export --target sandbox:lab.db",
      ["--state", "lab.db"]),
    Case(
      130, "Ctrl-C, and once more",
      "\(held) until ! kill -INT $held; do sleep 0.05; done 2>&-; wait $held",
      ["--fault", "hold@1"]),
    Case(
      143, "SIGTERM, and once more",
      "\(held) until ! kill -TERM $held; do sleep 0.05; done 2>&-; wait $held",
      ["--fault", "hold@1"]),
    Case(
      130, "Ctrl-C while the server is busy",
      "\(held) until ! kill -INT $held; do sleep 0.05; done 2>&-; wait $held",
      ["--fault", (1...60).map { "busy@\($0)" }.joined(separator: ",")]),
    Case(137, "killed", "\(held) kill -9 $held; wait $held", ["--fault", "hold@1"]),
  ]

  private static let files = [
    "new.csv": "PortGroup,Service,Host,Precedence\nBranch,102,SIP-9.example,9\n",
    "changed.csv": "PortGroup,Service,Host,Precedence\nBranch,102,SIP-9.example,8\n",
    "empty.csv": "PortGroup,Service,Host\n",
    "all.csv": "PortGroup,Service,Host\nBranch,102,10.0.0.1\nBranch,102,10.0.0.2\n",
    "none.csv": "PortGroup,Service,Host,Operation\nOther,102,10.0.0.77,update\n",
    "high.csv": "PortGroup,Service,Host,Port\nBranch,102,10.0.0.9,20000\n",
    "bad.csv": "PortGroup,Service,Host\nBranch,102,10.0.0.300\n",
    "heading.csv": "PortGroup,Service,Hots\nBranch,102,10.0.0.3\n",
    "group.csv": "PortGroup,Service,Host\nBronch,102,10.0.0.3\n",
    "twice.csv": "PortGroup,Service,Host\nBranch,102,10.0.0.3\nBranch,102,10.0.0.3\n",
    "broken.xml": "<PortGroupServers><PortGroupServer></PortGroupServers>",
  ]

  private static let lab = {
    var lab = Lab("Branch", [.proxy("10.0.0.1"), .proxy("10.0.0.2", precedence: 1)])
    lab.add("Other", [.proxy("10.0.0.1")])
    return lab
  }()

  // One case of a list at a time: a small machine cannot run the programs of all at once.

  @Test(.serialized, arguments: good)
  func `situations that succeed`(one: Case) async throws { try await check(one) }

  @Test(.serialized, arguments: failures)
  func `situations in which a command cannot begin`(one: Case) async throws { try await check(one) }

  @Test(.serialized, arguments: rows)
  func `situations with invalid or failed rows`(one: Case) async throws { try await check(one) }

  @Test(.serialized, arguments: stops)
  func `situations that stop a run`(one: Case) async throws { try await check(one) }

  private func check(_ one: Case) async throws {
    let bench = try await Workbench(Self.lab, one.sandbox)
    for (name, text) in Self.files { try bench.folder.write(text, to: name) }
    let run = try await bench.start(shell: one.script).finish()
    #expect(run.status == one.status, "\(run.output)\(run.messages)")
    // In every situation, the books of every run balance.
    for line in try await bench.run(["runs", "list", "--json"]).output.split(separator: "\n") {
      #expect(!line.contains(#""balances":false"#))
    }
  }

  @Test func `there are situations for every exit code`() {
    let all = Self.good + Self.failures + Self.rows + Self.stops
    #expect(all.count >= 40)
    #expect(Set(all.map(\.testDescription)).count == all.count)
    #expect(
      Set(all.map(\.status)) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 130, 137, 143])
  }
}
