import Foundation
import TestSupport
import Testing

/// `target renew` against a server over TLS whose pin or id is not that of its section.
@Suite struct TargetRenewTests {
  private let lab: TargetLab

  init() async throws { lab = try await TargetLab() }

  private var file: String {
    get throws { lab.words(try lab.folder.read(TargetLab.file)) }
  }

  @Test func `a new pin is asked for before the login, and only it is written`() async throws {
    let text = "# keep\n" + lab.section("prod", ["tls-pin": TargetLab.otherPin, "slots": "3"])
    try lab.write(text)
    try await lab.sandbox.emptyLog()
    let certificate = """
      target       prod (https://127.0.0.1:PORT)
      certificate  CN=cupibulk sandbox
      issued by    itself
      valid        DATES
      pin          PIN
      old pin  OTHERPIN
      new pin  PIN

      """
    let hint = "    hint: if the new pin is right, pass --tls-pin PIN --yes\nexit 7"
    #expect(
      try await lab.see(["target", "renew", "prod", "--yes"]) == certificate + """
        cupibulk: Nothing was renewed: the pin of target prod has changed, and --yes alone does not trust a new one
        \(hint)
        """)
    #expect(try await lab.see(["target", "renew", "prod"]).hasSuffix(hint))
    #expect(try await lab.sandbox.log().requests == [:])
    #expect(
      try await lab.see("target renew prod", typing: ["for target prod? [y/N] ": "y\r"])
        == certificate + """
          Compare the new pin with what the server's administrator sees there.
          Trust the new pin for target prod? [y/N] y
          Renewed target prod in FOLDER/.config/cupibulk/targets.ini.
          exit 0
          """)
    #expect(try file == lab.words(text.replacing(TargetLab.otherPin, with: lab.pin)))
    #expect(
      try await lab.see(["target", "renew", "prod"]).hasSuffix(
        "Nothing to renew: target prod is as its section says.\nexit 0"))
  }

  @Test func `without a terminal the new pin is typed`() async throws {
    try lab.write(lab.section("prod", ["tls-pin": TargetLab.otherPin]))
    let words = ["target", "renew", "prod", "--yes", "--json", "--tls-pin"]
    #expect(
      try await lab.see(words + [TargetLab.otherPin]) == """
        {"schema":1,"type":"failure","exit":7,"error":"The server of target prod shows the pin PIN, not the one of --tls-pin",\
        "hint":"ask its administrator which one is right","command":"target renew"}
        cupibulk: The server of target prod shows the pin PIN, not the one of --tls-pin
            hint: ask its administrator which one is right
        exit 7
        """)
    #expect(
      try await lab.see(words + [lab.pin]) == """
        {"schema":1,"type":"target-renewed","exit":0,"name":"prod","file":"FOLDER/\(TargetLab.file)","changes":[{"key":"tls-pin","old":"OTHERPIN","new":"PIN"}]}
        Renewed target prod in FOLDER/\(TargetLab.file).
        exit 0
        """)
  }

  @Test func `a new id is shown and asked for`() async throws {
    try lab.write(lab.section("prod", ["id": TargetLab.otherID]))
    #expect(
      try await lab.see(
        "target renew prod", typing: ["now this one? [y/N] ": "y\r"]
      ).hasSuffix(
        """
        old id  GUID
        new id  GUID
        Another server than before: is target prod now this one? [y/N] y
        Renewed target prod in FOLDER/.config/cupibulk/targets.ini.
        exit 0
        """))
    #expect(try lab.folder.read(TargetLab.file).contains("id = \(lab.id)\n"))
  }
}
