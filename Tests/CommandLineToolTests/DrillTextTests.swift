// The words for what a restore drill found: whole texts, for users and for programs.

import PortGroupModel
import RowLedger
import TestSupport
import Testing

@testable import BatchEngine
@testable import CommandLineTool

@Suite struct DrillTextTests {
  private static func round(
    _ ids: DrillRound.IDs, _ change: (inout DrillRound) -> Void = { _ in }
  ) -> DrillRound {
    var round = DrillRound(ids: ids)
    round.groups = 40
    round.servers = 1_180
    round.damage.changed = [.host: 100, .port: 60]
    round.damage.deleted = 60
    round.damage.added = 39
    round.damage.swapped = 2
    round.damage.swappedHosts = 2
    round.damage.emptied = 1
    var books = Books()
    books.created = 60
    books.updated = 62
    books.deleted = 39
    books.unchanged = 1_058
    books.read = 1_219
    round.books = books
    round.isVerified = true
    change(&round)
    return round
  }

  private static func result(_ rounds: [DrillRound], stop: RunStop? = nil) -> DrillResult {
    var result = DrillResult(source: "REPO@latest")
    result.rounds = rounds
    result.stop = stop
    return result
  }

  private static let passed = result([round(.same), round(.other)])
  private static let empty = result(
    DrillRound.IDs.allCases.map { ids in
      round(ids) { round in
        round.groups = 1
        round.servers = 1
        round.damage = DrillDamage.Counts()
        round.books = Books()
      }
    })

  private static let failed: DrillResult = {
    let server: FieldValues = [
      .service: "102", .host: "10.0.0.1", .port: "5060", .tlsPort: "5061", .precedence: "1",
    ]
    var other = server
    other[.precedence] = "2"
    return result([
      round(.same) { round in
        round.isVerified = false
        round.books?.failed = 1
        round.books?.updated = 61
        round.different = 2
        round.firstDifferent = [
          DrillRound.Group(
            name: "Berlin\u{7}", objectID: ObjectID("3b3fe9ba-4dbd-4d38-85a4-6b8cb4b7ae30"),
            integration: .sip,
            differences: [
              .removed(server), .changed(from: server, to: other, fields: [.precedence]),
            ], count: 21),
          DrillRound.Group(
            name: "PIMG", objectID: nil, integration: .pimg, differences: [], count: 0),
        ]
        round.touched = ["PIMG"]
        round.failed = [
          DrillRound.FailedRow(
            group: "Berlin", server: "SIP proxy 10.0.0.1 port 5060 tls 5061", code: "ignored",
            detail: "the server still has Precedence 2")
        ]
        round.errors = [Diagnostic(.error, .duplicateRow, at: Place(file: "x"), "two rows")]
      },
      round(.other) { $0.isVerified = false },
    ])
  }()

