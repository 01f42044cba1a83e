import Foundation
import PortGroupFiles
import PortGroupModel
import TestSupport
import Testing

@testable import CommandLineTool

/// What a page about a plan shows of many changes, and in which order.
@Suite struct PlanPageTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The page without its head and counts.
  private func page(
    _ plan: PlanMaker, all: Bool = false, reversed: Bool = false, markdown: Bool = false,
    limit: Int = 100, window: Int = 100
  ) throws -> String {
    let path = folder.path("a.plan")
    try plan.write(to: path)
    let reader = try PlanReader(path)
    let overview = try PlanOverview(reading: reader)
    var shown = ShownPlan(
      reader: reader, overview: overview, selection: PlanSelection(), isReversed: reversed)
    shown.window = window
    let words = PlanWords(overview: overview, isReversed: reversed, filter: "", now: .now) { time in
      time.ISO8601Format()
    }
    let stream = TextStream(abilities: .none) { _ in 0 }
    let layout: any PlanLayout =
      markdown ? PlanMarkdownLayout() : PlanTextLayout(stream: stream)
    let page = PlanPage(words, layout: layout, showsAll: all)
    var text = ""
    try page.write(shown, limit: limit) { text += $0 }
    #expect(text.hasPrefix(page.top))
    #expect(text.hasSuffix(page.bottom))
    return String(text.dropFirst(page.top.count).dropLast(page.bottom.count))
  }

  /// Three groups with one equal change, and one change each of their own.
  private static var moves: PlanMaker {
    var plan = PlanMaker()
    for number in 1...3 {
      plan.group("G\(number)")
      plan.create("new\(number).example")
      plan.update("10.0.0.1", set: [.precedence: "7"])
      plan.delete("old\(number).example")
      plan.refuse(number == 2 ? .exists : .noMatch)
    }
    return plan
  }

  @Test func `more different changes than the limit are counted`() throws {
    #expect(
      try page(Self.moves, limit: 2) == """

        Changes: 6 servers to create or update
        3 port groups: "G1", "G2", "G3":
          ~ SIP proxy 10.0.0.1 port 5060 tls 5061: Precedence 0 → 7
        Port group "G1":
          + SIP proxy new1.example port 5060 tls 5061, precedence 1
        … and 2 more; --all shows all

        DELETES: 3 servers to delete
        Port group "G1":
          - SIP proxy old1.example port 5060 tls 5061, precedence 0
        Port group "G2":
          - SIP proxy old2.example port 5060 tls 5061, precedence 0
        … and 1 more; --all shows all

        Refused: 3 rows, for which nothing is sent
        no-match, 2 rows: No server matches, and the row cannot create one: it is an update, has a Match value, or has no service.
          move.csv:5 in "G1", move.csv:13 in "G3"
        exists, 1 row: A row to create matches an existing server that differs from it.
          move.csv:9 in "G2"

        """)
  }

  @Test func `with --all they are listed group by group`() throws {
    #expect(
      try page(Self.moves, all: true, limit: 1) == """

        Changes: 6 servers to create or update
        Port group "G1":
          + SIP proxy new1.example port 5060 tls 5061, precedence 1
          ~ SIP proxy 10.0.0.1 port 5060 tls 5061: Precedence 0 → 7
        Port group "G2":
          + SIP proxy new2.example port 5060 tls 5061, precedence 1
          ~ SIP proxy 10.0.0.1 port 5060 tls 5061: Precedence 0 → 7
        Port group "G3":
          + SIP proxy new3.example port 5060 tls 5061, precedence 1
          ~ SIP proxy 10.0.0.1 port 5060 tls 5061: Precedence 0 → 7

        DELETES: 3 servers to delete
        Port group "G1":
          - SIP proxy old1.example port 5060 tls 5061, precedence 0
        Port group "G2":
          - SIP proxy old2.example port 5060 tls 5061, precedence 0
        Port group "G3":
          - SIP proxy old3.example port 5060 tls 5061, precedence 0

        Refused: 3 rows, for which nothing is sent
        no-match, 1 row: No server matches, and the row cannot create one: it is an update, has a Match value, or has no service.
          move.csv:5 in "G1"
        exists, 1 row: A row to create matches an existing server that differs from it.
          move.csv:9 in "G2"
        no-match, 1 row: No server matches, and the row cannot create one: it is an update, has a Match value, or has no service.
          move.csv:13 in "G3"

        """)
  }

  @Test(arguments: [1, 2, 3, 4, 8, 9, 100])
  func `the way back is the same however many steps are in memory`(window: Int) throws {
    let text = try page(Self.moves, all: true, reversed: true, limit: 0, window: window)
    #expect(
      text == """

        Changes: 6 servers to create or update
        Port group "G3":
          + SIP proxy old3.example port 5060 tls 5061, precedence 0
          ~ SIP proxy 10.0.0.1 port 5060 tls 5061: Precedence 7 → 0
        Port group "G2":
          + SIP proxy old2.example port 5060 tls 5061, precedence 0
          ~ SIP proxy 10.0.0.1 port 5060 tls 5061: Precedence 7 → 0
        Port group "G1":
          + SIP proxy old1.example port 5060 tls 5061, precedence 0
          ~ SIP proxy 10.0.0.1 port 5060 tls 5061: Precedence 7 → 0

        DELETES: 3 servers to delete
        Port group "G3":
          - SIP proxy new3.example port 5060 tls 5061, precedence 1
        Port group "G2":
          - SIP proxy new2.example port 5060 tls 5061, precedence 1
        Port group "G1":
          - SIP proxy new1.example port 5060 tls 5061, precedence 1

        """)
  }

  @Test func `a value that the way back cannot empty is named`() throws {
    var plan = PlanMaker()
    plan.group("G")
    plan.update("10.0.0.1", precedence: "", set: [.precedence: "7", .hostV6: "::1"])
    #expect(
      try page(plan, reversed: true) == """

        Changes: 1 server to create or update
        Port group "G":
          ~ SIP proxy 10.0.0.1 port 5060 tls 5061: HostOrIPAddressV6 ::1 → (empty), Precedence 7 → (empty) \
        (Precedence cannot be emptied over the API)

        """)
  }

  @Test func `the port groups of deletes are never left out, and equal names have their ids`()
    throws
  {
    var plan = PlanMaker()
    for number in 1...11 {
      plan.group(number > 9 ? "Twin" : "G\(number)")
      plan.delete("10.0.0.1")
    }
    let names = (1...9).map { "\"G\($0)\"" }
    let twins = [10, 11].map { "\"Twin\" (\(PlanMaker.groupID($0)))" }
    #expect(
      try page(plan) == """

        DELETES: 11 servers to delete
        11 port groups: \((names + twins).joined(separator: ", ")):
          - SIP proxy 10.0.0.1 port 5060 tls 5061, precedence 0

        """)
  }

  @Test
  func `a change that a group has twice is shown twice, and equal texts of other bytes apart`()
    throws
  {
    var plan = PlanMaker()
    plan.group("A")
    plan.update("h\u{E9}", set: [.precedence: "1"])
    plan.update("h\u{E9}", set: [.precedence: "1"])
    plan.group("B")
    plan.update("he\u{301}", set: [.precedence: "1"])
    let text = try page(plan)
    #expect(text.split(separator: "\n").filter { $0.hasPrefix("  ~") }.count == 3)
    #expect(text.contains("Port group \"A\":"))
    #expect(text.contains("Port group \"B\":"))
  }

  @Test func `deletes are red on a terminal with colours`() {
    let abilities = TextStream.Abilities(isTerminal: true, movesCursor: true, showsColour: true)
    let layout = PlanTextLayout(stream: TextStream(abilities: abilities) { _ in 0 })
    let words = PlanWords(
      overview: Self.overview, isReversed: false, filter: "", now: .now
    ) { $0.ISO8601Format() }
    var content = PlanContent()
    var plan = PlanMaker()
    plan.group("G")
    plan.delete("10.0.0.1")
    for case .step(let step) in plan.entries {
      content.add(.change(PlanChange(step.change), step))
    }
    let page = PlanPage(words, layout: layout, showsAll: false)
    #expect(
      page.text(of: .deletions, content) == """

        \u{1B}[31mDELETES: 1 server to delete\u{1B}[0m
        Port group \(PlanMaker.groupID(1)):
          \u{1B}[31m- SIP proxy 10.0.0.1 port 5060 tls 5061, precedence 0\u{1B}[0m

        """)
  }

  /// A plan of an undo, whose times are no times.
  private static var overview: PlanOverview {
    PlanOverview(
      file: "back.plan",
      head: PlanHead(
        fingerprint: PlanFingerprint(digest: Array(repeating: 0, count: 32)),
        target: PlanHead.Target(url: "https://cuc", pin: "sha256//abc="), kind: "undo",
        inputs: [PlanHead.Input(file: "run:20261128T185820Z-nggl", sha256: nil, rows: 1)],
        made: "today", by: "jd", ticket: nil, notAfter: "never", tool: "0.1.0", from: ""),
      counts: PlanCounts(), groups: [])
  }

  @Test func `a run has no digest, and a time that is none is shown as it is`() {
    let words = PlanWords(
      overview: Self.overview, isReversed: false, filter: "", now: .now
    ) { $0.ISO8601Format() }
    #expect(
      words.head.map { "\($0.label): \($0.value)" } == [
        "plan: back.plan", "fingerprint: AAAAAAAAAAAAAAAAAAAAAAAAAA (AAAAAAAA for short)",
        "kind: undo", "target: https://cuc", "server id: the server reports none",
        "pin: sha256//abc=", "input: run:20261128T185820Z-nggl, 1 row", "made by: jd",
        "made: today with cupibulk 0.1.0", "not after: never",
      ])
    #expect(Self.overview.isExpired(at: .now) == nil)
    #expect(words.counts == "The plan: nothing to send.")
  }

  @Test(arguments: [
    (PlanHead.Part(groups: ["A", "B \"C\""]), #"only port group "A", "B "C"""#),
    (PlanHead.Part(services: [102, 103]), "only service 102, 103"),
    (PlanHead.Part(limit: 1), "at most 1 row"),
    (PlanHead.Part(invalid: 3), "without 3 invalid rows"),
    (
      PlanHead.Part(groups: ["A"], services: [100], limit: 5, invalid: 1),
      #"only port group "A"; only service 100; at most 5 rows; without 1 invalid row"#
    ),
  ])
  func `a plan for a part of its inputs says for which`(part: PlanHead.Part, text: String) {
    var overview = Self.overview
    overview.head.part = part
    let words = PlanWords(overview: overview, isReversed: false, filter: "", now: .now) {
      $0.ISO8601Format()
    }
    #expect(words.head.first { $0.label == "part" }?.value == text)
  }

  @Test func `a file that is changed after it was checked stops the page before it begins`() throws
  {
    let path = folder.path("a.plan")
    try Self.moves.write(to: path)
    let reader = try PlanReader(path)
    let overview = try PlanOverview(reading: reader)
    // In place: the reader has the file open.
    let text = try folder.read("a.plan").replacing("new2.example", with: "new9.example")
    try text.write(to: URL(filePath: path), atomically: false, encoding: .utf8)
    let plan = ShownPlan(
      reader: reader, overview: overview, selection: PlanSelection(), isReversed: false)
    let words = PlanWords(
      overview: overview, isReversed: false, filter: "", now: .now
    ) { $0.ISO8601Format() }
    let page = PlanPage(words, layout: PlanMarkdownLayout(), showsAll: false)
    var written = ""
    let fault = #expect(throws: PlanFault.self) { try page.write(plan) { written += $0 } }
    #expect(written == "")
    var report = PlanJSONReport(
      overview, isExpired: nil, selection: PlanSelection(), isReversed: false)
    #expect(throws: PlanFault.self) { try plan.forEach { written += report.add($0) } }
    written += report.finish(stop: fault?.message, exit: .inputInvalid)
    let stopped =
      "\"stopped\":\"\(path) was changed: its lines do not have the digest that the last one gives\",\"exit\":4}\n"
    #expect(written.hasSuffix(stopped), "\(written)")
  }

  @Test func `a plan without entries has only counts`() throws {
    var plan = PlanMaker()
    plan.unchanged = 2
    #expect(try page(plan) == "")
    #expect(try page(plan, markdown: true) == "")
  }

  @Test(arguments: [
    ("a|b", "a\\|b"), ("`x`", "\\`x\\`"), ("<b>&amp;", "&lt;b&gt;&amp;amp;"), ("*_~", "\\*\\_\\~"),
    ("[a](b) ![c]", "\\[a\\](b) \\!\\[c\\]"), ("a\\", "a\\\\"), ("@all", "&#64;all"),
    ("https://x", "https:/&#47;x"), ("WWW.x", "WWW&#46;x"), ("a\nb\tc", "a b c"),
    ("10.0.0.1 → 10.50.0.11", "10.0.0.1 → 10.50.0.11"), ("PG-Berlin 01", "PG-Berlin 01"),
  ])
  func `a text is shown by Markdown as it is`(text: String, escaped: String) {
    #expect(text.escapedForMarkdown == escaped)
  }
}
