// Punycode: the samples of RFC 3492 §7.1, and real names.

import Testing

@testable import PortGroupModel

@Suite struct PunycodeTests {
  @Test(arguments: [
    ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
    ("למההםפשוטלאמדבריםעברית", "4dbcagdahymbxekheh6e0a7fei0b"),
    ("почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"),
    ("porquénopuedensimplementehablarenespañol", "porqunopuedensimplementehablarenespaol-fmd56a"),
    ("3年b組金八先生", "3b-ww4c5e180e575a65lsy2b"),
    ("ひとつ屋根の下2", "2-u9tlzr9756bt3uc0v"),
    ("そのスピードで", "d9juau41awczczp"),
  ])
  func `the samples of the RFC are encoded as the RFC shows`(label: String, code: String) {
    #expect(Punycode.encode(label.unicodeScalars.map { Int($0.value) }) == code)
  }

  @Test(arguments: [
    ("Müller.example", "xn--mller-kva.example"), ("a.example", "a.example"),
    ("straße.Köln.example", "xn--strae-oqa.xn--kln-sna.example"), ("u\u{308}.example", nil),
    ("a–b.example", nil), (String(repeating: "ü", count: 64), nil),
  ])
  func `a host name has an ASCII form`(name: String, ascii: String?) {
    #expect(Punycode.ascii(ofName: name) == ascii)
  }
}
