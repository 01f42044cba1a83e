import Foundation
import TestSupport
import Testing

/// A target that cannot be used gives one error message, and nothing of the run is stored.
@Suite struct BadTargetTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("PortGroup,Service,Host\nPhoneSystem-1 SIP,102,h.example\n", to: "rows.csv")
    try folder.writeSecret("sandbox\n", to: "password")
  }

  /// Imports a row into the target and exports from it; both must give the same messages, except the last lines.
  private func see(_ target: String, _ options: [String] = []) async throws -> String {
    let connecting =
      ["--target", target, "--username", "admin", "--password-file", "password"] + options
    let exported = Self.shape(try await folder.see(["export", "-o", "out.csv"] + connecting))
    let imported = Self.shape(try await folder.see(["import", "rows.csv"] + connecting))
    #expect(imported.hasPrefix(exported.prefix { $0 != "\n" }), "\(exported)")
    #expect(imported.hasSuffix(exported.suffix(6)), "\(exported)")
    #expect(try await folder.holdsOnlyAttempts())
    #expect(!(try folder.allFiles().contains { $0.hasPrefix("out.csv") || $0.hasPrefix(".out") }))
    return imported
  }

  private static func shape(_ text: String) -> String {
    text.replacing(/port [0-9]+/, with: "port PORT")
      .replacing(/OpenSSL\/[0-9.a-z]+: error:[0-9A-F]+/, with: "OpenSSL")
  }

  @Test func `an export to a folder that does not exist sends no request`() async throws {
    let folder = try TemporaryFolder()
    let seen = try await folder.see(
      ["export", "-o", "none/out.csv", "--target", "https://cuc.invalid", "--username", "admin"])
    #expect(
      seen == """
        cupibulk: Cannot write none/out.csv: its folder does not exist; make it, or name another one
        exit 1
        """)
  }

  @Test func `a server that refuses connections is waited for, for the given time`() async throws {
    #expect(
      try await see("http://127.0.0.1:1", ["--connect-wait", "1s"]) == """
        cupibulk: The run gave up after DURATION without one success: 127.0.0.1 port PORT refused the connection
            hint: run the same command again: nothing was sent
        exit 5
        """)
  }

  @Test func `an export with --json also reports how it failed`() async throws {
    let run = try await ProgramRun.run(
      [
        "export", "-o", "out.csv", "--json", "--target", "http://127.0.0.1:1", "--give-up", "1s",
        "--username", "admin", "--password-file", "password",
      ], in: folder.path)
    #expect(run.status == 5)
    #expect(
      ConsoleExamples.shape(run.output).replacing(/after [0-9.]+s/, with: "after DURATION") == """
        {"schema":1,"type":"export","exit":5,"run":"RUN","servers":null,"file":null,"stopped":"The run gave up after DURATION without one success: 127.0.0.1 port 1 refused the connection"}

        """)
    #expect(!(try folder.allFiles().contains { $0.hasPrefix("out.csv") }))
  }

  @Test func `a server that does not answer is waited for, for the given time`() async throws {
    let server = try SilentServer()
    let seen = try await see(server.url, ["--give-up", "1s"])
    #expect(
      // On a busy machine, connecting may take all of the time.
      seen.replacing("could not be reached in time", with: "did not answer in time") == """
        cupibulk: The run gave up after DURATION without one success: 127.0.0.1 port PORT did not answer in time
            hint: run the same command again: nothing was sent
        exit 5
        """)
  }

  @Test func `a host name that cannot be resolved ends the run at once`() async throws {
    #expect(
      try await see("https://nobody.invalid") == """
        cupibulk: Nothing was sent: https://nobody.invalid: the name nobody.invalid could not be resolved (GET /vmrest/version); check the spelling of the target, and this machine's name servers (DNS)
        exit 5
        """)
  }

  @Test func `https to a port that speaks http ends the run at once`() async throws {
    let sandbox = try await SandboxProcess(in: folder)
    #expect(
      try await see("https" + sandbox.url.dropFirst(4)) == """
        cupibulk: The run was refused: https://127.0.0.1:PORT: the server does not speak HTTPS: the TLS handshake with 127.0.0.1 port PORT failed: OpenSSL:SSL routines::wrong version number (GET /vmrest/version); check the target's port (443 or 8443), and what listens there
        exit 7
        """)
    #expect(try await sandbox.log().requests == [:])
  }

  @Test func `http to a port that speaks https gives a message about the likely cause`()
    async throws
  {
    let sandbox = try await SandboxProcess(["--tls"], in: folder)
    #expect(
      try await see("http" + sandbox.url.dropFirst(5), ["--give-up", "5s"]) == """
        cupibulk: The run gave up after DURATION without one success: 127.0.0.1 port PORT closed the connection without an answer; if it speaks TLS, write https://
            hint: run the same command again: nothing was sent
        exit 5
        """)
    #expect(try await sandbox.log().requests == [:])
  }

  @Test(arguments: ["SSH-2.0-OpenSSH_9.2\r\n", "\u{15}\u{3}\u{1}\0\u{2}\u{2}F"])
  func `a first answer that is not HTTP ends the run at once`(answer: String) async throws {
    let server = try PageServer(answer)
    #expect(
      try await see(server.url) == """
        cupibulk: The run was refused: http://127.0.0.1:PORT: the server does not speak HTTP: what 127.0.0.1 port PORT answers is no HTTP (GET /vmrest/version); if it speaks TLS, write https://; otherwise check the target's port, and what listens there
        exit 7
        """)
    #expect(server.answered == 2, "once by each command")
  }

  @Test(
    arguments: [
      (
        "TLSv1_3",
        "the server asks for a client certificate: 127.0.0.1 port PORT ended the connection, because it got none "
          + "(GET /vmrest/version); check the target's port (443 or 8443): "
          + "Cisco Unity Connection takes a user name and a password"
      ),
      (
        "TLSv1_2",
        "the server does not speak HTTPS: the TLS handshake with 127.0.0.1 port PORT failed: "
          + "OpenSSL:SSL routines::sslv3 alert handshake failure; it may want a client certificate "
          + "(GET /vmrest/version); check the target's port (443 or 8443), and what listens there"
      ),
    ])
  func `a server that requires a client certificate ends the run at once`(
    version: String, words: String
  ) async throws {
    // The sandbox's certificate, used by a server that requests a client certificate.
    let sandbox = try await SandboxProcess(["--tls", "--state", "lab.db"], in: folder)
    _ = await sandbox.stop()
    try folder.write(
      """
      import glob, socket, ssl
      context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
      context.minimum_version = context.maximum_version = ssl.TLSVersion.\(version)
      context.load_cert_chain(glob.glob("*.crt")[0], glob.glob("*.key")[0])
      context.verify_mode = ssl.CERT_REQUIRED
      context.load_verify_locations(glob.glob("*.crt")[0])
      listener = socket.create_server(("127.0.0.1", 0))
      print("https://127.0.0.1:%d" % listener.getsockname()[1], flush=True)
      while True:
          try:
              context.wrap_socket(listener.accept()[0], server_side=True).recv(1)
          except OSError:
              pass
      """, to: "server.py")
    let server = try RunningProgram(
      ["-B", "server.py"], program: "/usr/bin/python3", in: folder.path)
    while server.isRunning, !server.outputSoFar.contains("\n") {
      try await Task.sleep(for: .milliseconds(10))
    }
    let url = String(server.outputSoFar.prefix { $0 != "\n" })
    #expect(
      try await see(url, ["--insecure"]) == """
        cupibulk: warning: the certificate of 127.0.0.1 is not verified (--insecure): others on the network can read the password and change what is sent
        cupibulk: The run was refused: https://127.0.0.1:PORT: \(words)
        exit 7
        """)
    server.send(signal: SIGTERM)
    _ = await server.finish()
  }

  @Test func `the password is not sent to another machine without TLS`() async throws {
    #expect(
      try await see("http://cuc.example.com") == """
        cupibulk: target `http://cuc.example.com`: http:// would send the password in the clear; use https:// (http:// is for localhost, 127.0.0.0/8 and ::1)
        exit 2
        """)
  }

  @Test(arguments: [
    (
      "404 Not Found", "text/html", "<html><title>Nothing here</title></html>",
      "status 404: Nothing here"
    ),
    ("200 OK", "text/html", "<!DOCTYPE html><title>Welcome</title>", "status 200: Welcome"),
    (
      "302 Found", "text/plain", "",
      "status 302: a redirect to another address, which is not followed"
    ),
  ])
  func `a web server that is not Unity Connection is reported as such`(
    status: String, type: String, body: String, detail: String
  ) async throws {
    let server = try PageServer(
      "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        + body)
    #expect(
      try await see(server.url) == """
        cupibulk: The run was refused: http://127.0.0.1:PORT: this is not a Cisco Unity Connection server: \(detail) (GET /vmrest/version); check the target's address and port, and that no proxy or other web page answers there
        exit 7
        """)
    #expect(server.answered == 2, "once by each command")
  }

  @Test func `wrong credentials are sent only once, because accounts may be locked`() async throws {
    let sandbox = try await SandboxProcess(in: folder)
    try folder.writeSecret("wrong\n", to: "password")
    #expect(
      try await see(sandbox.url, ["--slots", "4"]) == """
        cupibulk: The run was refused: http://127.0.0.1:PORT: user name or password was refused: status 401: Unauthorized (GET /vmrest/version); nothing more is sent, because accounts lock; check the user name and the password
        exit 7
        """)
    #expect(try await sandbox.log().requests == ["GET": 2], "once by each command")
  }
}

