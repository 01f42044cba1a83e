import Foundation
import PortGroupFiles
import PortGroupModel
import TestSupport
import Testing

/// `plan show` needs only the file: it shows what the plan would change, and refuses a file that was changed.
@Suite struct PlanShowTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A move of one proxy in many groups, with one of each other kind of entry.
  private func writeMove(groups: Int = 12) throws {
    var plan = PlanMaker()
    plan.ticket = "CHG0042"
    plan.unchanged = 3
    for number in 1...groups {
      plan.group("Branch \(number)", extra: number == 1 ? ["10.9.9.9"] : [])
      plan.update("10.0.0.1", set: [.host: "10.50.0.11"])
      if number == 2 { plan.create("10.60.0.1") }
      if number == 3 { plan.delete("10.0.0.7") }
      if number == 4 { plan.refuse(.exists) }
    }
    try plan.write(to: folder.path("move.plan"))
  }

  private func show(_ options: [String] = []) async throws -> ProgramRun {
    try await ProgramRun.run(["plan", "show", "move.plan"] + options, in: folder.path)
  }

  @Test func `equal changes are shown once, deletes last, and the counts twice`() async throws {
    try writeMove()
    let run = try await show()
    #expect(
      run.output == """
        plan         move.plan
        fingerprint  MPWO4RP3EFOQ5O22WEV57A3UVG (MPWO4RP3 for short)
        kind         import
        target       prod, https://cuc.example.com:8443
        version      14.0.1
        server id    5d1f7a3c
        input        move.csv, 15 rows, SHA-256 0123456789ab…
        ticket       CHG0042
        made by      jd@jump01
        made         2026-11-28T14:05:02Z with cupibulk 0.1.0
        not after    2099-12-05T14:05:02Z

        The plan: 1 to create, 12 to update, 1 to delete in 12 port groups; 3 unchanged; 1 refused.

        Changes: 13 servers to create or update
        12 port groups: "Branch 1", "Branch 2", "Branch 3", "Branch 4", "Branch 5", "Branch 6", "Branch 7", \
        "Branch 8", "Branch 9", "Branch 10" and 2 more:
          ~ SIP proxy 10.0.0.1 port 5060 tls 5061: HostOrIPAddress 10.0.0.1 → 10.50.0.11
        Port group "Branch 2":
          + SIP proxy 10.60.0.1 port 5060 tls 5061, precedence 1

        DELETES: 1 server to delete
        Port group "Branch 3":
          - SIP proxy 10.0.0.7 port 5060 tls 5061, precedence 0

        Refused: 1 row, for which nothing is sent
        exists, 1 row: A row to create matches an existing server that differs from it.
          move.csv:8 in "Branch 4"

        In no row: 1 server, which stays as it is
        Port group "Branch 1":
          SIP proxy 10.9.9.9 port 5060 tls 5061, precedence 0

        The plan: 1 to create, 12 to update, 1 to delete in 12 port groups; 3 unchanged; 1 refused.
        Fingerprint: MPWO4RP3EFOQ5O22WEV57A3UVG

        """)
    #expect(run.messages == "")
    #expect(run.status == 0)
  }

  @Test func `all names every port group`() async throws {
    try writeMove()
    let names = (1...12).map { "\"Branch \($0)\"" }.joined(separator: ", ")
    let output = try await show(["--all"]).output
    #expect(output.contains("12 port groups: \(names):\n"), "\(output)")
  }

  @Test func `the way back undoes the last step first`() async throws {
    try writeMove(groups: 4)
    #expect(
      try await show(["--reverse"]).output == """
        plan         move.plan
        fingerprint  REWJK6QH3KRJYSWGOSUJ4OWAFS (REWJK6QH for short)
        kind         import
        target       prod, https://cuc.example.com:8443
        version      14.0.1
        server id    5d1f7a3c
        input        move.csv, 7 rows, SHA-256 0123456789ab…
        ticket       CHG0042
        made by      jd@jump01
        made         2026-11-28T14:05:02Z with cupibulk 0.1.0
        not after    2099-12-05T14:05:02Z

        This is the way back: what takes the plan back after it was applied, the last step first.
        Undoing the run that applied it does this: cupibulk undo RUN
        A server that is created again gets a new ObjectId.
        The way back: 1 to create, 4 to update, 1 to delete in 4 port groups.

        Changes: 5 servers to create or update
        4 port groups: "Branch 4", "Branch 3", "Branch 2", "Branch 1":
          ~ SIP proxy 10.50.0.11 port 5060 tls 5061: HostOrIPAddress 10.50.0.11 → 10.0.0.1
        Port group "Branch 3":
          + SIP proxy 10.0.0.7 port 5060 tls 5061, precedence 0

        DELETES: 1 server to delete
        Port group "Branch 2":
          - SIP proxy 10.60.0.1 port 5060 tls 5061, precedence 1

        The way back: 1 to create, 4 to update, 1 to delete in 4 port groups.
        Fingerprint: REWJK6QH3KRJYSWGOSUJ4OWAFS

        """)
  }

  @Test func `actions and port groups leave out the rest, and the page says so`() async throws {
    try writeMove()
    #expect(
      try await show(["--action", "delete", "--action", "refuse"]).output == """
        plan         move.plan
        fingerprint  MPWO4RP3EFOQ5O22WEV57A3UVG (MPWO4RP3 for short)
        kind         import
        target       prod, https://cuc.example.com:8443
        version      14.0.1
        server id    5d1f7a3c
        input        move.csv, 15 rows, SHA-256 0123456789ab…
        ticket       CHG0042
        made by      jd@jump01
        made         2026-11-28T14:05:02Z with cupibulk 0.1.0
        not after    2099-12-05T14:05:02Z

        The plan: 1 to create, 12 to update, 1 to delete in 12 port groups; 3 unchanged; 1 refused.
        Only a part is shown: --action delete --action refuse

        DELETES: 1 server to delete
        Port group "Branch 3":
          - SIP proxy 10.0.0.7 port 5060 tls 5061, precedence 0

        Refused: 1 row, for which nothing is sent
        exists, 1 row: A row to create matches an existing server that differs from it.
          move.csv:8 in "Branch 4"

        The plan: 1 to create, 12 to update, 1 to delete in 12 port groups; 3 unchanged; 1 refused.
        Only a part is shown: --action delete --action refuse
        Fingerprint: MPWO4RP3EFOQ5O22WEV57A3UVG

        """)
    let id = PlanMaker.groupID(2).text
    #expect(
      try await show(["--only-group", id, "--only-group", "Branch 3"]).output.contains(
        """
        Only a part is shown: --only-group \(id) --only-group 'Branch 3'

        Changes: 3 servers to create or update
        2 port groups: "Branch 2", "Branch 3":
          ~ SIP proxy 10.0.0.1 port 5060 tls 5061: HostOrIPAddress 10.0.0.1 → 10.50.0.11
        Port group "Branch 2":
          + SIP proxy 10.60.0.1 port 5060 tls 5061, precedence 1

        DELETES: 1 server to delete
        Port group "Branch 3":
          - SIP proxy 10.0.0.7 port 5060 tls 5061, precedence 0

        The plan:
        """))
    #expect(
      try await show(["--action", "create", "--only-group", "Branch 1"]).output
        .contains("\n\nNothing in the plan is like that.\n"))
    #expect(
      try await folder.see(["plan", "show", "move.plan", "--only-group", "Brunch 3"]) == """
        cupibulk: move.plan has no port group "Brunch 3"
            hint: did you mean "Branch 3"?
        exit 4
        """)
    #expect(
      try await folder.see(["plan", "show", "move.plan", "--only-group", "Zweigstelle"]) == """
        cupibulk: move.plan has no port group "Zweigstelle"
            hint: --only-group takes the name or the id of a port group in the plan
        exit 4
        """)
  }

  @Test func `for programs it is one JSON document with all keys`() async throws {
    var plan = PlanMaker()
    plan.group("Branch 1", extra: ["10.9.9.9"])
    plan.update("10.0.0.1", set: [.host: "10.50.0.11", .hostV6: .empty])
    plan.refuse(.exists)
    plan.group("Branch 2")
    plan.create("10.60.0.1")
    try plan.write(to: folder.path("move.plan"))
    let digest = String(repeating: "0123456789abcdef", count: 4)
    func shown(_ options: [String]) async throws -> String {
      try await show(["--json"] + options).output.replacing(/[A-Z2-7]{26}/, with: "FINGERPRINT")
    }
    #expect(
      try await shown([]) == """
        {"schema":1,"type":"plan","file":"move.plan","fingerprint":"FINGERPRINT","kind":"import",\
        "target":{"id":"5d1f7a3c","name":"prod","url":"https://cuc.example.com:8443","version":"14.0.1","pin":null},\
        "inputs":[{"file":"move.csv","rows":3,"sha256":"\(digest)"}],"part":null,"made":"2026-11-28T14:05:02Z",\
        "by":"jd@jump01","ticket":null,"notAfter":"2099-12-05T14:05:02Z","expired":false,"tool":"0.1.0",\
        "counts":{"create":1,"update":1,"delete":0,"unchanged":0,"refused":1,"groupsToReset":2},\
        "reverse":false,"onlyActions":null,"onlyGroups":null,"groups":[\
        {"group":"Branch 1","id":"aaaaaaaa-0000-4000-8000-000000000001","integration":2,"steps":[\
        {"step":1,"do":"update","server":"bbbbbbbb-0000-4000-8000-000000000002","service":102,"before":\
        {"ObjectId":"bbbbbbbb-0000-4000-8000-000000000002","MediaRemoteServiceEnum":"102","HostOrIPAddress":"10.0.0.1",\
        "HostOrIPAddressV6":"","Port":"5060","TlsPort":"5061","Precedence":"0","SkinnyStateMachineEnum":""},\
        "set":{"HostOrIPAddress":"10.50.0.11","HostOrIPAddressV6":""},"from":"move.csv:2"}],\
        "refused":[{"code":"exists","meaning":"A row to create matches an existing server that differs from it.",\
        "from":"move.csv:3"}],"notNamed":[\
        {"ObjectId":"bbbbbbbb-0000-4000-8000-000000000001","MediaRemoteServiceEnum":"102","HostOrIPAddress":"10.9.9.9",\
        "HostOrIPAddressV6":"","Port":"5060","TlsPort":"5061","Precedence":"0","SkinnyStateMachineEnum":""}]},\
        {"group":"Branch 2","id":"aaaaaaaa-0000-4000-8000-000000000002","integration":2,"steps":[\
        {"step":2,"do":"create","server":null,"service":102,"before":null,"set":{"MediaRemoteServiceEnum":"102",\
        "HostOrIPAddress":"10.60.0.1","Port":"5060","TlsPort":"5061","Precedence":"1"},"from":"move.csv:4"}],\
        "refused":[],"notNamed":[]}],"stopped":null,"exit":0}

        """)
    #expect(
      try await shown(["--reverse", "--action", "delete", "--only-group", "Branch 2"]) == """
        {"schema":1,"type":"plan","file":"move.plan","fingerprint":"FINGERPRINT","kind":"import",\
        "target":{"id":"5d1f7a3c","name":"prod","url":"https://cuc.example.com:8443","version":"14.0.1","pin":null},\
        "inputs":[{"file":"move.csv","rows":3,"sha256":"\(digest)"}],"part":null,"made":"2026-11-28T14:05:02Z",\
        "by":"jd@jump01","ticket":null,"notAfter":"2099-12-05T14:05:02Z","expired":false,"tool":"0.1.0",\
        "counts":{"create":1,"update":1,"delete":0,"unchanged":0,"refused":1,"groupsToReset":2},\
        "reverse":true,"onlyActions":["delete"],"onlyGroups":["aaaaaaaa-0000-4000-8000-000000000002"],"groups":[\
        {"group":"Branch 2","id":"aaaaaaaa-0000-4000-8000-000000000002","integration":2,"steps":[\
        {"step":2,"do":"delete","server":null,"service":102,"before":\
        {"ObjectId":null,"MediaRemoteServiceEnum":"102","HostOrIPAddress":"10.60.0.1",\
        "HostOrIPAddressV6":"","Port":"5060","TlsPort":"5061","Precedence":"1","SkinnyStateMachineEnum":""},\
        "set":{},"from":"move.csv:4"}],"refused":[],"notNamed":[]}],"stopped":null,"exit":0}

        """)
  }

  @Test func `for a ticket it is Markdown, and hostile names stay in their cells`() async throws {
    var plan = PlanMaker()
    plan.notAfter = "2026-01-01T00:00:00Z"
    plan.target.name = nil
    plan.target.id = nil
    plan.group("a|b `c` <script>\n@all https://evil.example [x](y)", extra: ["*.example"])
    plan.update("10.0.0.1", set: [.host: "10.50.0.11", .precedence: "2"])
    plan.delete("10.0.0.7")
    plan.refuse(.noMatch)
    try plan.write(to: folder.path("move.plan"))
    let name = #""a\|b \`c\` &lt;script&gt;\\n&#64;all https:/&#47;evil.example \[x\](y)""#
    #expect(
      try await show(["--markdown"]).output == """
        # Plan

        | | |
        |---|---|
        | plan | move.plan |
        | fingerprint | I244PMCOTATN55SF3LW4ZEKKT5 (I244PMCO for short) |
        | kind | import |
        | target | https:/&#47;cuc.example.com:8443 |
        | version | 14.0.1 |
        | server id | the server reports none |
        | input | move.csv, 3 rows, SHA-256 0123456789ab… |
        | made by | jd&#64;jump01 |
        | made | 2026-11-28T14:05:02Z with cupibulk 0.1.0 |
        | not after | 2026-01-01T00:00:00Z, expired |

        **The plan: 1 to update, 1 to delete in 1 port group; 1 refused.**

        ## Changes: 1 server to create or update

        | Do | Server | Port groups |
        |---|---|---|
        | update | SIP proxy 10.0.0.1 port 5060 tls 5061: HostOrIPAddress 10.0.0.1 → 10.50.0.11, Precedence 0 → 2 \
        | \(name) |

        ## DELETES: 1 server to delete

        | Do | Server | Port groups |
        |---|---|---|
        | **DELETE** | SIP proxy 10.0.0.7 port 5060 tls 5061, precedence 0 | \(name) |

        ## Refused: 1 row, for which nothing is sent

        | Reason | Meaning | Rows |
        |---|---|---|
        | no-match | No server matches, and the row cannot create one: it is an update, has a Match value, or has no \
        service. | move.csv:4 in \(name) |

        ## In no row: 1 server, which stays as it is

        | Server | Port groups |
        |---|---|
        | SIP proxy \\*.example port 5060 tls 5061, precedence 0 | \(name) |

        **The plan: 1 to update, 1 to delete in 1 port group; 1 refused.**

        Fingerprint: I244PMCOTATN55SF3LW4ZEKKT5


        """)
  }

  @Test func `a name with control characters does not reach the terminal`() async throws {
    var plan = PlanMaker()
    plan.group("a\u{1B}[2Jb\u{202E}")
    plan.delete("h\u{1B}[2J")
    try plan.write(to: folder.path("move.plan"))
    let run = try await show()
    #expect(run.output.contains("Port group \"a\\u{1B}[2Jb\\u{202E}\":\n"))
    #expect(!run.output.unicodeScalars.contains("\u{1B}"))
  }

  @Test func `an expired plan is shown as such`() async throws {
    var plan = PlanMaker()
    plan.group("Branch")
    plan.create("10.0.0.1")
    plan.notAfter = "2026-01-01T00:00:00Z"
    try plan.write(to: folder.path("move.plan"))
    let run = try await show()
    #expect(run.output.contains("\nnot after    2026-01-01T00:00:00Z, expired\n"), "\(run.output)")
    #expect(run.status == 0)
    #expect(try await show(["--json"]).output.contains("\"expired\":true"))
  }

  /// What was done to a good plan, and how the message begins.
  static let damages: [(@Sendable (String) -> String, String)] = [
    (
      { $0.replacing("10.50.0.11", with: "10.50.0.12", maxReplacements: 1) },
      "cupibulk: move.plan was changed: its lines do not have the digest that the last one gives\n"
    ),
    (
      { $0.replacing("\"step\":1}", with: "\"step\": 1}") },
      "cupibulk: move.plan:3: the plan was changed: this line is not as cupibulk writes it\n"
    ),
    (
      { String($0.dropLast(10)) },
      "cupibulk: move.plan has no last line: it was cut, or is still being copied\n"
    ),
    (
      { $0.replacing("\"cupibulk-plan\":1", with: "\"cupibulk-plan\":2") },
      "cupibulk: move.plan is a plan of format 2, which a newer version of cupibulk has made"
    ),
    ({ _ in "PortGroup,Service,Host\n" }, "cupibulk: move.plan is not a plan of cupibulk\n"),
    ({ _ in "" }, "cupibulk: move.plan is not a plan of cupibulk\n"),
  ]

  @Test(arguments: damages.indices)
  func `nothing is shown of a file that is not as it was written`(index: Int) async throws {
    let (damage, message) = Self.damages[index]
    try writeMove()
    try folder.write(damage(try folder.read("move.plan")), to: "move.plan")
    for options in [[], ["--json"], ["--markdown"], ["--reverse"]] {
      let run = try await show(options)
      #expect(
        run.output == "" || options == ["--json"] && run.output.contains("\"type\":\"failure\""))
      #expect(run.messages.hasPrefix(message), "\(run.messages)")
      #expect(run.messages.contains("\n    hint: "))
      #expect(run.status == 4)
    }
  }

  @Test func `a file that cannot be read is an error, and so are both formats`() async throws {
    #expect(
      try await folder.see(["plan", "show", "none.plan"]) == """
        cupibulk: none.plan cannot be read: No such file or directory
        exit 4
        """)
    #expect(try await folder.see(["plan", "show", "."]).hasSuffix("it is a folder\nexit 4"))
    #expect(
      try await folder.see(["plan", "show", "move.plan", "--json", "--markdown"])
        .hasSuffix("exit 2"))
    #expect(try await folder.see(["plan"]).hasSuffix("exit 2"))
  }
}
