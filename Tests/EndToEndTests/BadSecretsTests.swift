import Foundation
import TestSupport
import Testing

/// A password is read from the given source, and appears nowhere else.
@Suite struct BadSecretsTests {
  private static let secret = "Geheim-7Q.x"

  /// A way to give the password; `value` represents the password.
  enum Source: String, CaseIterable, CustomTestStringConvertible {
    case passwordFile = "--password-file"
    case netrc = "--netrc-file"
    case credential = "$CREDENTIALS_DIRECTORY"
    case command = "--password-command"

    var testDescription: String { rawValue }

    /// Writes the files that hold the password; returns the options and variables for them.
    func prepare(
      _ value: String, in folder: TemporaryFolder
    ) throws -> (options: [String], environment: [String: String]) {
      switch self {
      case .passwordFile:
        try folder.writeSecret(value + "\n", to: "secrets/file")
        return (["--password-file", "secrets/file"], [:])
      case .netrc:
        try folder.writeSecret(
          "machine 127.0.0.1 login admin password \(value)\n", to: "secrets/netrc")
        return (["--netrc-file", "secrets/netrc"], [:])
      case .credential:
        // As systemd creates it: readable by a group, in a protected folder.
        try folder.write(value + "\n", to: "secrets/cupibulk-password")
        return ([], ["CREDENTIALS_DIRECTORY": folder.path("secrets")])
      case .command:
        try folder.writeSecret(value + "\n", to: "secrets/vault")
        return (["--password-command", "cat secrets/vault"], [:])
      }
    }
  }

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("PortGroup,Service,Host\nPhoneSystem-1 SIP,102,h.example\n", to: "rows.csv")
    try folder.writeSecret(Self.secret, to: "secrets/sandbox")
  }

  private var sandbox: SandboxProcess {
    get async throws {
      try await SandboxProcess(["--password-file", "secrets/sandbox"], in: folder)
    }
  }

  /// Returns the files outside the folder of secrets that hold the password, plain or encoded.
  private func leaks() throws -> [String] {
    let forms = [Self.secret, Data("admin:\(Self.secret)".utf8).base64EncodedString()]
    return try folder.allFiles().filter { !$0.hasPrefix("secrets/") }.filter { name in
      let bytes = try Data(contentsOf: URL(filePath: folder.path(name)))
      return forms.contains { bytes.range(of: Data($0.utf8)) != nil }
    }
  }

  @Test(arguments: Source.allCases)
  func `a password is accepted by the server and appears nowhere else`(source: Source) async throws
  {
    let sandbox = try await sandbox
    let (options, environment) = try source.prepare(Self.secret, in: folder)
    let connecting =
      ["--target", sandbox.url, "--username", "admin", "--trace", "trace.jsonl"] + options
    for command in [["import", "rows.csv", "--json"], ["export", "-o", "out.xml"], ["export"]] {
      let run = try await ProgramRun.run(
        command + connecting, in: folder.path, environment: environment)
      #expect(run.status == 0)
      #expect(!(run.output + run.messages).contains(Self.secret))
    }
    #expect(try leaks() == [])
    #expect(try folder.read("trace.jsonl").contains("\"path\":\"/vmrest/portgroups?"))
  }

  @Test(arguments: Source.allCases)
  func `a password that is refused is not shown in the error`(source: Source) async throws {
    let sandbox = try await SandboxProcess(in: folder)
    let (options, environment) = try source.prepare(Self.secret, in: folder)
    let run = try await ProgramRun.run(
      ["import", "rows.csv", "--target", sandbox.url, "--username", "admin"] + options,
      in: folder.path, environment: environment)
    #expect(run.status == 7)
    #expect(!(run.output + run.messages).contains(Self.secret))
    #expect(try leaks() == [])
  }

  @Test(arguments: Source.allCases)
  func `a killed run leaves no password in its ledger or command line`(
    source: Source
  ) async throws {
    let server = try SilentServer()
    let (options, environment) = try source.prepare(Self.secret, in: folder)
    let program = try RunningProgram(
      ["import", "rows.csv", "--target", server.url, "--username", "admin"] + options,
      in: folder.path, environment: environment)
    try await server.waitForCaller()
    for file in ["cmdline", "environ"] {
      let text = try String(
        decoding: Data(contentsOf: URL(filePath: "/proc/\(program.processID)/\(file)")),
        as: UTF8.self)
      #expect(!text.isEmpty)
      #expect(!text.contains(Self.secret))
    }
    program.send(signal: SIGKILL)
    #expect(await program.finish().status == -SIGKILL)
    #expect(try folder.allFiles().contains("state/cupibulk/ledger.sqlite-wal"))
    #expect(try leaks() == [])
  }

  @Test(arguments: [
    (Source.passwordFile, Source.netrc), (.passwordFile, .credential), (.passwordFile, .command),
    (.netrc, .credential), (.netrc, .command), (.credential, .command),
  ])
  func `of two passwords, the one from the source with priority is sent`(
    first: Source, second: Source
  ) async throws {
    let sandbox = try await sandbox
    for (one, other, status) in [(Self.secret, "wrong", 0), ("wrong", Self.secret, 7)] {
      let (firstOptions, firstVariables) = try first.prepare(one, in: folder)
      let (secondOptions, secondVariables) = try second.prepare(other, in: folder)
      let run = try await ProgramRun.run(
        ["export", "--target", sandbox.url, "--username", "admin"] + firstOptions + secondOptions,
        in: folder.path, environment: firstVariables.merging(secondVariables) { $1 })
      #expect(run.status == status, "\(run.messages)")
    }
  }

  @Test(arguments: [
    (
      "--password-file secrets/open",
      """
      cupibulk: The password file secrets/open is open to others (mode 640); close it with: chmod 600 secrets/open
      exit 7
      """
    ),
    (
      "--netrc-file secrets/open",
      """
      cupibulk: The password file secrets/open is open to others (mode 640); close it with: chmod 600 secrets/open
      exit 7
      """
    ),
    (
      "--password-file secrets/none",
      "cupibulk: The password file secrets/none does not exist\nexit 7"
    ),
    (
      "--password-file secrets",
      "cupibulk: The password file secrets cannot be read: it is a folder\nexit 7"
    ),
    (
      "--password-file secrets/empty",
      "cupibulk: The password file secrets/empty is empty\nexit 7"
    ),
    (
      "--netrc-file secrets/netrc",
      """
      cupibulk: The netrc file secrets/netrc has no login and password for 127.0.0.1
          hint: add a line: machine 127.0.0.1 login NAME password …
      exit 7
      """
    ),
    (
      "--password-command 'exit 3'",
      """
      cupibulk: The password command ended with exit code 3
          hint: run it by hand to see why
      exit 7
      """
    ),
    (
      "--password-command true",
      """
      cupibulk: The password command printed nothing
          hint: its first line is the password
      exit 7
      """
    ),
    (
      "",
      """
      cupibulk: There is no password for 127.0.0.1, and no terminal to ask for it
          hint: pass --password-file FILE, --netrc-file FILE or --password-command COMMAND
      exit 2
      """
    ),
  ])
  func `a password that cannot be read is an error, and nothing is sent`(
    options: String, seen: String
  ) async throws {
    try folder.write(Self.secret, to: "secrets/open")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o640], ofItemAtPath: folder.path("secrets/open"))
    try folder.writeSecret("\n", to: "secrets/empty")
    try folder.writeSecret("machine 192.0.2.1 login admin password x\n", to: "secrets/netrc")
    let sandbox = try await SandboxProcess(in: folder)
    // `setsid` detaches the program from the terminal, if there is one.
    let found = try await folder.see(
      script: "setsid -w cupibulk import rows.csv --target \(sandbox.url) --username admin "
        + "\(options) </dev/null")
    #expect(found == seen)
    #expect(try await sandbox.log().requests == [:])
  }
}