  @Test func `a drill that passed is one line`() {
    let text = DrillText(result: Self.passed)
    #expect(
      text.sentence
        == "Restores in the sandbox: 40 port groups, 1,180 servers; 322 changes put back. What only the real server "
        + "can refuse is listed in the documentation (what-only-the-server-can-refuse.md).")
    #expect(text.problems == [])
    #expect(
      text.rounds == [
        "onto the same ids: 40 port groups, 1,180 servers; damaged: 160 changed, 60 deleted, 39 added, 2 with exchanged "
          + "hosts, 2 exchanged, 1 port group emptied; 60 created, 62 updated, 39 deleted",
        "onto other ids: 40 port groups, 1,180 servers; damaged: 160 changed, 60 deleted, 39 added, 2 with exchanged "
          + "hosts, 2 exchanged, 1 port group emptied; 60 created, 62 updated, 39 deleted",
      ])
    #expect(Self.passed.status == .success)
    let recorder = Recorder()
    let console = recorder.console()
    text.report(on: console, of: "prod")
    #expect(console.finish() == nil)
    #expect(recorder.output == "prod: \(text.sentence)\n")
    #expect(recorder.messages == "")
    text.report(on: console, of: "prod", withRounds: true)
    #expect(recorder.messages == text.rounds.map { "  \($0)\n" }.joined())
  }

  @Test func `the page that it names is there`() throws {
    #expect(try Package.text("docs/" + DrillText.page).hasPrefix("# "))
  }

  @Test(arguments: [
    (["A"], "1 port group, which its name does"),
    (["A", "B"], "2 port groups, which their names do"),
  ])
  func `groups that were left out are counted`(names: [String], words: String) {
    var result = Self.passed
    result.rounds[1].leftOut = names
    #expect(
      DrillText(result: result).sentence
        == "Restores in the sandbox: 40 port groups, 1,180 servers; 322 changes put back. Onto other ids without "
        + "\(words) not distinguish. What only the real server can refuse is listed in "
        + "the documentation (what-only-the-server-can-refuse.md).")
  }

  @Test func `where nothing can be changed, no restore was tried, and the text says so`() {
    let text = DrillText(result: Self.empty)
    #expect(
      text.sentence
        == "Loads in the sandbox: 1 port group, 1 server. Nothing in it can be changed over the API, so that no restore was "
        + "tried.")
    #expect(
      text.rounds.first
        == "onto the same ids: 1 port group, 1 server; damaged: nothing, because nothing can be changed over the API; "
        + "0 created, 0 updated, 0 deleted")
    #expect(Self.empty.status == .success)
  }

  @Test func `a drill that failed says what is not as the source`() {
    let recorder = Recorder()
    let console = recorder.console()
    DrillText(result: Self.failed).report(on: console, of: "prod")
    #expect(console.finish() == nil)
    #expect(recorder.output == "prod: Does not restore in the sandbox: REPO@latest.\n")
    #expect(
      recorder.messages == """
          onto the same ids: 2 of 40 port groups are not as the source
          onto the same ids: "Berlin\\u{7}": it lacks SIP proxy 10.0.0.1 port 5060 tls 5061
          onto the same ids: "Berlin\\u{7}": SIP proxy 10.0.0.1 port 5060 tls 5061: Precedence is 2 and not 1
          onto the same ids: "Berlin\\u{7}": … and 16 more servers
          onto the same ids: "PIMG": its servers are not those of the source
          onto the same ids: PIMG group "PIMG" was changed, although its servers are read-only
          onto the same ids: "Berlin": SIP proxy 10.0.0.1 port 5060 tls 5061: ignored: the server still has Precedence 2
          onto the same ids: two rows
          onto other ids: the restore did not check its result

        """)
    #expect(Self.failed.status == .notAsAsked)
  }

  @Test func `a configuration that the sandbox cannot hold is not as asked, and the text says why`()
  {
    let result = Self.result([
      Self.round(.same) { $0.stop = .unsuitable("its ObjectId already exists") }
    ])
    let text = DrillText(result: result)
    #expect(text.sentence == "Does not restore in the sandbox: REPO@latest.")
    #expect(text.problems == ["onto the same ids: its ObjectId already exists"])
    #expect(result.status == .notAsAsked)
  }

  @Test(arguments: [
    (
      RunStop.interrupted, "The drill was stopped by Ctrl-C.",
      CommandLineTool.ExitStatus.interrupted
    ),
    (.terminated, "The drill was stopped by SIGTERM.", .terminated),
    (.hungUp, "The drill was stopped by SIGHUP (its terminal went away).", .hungUp),
    (.aborted, "The drill was cut off.", .interrupted),
    (
      .unsuitable("the object is damaged"), "The drill ended early: the object is damaged.",
      .inputInvalid
    ),
  ])
  func `a drill that ended early says why`(
    stop: RunStop, sentence: String, status: CommandLineTool.ExitStatus
  ) {
    let result = Self.result([Self.round(.same) { $0.stop = stop }], stop: stop)
    let text = DrillText(result: result)
    #expect(text.sentence == sentence)
    #expect(text.problems == [])
    #expect(result.status == status)
  }

  // MARK: For programs

  @Test func `for programs, all keys are always there`() {
    let stopped = Self.result([], stop: .interrupted)
    #expect(
      DrillReport(result: stopped).line
        == #"{"schema":1,"type":"drill","source":"REPO@latest","target":null,"targetID":null,"snapshot":null,"passed":false,"untried":true,"stopped":"by the user","#
        + #""groups":0,"servers":0,"changes":0,"rounds":[]}"#)
    var failed = Self.failed
    failed.rounds.removeLast()
    failed.rounds[0].leftOut = ["Twice"]
    #expect(
      DrillReport(result: failed).line
        == #"{"schema":1,"type":"drill","source":"REPO@latest","target":null,"targetID":null,"snapshot":null,"passed":false,"untried":false,"stopped":null,"#
        + #""groups":40,"servers":1180,"changes":160,"rounds":[{"ids":"same","passed":false,"groups":40,"#
        + #""servers":1180,"groupsLeftOut":["Twice"],"damage":{"changed":{"HostOrIPAddress":100,"#
        + #""HostOrIPAddressV6":0,"Port":60,"TlsPort":0,"Precedence":0,"SkinnyStateMachineEnum":0},"deleted":60,"#
        + #""added":39,"hostsExchanged":2,"exchanged":2,"groupsEmptied":1},"created":60,"updated":61,"deleted":39,"#
        + #""unchanged":1058,"failed":1,"inDoubt":0,"pending":0,"invalid":0,"verified":false,"#
        + #""groupsNotAsSource":2,"notAsSource":[{"PortGroup":"Berlin\u0007","#
        + #""MediaPortGroupObjectId":"3b3fe9ba-4dbd-4d38-85a4-6b8cb4b7ae30","servers":21,"#
        + #""why":["it lacks SIP proxy 10.0.0.1 port 5060 tls 5061","SIP proxy 10.0.0.1 port 5060 tls 5061: "#
        + #"Precedence is 2 and not 1"]},{"PortGroup":"PIMG","MediaPortGroupObjectId":null,"servers":0,"#
        + #""why":["its servers are not those of the source"]}],"pimgGroupsChanged":["PIMG"],"#
        + #""rowsNotDone":[{"PortGroup":"Berlin","server":"SIP proxy 10.0.0.1 port 5060 tls 5061","#
        + #""code":"ignored","message":"the server still has Precedence 2"}],"errors":["two rows"],"#
        + #""stopped":null}]}"#)
    failed.rounds[0] = DrillRound(ids: .other)
    failed.rounds[0].stop = .unsuitable("no")
    #expect(
      DrillReport(result: failed).line.hasSuffix(
        #""created":null,"updated":null,"deleted":null,"unchanged":null,"failed":null,"inDoubt":null,"#
          + #""pending":null,"invalid":null,"verified":false,"groupsNotAsSource":0,"notAsSource":[],"#
          + #""pimgGroupsChanged":[],"rowsNotDone":[],"errors":[],"stopped":"no"}]}"#))
  }
}