/// Trust in a server with a self-signed certificate.
@Suite struct TrustTests {
  private let folder: TemporaryFolder
  private let sandbox: SandboxProcess

  init() async throws {
    folder = try TemporaryFolder()
    try folder.writeSecret("sandbox\n", to: "password")
    sandbox = try await SandboxProcess(["--tls", "--state", "lab.db"], in: folder)
  }

  private func see(_ options: [String]) async throws -> String {
    try await folder.see(
      ["export", "-o", "out.csv", "--target", sandbox.url, "--username", "admin"]
        + ["--password-file", "password"] + options
    ).replacing(/port [0-9]+/, with: "port PORT")
  }

  private static let exported =
    "Exported 9 servers of https://127.0.0.1:PORT to out.csv (csv).\nexit 0"

  @Test func `an unknown certificate is not trusted, and the message has the options`() async throws
  {
    #expect(
      try await see([]) == """
        cupibulk: The run was refused: https://127.0.0.1:PORT: the server is not trusted: the certificate of 127.0.0.1 port PORT is not trusted: SSL certificate problem: self-signed certificate (GET /vmrest/version); trust its authority with --ca-cert FILE, or this one key with --tls-pin sha256//… (cupibulk target check shows it), or continue unprotected, this once, with --insecure
        exit 7
        """)
    #expect(try await sandbox.log().requests == [:])
  }

  @Test func `the certificate can be trusted with a file`() async throws {
    #expect(try await see(["--ca-cert", "lab.db.crt"]) == Self.exported)
    #expect(
      try await see(["--ca-cert", "no.pem"]) == """
        cupibulk: The certificate authorities in no.pem cannot be read: No such file or directory
            hint: name a PEM file with --ca-cert
        exit 7
        """)
  }

  @Test func `a pipe is refused as a file of certificate authorities`() async throws {
    #expect(unsafe mkfifo(folder.path("pipe"), 0o600) == 0)
    #expect(
      try await see(["--ca-cert", "pipe"]) == """
        cupibulk: The certificate authorities in pipe cannot be read: it is no regular file
            hint: name a PEM file with --ca-cert
        exit 7
        """)
  }

  @Test func `the server's key can be pinned, and another key is refused`() async throws {
    let pin = try await ProgramRun.run(
      [
        "-c",
        "openssl x509 -in lab.db.crt -pubkey -noout | openssl pkey -pubin -outform der"
          + " | openssl dgst -sha256 -binary | base64",
      ], program: "/bin/bash", in: folder.path
    ).output.trimmingCharacters(in: .newlines)
    #expect(try await see(["--tls-pin", "sha256//\(pin)"]) == Self.exported)
    let other = Data(repeating: 7, count: 32).base64EncodedString()
    #expect(
      try await see(["--tls-pin", "sha256//\(other)"]) == """
        cupibulk: The run was refused: https://127.0.0.1:PORT: the server is not trusted: the public key of 127.0.0.1 port PORT is not the pinned one (GET /vmrest/version); if its certificate was renewed, find out its new pin; otherwise do not continue
        exit 7
        """)
  }

  @Test func `switching verification off gives a warning`() async throws {
    #expect(
      try await see(["--insecure"]) == """
        cupibulk: warning: the certificate of 127.0.0.1 is not verified (--insecure): others on the network can read the password and change what is sent
        \(Self.exported)
        """)
  }
}
