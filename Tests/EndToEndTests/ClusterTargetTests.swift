import Foundation
import TestSupport
import Testing

/// A target with both nodes of a cluster: reads take the first that answers, writes the primary.
@Suite struct ClusterTargetTests {
  private let folder: TemporaryFolder
  private let sandbox: SandboxProcess

  init() async throws {
    folder = try TemporaryFolder()
    try folder.writeSecret("sandbox\n", to: "password")
    try folder.write("PortGroup,Service,Host\nPhoneSystem-1 SIP,102,h.example\n", to: "rows.csv")
    sandbox = try await SandboxProcess(in: folder)
  }

  /// The sandbox under its other name, so that the nodes have two hosts.
  private var second: String { sandbox.url.replacing("127.0.0.1", with: "localhost") }

  /// An address of this machine at which nothing listens.
  private static let silent = "http://127.0.0.1:1"

  private func write(_ urls: [String]) throws {
    try folder.writeSecret(
      """
      [prod]
      url = \(urls.joined(separator: ", "))
      username = admin
      password-file = \(folder.path("password"))

      """, to: TargetLab.file)
  }

  private func see(_ arguments: [String]) async throws -> String {
    try await folder.see(arguments).replacing(/localhost:\d+/, with: "localhost:PORT")
  }

  /// A server that reports a cluster whose primary has this host name, or no roles for `nil`.
  private func node(primary: String?) throws -> PageServer {
    let machines = """
      <VmsServer><ServerName>cuc-pub</ServerName><HostName>\(primary ?? "")</HostName>\
      <ClusterMemberId>0</ClusterMemberId><ServerState>1</ServerState></VmsServer>\
      <VmsServer><ServerName>cuc-sub</ServerName><HostName>cuc-sub.example</HostName>\
      <ClusterMemberId>1</ClusterMemberId><ServerState>8</ServerState></VmsServer>
      """
    let body =
      "<VmsServers total=\"\(primary == nil ? 0 : 2)\">\(primary == nil ? "" : machines)</VmsServers>"
    return try PageServer(
      "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: \(body.utf8.count)\r\n"
        + "Connection: close\r\n\r\n\(body)")
  }

  @Test func `a node that does not answer is passed by with one warning`() async throws {
    try write([Self.silent, second])
    #expect(
      try await see(["export", "--target", "prod", "-o", "x.csv"]) == """
        cupibulk: warning: http://127.0.0.1:PORT does not answer (127.0.0.1 port 1 refused the connection); \
        http://localhost:PORT is used instead
        Exported 9 servers of prod (http://localhost:PORT) to x.csv (csv).
        exit 0
        """)
    let check = try await see(["target", "check", "prod"])
    #expect(check.contains("target       prod (http://localhost:PORT)\n"))
    #expect(check.hasSuffix("exit 0"))
    let seen = try await see(["import", "rows.csv", "--target", "prod"])
    #expect(seen.hasSuffix("exit 0"), "a machine without a cluster is the primary: \(seen)")
    #expect(try await sandbox.log().writes == 1)
  }

  @Test func `a write goes to the primary that the first node names`() async throws {
    let node = try node(primary: "localhost")
    try write([node.url, second])
    let seen = try await see(["import", "rows.csv", "--target", "prod"])
    #expect(seen.hasSuffix("exit 0"), "\(seen)")
    #expect(try await sandbox.log().writes == 1)
    #expect(
      try await see(["runs", "list", "--json"]).contains(#""target":"http://127.0.0.1:PORT""#),
      "the ledger has the first URL of the section")
  }

  @Test func `a write without a primary is refused`() async throws {
    let other = try node(primary: "cuc-pub.example")
    try write([other.url, second])
    #expect(
      try await see(["import", "rows.csv", "--target", "prod"]) == """
        cupibulk: The primary server of target prod, which writes need, is cuc-pub, and no URL of the section names it
            hint: write one of its names into url (FOLDER/\(TargetLab.file):2): cuc-pub.example or cuc-pub
        exit 7
        """)
    let unknown = try node(primary: nil)
    try write([unknown.url, second])
    #expect(
      try await see(["import", "rows.csv", "--target", "prod"]) == """
        cupibulk: Which node of target prod is the primary server, which writes need, is not known: \
        http://127.0.0.1:PORT does not report it
            hint: if you know it, name it alone: --target https://HOST
        exit 7
        """)
    let gone = try node(primary: "localhost")
    try write([gone.url, "http://localhost:1"])
    #expect(
      try await see(["import", "rows.csv", "--target", "prod"]) == """
        cupibulk: The primary server of target prod, which writes need, cannot be used: localhost port 1 refused \
        the connection
            hint: try again once it is back, or once the other node has become the primary
        exit 5
        """)
    #expect(try await sandbox.log().writes == 0)
  }

  @Test(arguments: [(SIGINT, "Ctrl-C", 130), (SIGTERM, "SIGTERM", 143)])
  func `a signal ends the wait for a node at once, and the attempt has its ending`(
    signal: Int32, name: String, status: Int32
  ) async throws {
    let silent = try SilentServer()
    try write(["https://127.0.0.1:\(silent.port)", second])
    let program = try RunningProgram(
      ["export", "--target", "prod", "--connect-timeout", "1h", "--progress", "none"],
      in: folder.path)
    try await silent.waitForCaller()
    program.send(signal: signal)
    #expect(
      await program.finish().seen == """
        Stopping: requests in flight are finished. A second signal cancels them.
        cupibulk: The run was stopped by \(name)
        exit \(status)
        """)
    #expect(try await folder.holdsOnlyAttempts(), "the attempt has its end")
  }
}
