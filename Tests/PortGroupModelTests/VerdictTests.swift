// Verdicts: the result of reading back a written row, field by field.

import PortGroupModel
import Testing

@Suite struct VerdictTests {
  @Test(arguments: [
    ("p=5070", "p=5070", Verdict.verified), ("h=a v=-", "h=a v=-", .verified),
    ("h=a", "h=a p=5060", .verified), ("", "h=a", .verified),
    // An emptied field may be shown as absent, and the IPv4 host as the loopback address.
    ("v=-", "h=a", .verified), ("h=-", "h=127.0.0.1", .verified),
    ("h=A.example", "h=a.example", .normalised), ("h=A p=5070", "h=a p=5070", .normalised),
    ("v=2001:DB8::1", "v=2001:db8::1", .normalised), ("p=05070", "p=5070", .normalised),
    ("p=5070", "p=5060", .ignored), ("p=5070", "", .ignored),
    ("p=5070 o=1", "p=5070 o=0", .ignored),
    ("v=-", "v=::1", .ignored), ("h=A p=5070", "h=a p=5060", .ignored),
    ("h=A o=1", "h=a", .ignored),
  ])
  func `a creation is judged by what was sent`(sent: String, after: String, verdict: Verdict) {
    #expect(Verdict.judge(sent: fields(sent), before: nil, after: fields(after)) == verdict)
  }

  @Test(arguments: [
    ("p=5070", "p=5060", "p=5070", Verdict.verified),
    ("h=B.example", "h=a", "h=b.example", .normalised),
    ("v=-", "v=::1", "", .verified), ("h=-", "h=a", "h=127.0.0.1", .verified),
    // The value before the write, also in canonical form.
    ("p=5070", "p=5060", "p=5060", .ignored), ("h=b", "h=A", "h=a", .ignored),
    ("v=-", "v=::1", "v=::1", .ignored), ("k=10", "", "", .ignored),
    // A third value.
    ("p=5070", "p=5060", "p=5080", .overwritten), ("v=-", "v=::1", "v=::2", .overwritten),
    ("h=B p=5070", "h=a p=5060", "h=b p=5080", .overwritten),
    // An ignored field is worse than an overwritten field, in any order.
    ("h=b p=5070", "h=a p=5060", "h=c p=5060", .ignored),
    ("h=b p=5070", "h=a p=5060", "h=a p=5080", .ignored),
  ])
  func `an update is also judged by the previous values`(
    sent: String, before: String, after: String, verdict: Verdict
  ) {
    #expect(
      Verdict.judge(sent: fields(sent), before: fields(before), after: fields(after)) == verdict)
  }

  @Test func `a server that is not listed is missing`() {
    #expect(Verdict.judge(sent: fields("p=1"), before: nil, after: nil) == .missing)
    #expect(Verdict.judge(sent: fields("p=1"), before: fields("p=2"), after: nil) == .missing)
  }

  @Test func `ids that were sent are not judged`() {
    let sent: FieldValues = [.objectID: "1", .groupObjectID: "2", .port: "5060"]
    #expect(Verdict.judge(sent: sent, before: nil, after: [.port: "5060"]) == .verified)
  }
}
