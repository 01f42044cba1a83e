import Foundation
import TestSupport
import Testing

/// The options of the sandbox, and its own pages.
@Suite(.serialized) struct SandboxOptionTests {
  private static let lab = Lab("Branch", [.proxy("10.0.0.1")])

  private func bench(_ options: [String]) async throws -> Workbench {
    let folder = try TemporaryFolder()
    try folder.write(Self.lab.json, to: "lab.json")
    let bench = try await Workbench(folder, ["--load", "lab.json"] + options)
    try bench.writePassword()
    return bench
  }

  @Test func `undocumented behaviour of the server can be switched`() async throws {
    let bench = try await bench([
      "--ports", "65535", "--host-case", "lower", "--default-precedence", "next",
      "--default-ports", "all", "--created-tftp", "nothing", "--created-uri", "flat",
      "--location", "doubled", "--unknown-id", "400", "--page-size", "1", "--last-server", "keep",
      "--unique", "host",
    ])
    let outcome = try await bench.imports(
      "PortGroup,Service,Host,Port\nBranch,102,Proxy.EXAMPLE,15060\nBranch,101,tftp.example,\n",
      as: "rows.csv", ["--allow", "port-out-of-range"])
    #expect(outcome.run.status == 0, "\(outcome.run.messages)")
    #expect(outcome.summary == "read 2, created 2")
    let servers = try await bench.servers(of: "Branch")
    #expect(
      servers == [
        "101 tftp.example 5060/5061 #0", "102 10.0.0.1 5060/5061 #0",
        "102 proxy.example 15060/5061 #1",
      ])
  }

  @Test func `faults can be set, and a write held, while the sandbox runs`() async throws {
    let bench = try await bench(["--fault", "busy@1", "--fault", "slow=1ms", "--seed", "5"])
    let given = try await bench.sandbox.faults()
    #expect(given.faults == "slow=1ms,busy@1")
    #expect(given.seed == 5)

    try await bench.sandbox.faults("hold@1")
    async let importing = bench.imports("PortGroup,Service,Host\nBranch,102,10.0.0.2\n")
    try await bench.sandbox.waitUntilHeld()
    #expect(try await bench.servers(of: "Branch").count == 1)
    try await bench.sandbox.release()
    let outcome = try await importing
    #expect(outcome.summary == "read 1, created 1", "\(outcome.run.messages)")
    #expect(try await bench.sandbox.log().faults == ["hold": 1])
    try await bench.sandbox.emptyLog()
    #expect(try await bench.sandbox.log().calls.isEmpty)
  }

  @Test func `a given certificate is used`() async throws {
    let folder = try TemporaryFolder()
    // Creates a certificate and a key, which the next sandbox gets under other names.
    let first = try await SandboxProcess(["--tls", "--state", "lab.db"], in: folder)
    _ = await first.stop()
    for (made, given) in [("lab.db.crt", "own.crt"), ("lab.db.key", "own.key")] {
      try FileManager.default.moveItem(atPath: folder.path(made), toPath: folder.path(given))
    }
    let second = try await SandboxProcess(
      ["--tls-cert", "own.crt", "--tls-key", "own.key", "--state", "lab.db"], in: folder)
    let run = try await ProgramRun.run(
      ["-sS", "-u", "admin:sandbox", "--cacert", "own.crt", second.url + "/vmrest/version"],
      program: "/usr/bin/curl", in: folder.path)
    #expect(run.output.contains("<name>vmrest</name>"), "\(run.messages)")
    #expect(try folder.names().contains("lab.db.crt") == false)
  }

  /// The typed options, and the error message.
  static let mistakes: [(words: [String], message: String)] = [
    (
      ["--fault", "busy=10%,drop-reply@x"],
      "--fault is 'busy=10%,drop-reply@x'; 'drop-reply@x' is no fault; the part after @ is the number "
        + "of a write, from 1"
    ),
    (
      ["--fault", "busy=60%", "--fault", "reset=60%"],
      "--fault is 'busy=60%,reset=60%'; the shares are more than 100% together"
    ),
    (
      ["--bind", "0.0.0.0"],
      "--bind is '0.0.0.0'; other machines can reach the sandbox there; give it a password of its "
        + "own with --password-file FILE"
    ),
    (
      ["--bind", "::"],
      "--bind is '::'; other machines can reach the sandbox there; give it a password of its "
        + "own with --password-file FILE"
    ),
    (
      ["--bind", "192.0.2.1"],
      "--bind is '192.0.2.1'; other machines can reach the sandbox there; give it a password of its "
        + "own with --password-file FILE"
    ),
    (["--ports", "70000"], "--ports is '70000'; allowed is 9999 or 65535"),
    (["--tls-cert", "own.crt"], "sandbox needs --tls-key FILE"),
    (["--tls-key", "own.key"], "sandbox needs --tls-cert FILE"),
    (
      ["--unique", "name"], "--unique is 'name'; allowed is none, precedence or host"
    ),
  ]

  @Test(arguments: mistakes)
  func `a mistake in an option is reported before anything is opened`(
    words: [String], message: String
  ) async throws {
    let folder = try TemporaryFolder()
    let run = try await ProgramRun.run(
      ["sandbox", "--state", "lab.db"] + words, in: folder.path)
    #expect(run.status == 2)
    #expect(run.messages == "cupibulk: \(message)\nTry 'cupibulk help sandbox'.\n")
    #expect(try folder.names().isEmpty)
  }

  @Test
  func `a sandbox is loaded with the state of a server, including empty ports, and only once`()
    async throws
  {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      PortGroup,TelephonyIntegrationMethodEnum,Service,Host,Port,TlsPort,ObjectId,MediaPortGroupObjectId
      Branch,2,102,10.0.0.1,%null%,15061,\(Lab.serverID(1)),\(Lab.groupID(1))

      """, to: "old.csv")
    let bench = try await Workbench(folder, ["--state", "lab.db", "--load", "old.csv"])
    try bench.writePassword()
    #expect(try await bench.servers(of: "Branch") == ["102 10.0.0.1 15061 #0"])
    _ = await bench.sandbox.stop()
    #expect(
      try await folder.see(["sandbox", "--state", "lab.db", "--load", "old.csv", "--port", "0"])
        == """
        cupibulk: Port group Branch cannot be added to the sandbox: its ObjectId already exists
            hint: lab.db already holds a sandbox: name another file with --state, or remove this one to begin again
        exit 1
        """)
  }
}
