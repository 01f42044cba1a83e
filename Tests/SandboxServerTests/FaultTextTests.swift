// Faults as text: every form, and every error message.

import SandboxServer
import Testing

@Suite struct FaultTextTests {
  static let forms: [(String, SandboxFaults)] = [
    ("", SandboxFaults()),
    ("drop-reply=5%", SandboxFaults(shares: [.dropReply: 0.05])),
    (
      "drop-reply=5%,drop-request=2%,busy=10%,reset=1%,html500=1%,truncate=1%,slow=80ms,ignore=Port",
      SandboxFaults(
        shares: [
          .dropReply: 0.05, .dropRequest: 0.02, .busy: 0.1, .reset: 0.01, .html500: 0.01,
          .truncate: 0.01,
        ], slow: .milliseconds(80), ignored: ["Port"])
    ),
    ("busy=0.5%", SandboxFaults(shares: [.busy: 0.005])),
    ("slow=2s,hold=2,hold-reply=1", SandboxFaults(slow: .seconds(2), hold: 2, holdReply: 1)),
    (
      "drop-reply@3,hold@5,hold-reply@1,slow=2s@3,ignore=Port@4,html500-reply@6",
      SandboxFaults(onWrite: [
        .init(3, .fault(.dropReply)), .init(5, .hold), .init(1, .holdReply),
        .init(3, .slow(.seconds(2))), .init(4, .ignore(field: "Port")),
        .init(6, .fault(.html500Reply)),
      ])
    ),
  ]

  @Test(arguments: forms)
  func `a text is parsed, and the parsed faults have the same text`(
    text: String, faults: SandboxFaults
  ) throws {
    #expect(try SandboxFaults(parsing: text) == faults)
    #expect(faults.text == text)
  }

  @Test func `spaces around commas are ignored, and the text may set the seed`() throws {
    #expect(
      try SandboxFaults(parsing: " busy=10% ,\thold=1\n", seed: 3)
        == SandboxFaults(shares: [.busy: 0.1], hold: 1, seed: 3))
    #expect(try SandboxFaults(parsing: "seed=7", seed: 3).seed == 7)
  }

  static let mistakes: [(text: String, message: String)] = [
    (
      "drop=5%",
      "'drop=5%' is no fault; there are drop-reply, drop-request, busy, reset, html500, "
        + "html500-reply, truncate, slow, ignore, hold, hold-reply, seed"
    ),
    (
      "busy=5%,,hold=1",
      "'' is no fault; there are drop-reply, drop-request, busy, reset, html500, html500-reply, "
        + "truncate, slow, ignore, hold, hold-reply, seed"
    ),
    (
      "busy=0.1", "'busy=0.1' is no fault; write busy=5% for a share, or busy@3 for the third write"
    ),
    ("busy", "'busy' is no fault; write busy=5% for a share, or busy@3 for the third write"),
    (
      "busy=5%@3",
      "'busy=5%@3' is no fault; write busy=5% for a share, or busy@3 for the third write"
    ),
    (
      "busy=101%",
      "'busy=101%' is no fault; write busy=5% for a share, or busy@3 for the third write"
    ),
    ("busy@0", "'busy@0' is no fault; the part after @ is the number of a write, from 1"),
    ("busy@three", "'busy@three' is no fault; the part after @ is the number of a write, from 1"),
    ("slow=80", "'slow=80' is no fault; write a time such as slow=80ms or slow=2s"),
    ("slow=2h", "'slow=2h' is no fault; write a time such as slow=80ms or slow=2s"),
    ("ignore", "'ignore' is no fault; write the field such as ignore=Port"),
    (
      "hold=0",
      "'hold=0' is no fault; write hold=2 for the next two writes, or hold@3 for the third"
    ),
    (
      "hold-reply",
      "'hold-reply' is no fault; write hold-reply=2 for the next two writes, "
        + "or hold-reply@3 for the third"
    ),
    ("seed=x", "'seed=x' is no fault; write a whole number such as seed=7"),
    ("busy=60%,reset=50%", "the shares are more than 100% together"),
  ]

  @Test(arguments: mistakes)
  func `an error message shows the invalid fault and its rule`(text: String, message: String) {
    #expect(throws: FaultTextError(description: message)) {
      try SandboxFaults(parsing: text)
    }
  }
}
