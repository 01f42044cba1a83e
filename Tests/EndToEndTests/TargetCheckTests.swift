import Foundation
import TestSupport
import Testing

/// Tests of `target check`: how a server is reached and trusted.
@Suite struct TargetCheckTests {
  /// The output of `target check --json`.
  private struct Report: Decodable {
    var pin: String?
    var trusted: Bool?
    var version: String?
    var portGroups: Int?
    var error: String?
    var next: String?

    /// The suggested next command, as arguments of the program.
    var nextArguments: [String] {
      (next ?? "").split(separator: " ").dropFirst().map { $0 == "NAME" ? "admin" : String($0) }
    }
  }

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.writeSecret("sandbox\n", to: "password")
    try folder.write("PortGroup,Service,Host\nPhoneSystem-1 SIP,102,h.example\n", to: "rows.csv")
  }

  private func check(_ arguments: [String]) async throws -> (run: ProgramRun, report: Report) {
    let run = try await ProgramRun.run(
      ["target", "check", "--json"] + arguments, in: folder.path,
      environment: ["CUPIBULK_PASSWORD_FILE": "password"])
    return (run, try JSONDecoder().decode(Report.self, from: Data(run.output.utf8)))
  }

  @Test func `an untrusted server gets no request, and the suggested pin works`() async throws {
    let sandbox = try await SandboxProcess(["--tls", "--state", "lab.db"], in: folder)
    let first = try await check([sandbox.url])
    #expect(first.run.status == 7)
    #expect(first.report.trusted == false)
    #expect(first.report.version == nil)
    #expect(try await sandbox.log().requests.isEmpty)

    let second = try await check(Array(first.report.nextArguments.dropFirst(2)))
    #expect(second.run.status == 0, "\(second.run.messages)")
    #expect(second.report.trusted == true)
    #expect(second.report.version == "14.0.1.0")
    #expect(second.report.portGroups == 6)
    #expect(second.report.pin == first.report.pin)
    #expect(try await sandbox.log().writes == 0)

    let third = try await ProgramRun.run(second.report.nextArguments, in: folder.path)
    #expect(third.status == 0, "\(third.messages)")
    #expect(try folder.names().contains("backup.xml"))
  }

  @Test func `the text shows the certificate, why it is not trusted, and what to do`() async throws
  {
    let sandbox = try await SandboxProcess(["--tls", "--state", "lab.db"], in: folder)
    let pin = try #require(try await check([sandbox.url]).report.pin)
    let port = try #require(sandbox.url.split(separator: ":").last)
    let run = try await ProgramRun.run(["target", "check", sandbox.url], in: folder.path)
    let days = try #require(run.output.firstMatch(of: /\d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d/)).output
    let reason =
      "the certificate of 127.0.0.1 port \(port) is not trusted: "
      + "SSL certificate problem: self-signed certificate"
    #expect(
      run.output == """
        target       \(sandbox.url)
        certificate  CN=cupibulk sandbox
        issued by    itself
        valid        \(days)
        pin          \(pin)
        trusted      no: \(reason)

        """)
    #expect(
      run.messages == """
        cupibulk: The server \(sandbox.url) is not trusted, and no password was sent: \(reason)
            hint: compare the pin with what the server's administrator sees there; if it is the same: \
        cupibulk target check \(sandbox.url) --username NAME --tls-pin \(pin)

        """)
    let trusting = [
      "--ca-cert", "lab.db.crt", "--username", "admin", "--password-file", "password",
    ]
    let trusted = try await ProgramRun.run(
      ["target", "check", sandbox.url] + trusting, in: folder.path)
    #expect(
      trusted.output.hasPrefix(
        """
        target       \(sandbox.url)
        certificate  CN=cupibulk sandbox
        issued by    itself
        valid        \(days)
        pin          \(pin)
        trusted      yes, by an authority in lab.db.crt
        version      14.0.1.0
        """))
    #expect(
      trusted.output.hasSuffix(
        """

        port groups  6
        next         cupibulk export --target \(sandbox.url) --username admin \
        --password-file password --ca-cert lab.db.crt -o backup.xml

        """))
    #expect(trusted.messages == "")
  }

  @Test func `a refused password is sent only once`() async throws {
    let sandbox = try await SandboxProcess(["--tls", "--state", "lab.db"], in: folder)
    try folder.writeSecret("wrong\n", to: "password")
    let (run, report) = try await check(
      [sandbox.url, "--username", "admin", "--ca-cert", "lab.db.crt"])
    #expect(run.status == 7)
    #expect(report.trusted == true)
    #expect(report.error?.contains("user name or password was refused") == true)
    #expect(try await sandbox.log().requests == ["GET": 1])
  }

  @Test(arguments: [
    ["target", "check"], ["export", "--target"], ["import", "rows.csv", "--target"],
  ])
  func `https to a port that speaks http ends at once`(command: [String]) async throws {
    let server = try SilentServer()
    let program = try RunningProgram(
      command + ["https://127.0.0.1:\(server.port)"]
        + ["--username", "admin", "--password-file", "password"]
        // The answer may be late on a slow machine.
        + ["--connect-timeout", "1h", "--stall-timeout", "1h", "--transfer-timeout", "1h"],
      in: folder.path)
    try await server.waitForCaller()
    server.say("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    let run = await program.finish()
    #expect(run.status == 7)
    #expect(
      run.messages.contains(
        "the server does not speak HTTPS: the TLS handshake with 127.0.0.1 port \(server.port) failed"
      ))
    #expect(run.messages.contains("check the target's port (443 or 8443), and what listens there"))
  }

  @Test func `a connection without verification gives a warning each time, and is recorded`()
    async throws
  {
    let sandbox = try await SandboxProcess(["--tls", "--state", "lab.db"], in: folder)
    let options = ["--target", sandbox.url, "--username", "admin", "--password-file", "password"]
    let warning =
      "cupibulk: warning: the certificate of 127.0.0.1 is not verified (--insecure): "
      + "others on the network can read the password and change what is sent\n"
    for command in [["import", "rows.csv"], ["import", "rows.csv"], ["export", "-o", "x.csv"]] {
      let run = try await ProgramRun.run(command + options + ["--insecure"], in: folder.path)
      #expect(run.status == 0)
      #expect(run.messages.hasPrefix(warning))
      let show = try await ProgramRun.run(["runs", "show"], in: folder.path)
      #expect(show.output.contains("\ntrust    the certificate was not verified (--insecure)\n"))
      let json = try await ProgramRun.run(["runs", "show", "--json"], in: folder.path)
      #expect(json.output.contains("\"verified\":false"))
    }
    let run = try await ProgramRun.run(
      ["export", "-o", "x.csv", "--ca-cert", "lab.db.crt"] + options, in: folder.path)
    #expect(!run.messages.contains("warning"))
    let show = try await ProgramRun.run(["runs", "show"], in: folder.path)
    #expect(!show.output.contains("trust"))
    #expect(
      try await ProgramRun.run(["runs", "--json"], in: folder.path).output
        .split(separator: "\n").map { $0.contains("\"verified\":true") } == [
          true, false, false, false,
        ])
  }

  @Test func `a server on another machine is reached through the proxy of the environment`()
    async throws
  {
    let proxy = try SilentServer()
    let program = try RunningProgram(
      ["target", "check", "https://unity.example.com"], in: folder.path,
      environment: ["HTTPS_PROXY": proxy.url])
    let words = try await proxy.firstWords(count: 38)
    #expect(words == "CONNECT unity.example.com:443 HTTP/1.1")
    proxy.hangUp()
    #expect(await program.finish().status == 5)
  }

  @Test(arguments: [false, true])
  func `a server on this machine is never reached through a proxy`(overTLS: Bool) async throws {
    let sandbox = try await SandboxProcess(
      ["--state", "lab.db"] + (overTLS ? ["--tls"] : []), in: folder)
    // No server listens there.
    let proxy = "http://127.0.0.1:1"
    let run = try await ProgramRun.run(
      ["export", "--target", sandbox.url, "--username", "admin", "--password-file", "password"]
        + (overTLS ? ["--ca-cert", "lab.db.crt"] : []),
      in: folder.path,
      environment: [
        "http_proxy": proxy, "HTTPS_PROXY": proxy, "https_proxy": proxy, "ALL_PROXY": proxy,
        "all_proxy": proxy,
      ])
    #expect(run.status == 0, "\(run.messages)")
  }

  @Test func `the server may be given as in other commands`() async throws {
    let sandbox = try await SandboxProcess(in: folder)
    let words = ["target", "check", "--json", "--username", "admin", "--password-file", "password"]
    let option = try await ProgramRun.run(words + ["--target", sandbox.url], in: folder.path)
    let variable = try await ProgramRun.run(
      words, in: folder.path, environment: ["CUPIBULK_TARGET": sandbox.url])
    let operand = try await ProgramRun.run(words + [sandbox.url], in: folder.path)
    #expect(operand.status == 0)
    #expect(option.output == operand.output)
    #expect(variable.output == operand.output)
    let nothing = try await ProgramRun.run(words, in: folder.path)
    #expect(nothing.status == 2)
    #expect(nothing.messages.hasPrefix("cupibulk: target check needs a TARGET\n"))
  }

  @Test func `the limits of time and size are options`() async throws {
    let account = ["--username", "admin", "--password-file", "password"]
    let silent = try SilentServer()
    for limit in [["--transfer-timeout", "200ms"], ["--stall-timeout", "1s"]] {
      let late = try await ProgramRun.run(
        ["target", "check", silent.url] + account + limit, in: folder.path)
      #expect(late.status == 5)
      let place = "127.0.0.1 port \(silent.port)"
      #expect(late.messages.hasPrefix("cupibulk: \(silent.url): no answer in time: \(place) "))
      #expect(late.messages.hasSuffix(" in time (GET /vmrest/version); try again later\n"))
    }
    let connecting = try await ProgramRun.run(
      ["target", "check", "https://127.0.0.1:\(silent.port)"] + account
        + ["--connect-timeout", "200ms"], in: folder.path)
    #expect(connecting.status == 5)
    #expect(
      connecting.messages.contains("127.0.0.1 port \(silent.port) could not be reached in time"))

    let sandbox = try await SandboxProcess(in: folder)
    let large = try await ProgramRun.run(
      ["target", "check", sandbox.url, "--max-answer", "1024"] + account, in: folder.path)
    #expect(large.status == 1)
    #expect(large.messages.contains("is larger than allowed"))
  }
}
