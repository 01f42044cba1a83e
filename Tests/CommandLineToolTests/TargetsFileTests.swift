// The sections of targets.ini: what they mean, and the whole texts of what is wrong with them.

import HTTPTransfers
import PortGroupModel
import Testing

@testable import CommandLineTool

@Suite struct TargetsFileTests {
  static let pin = "sha256//m7AcgQxDdIzxJscNriLGWWyQFUQwI3m5X9itaKtpY7Q="
  static let id = "6d496f74-47fa-4636-aafa-be9c3fbc73bf"

  private static func file(_ text: String) throws(TargetsFault) -> TargetsFile {
    try TargetsFile("/c/targets.ini", Array(text.utf8), home: "/home/op")
  }

  @Test func `every key has its meaning`() throws {
    let file = try Self.file(
      """
      # the production cluster
      [prod]
      url = https://unity1.example.com, https://unity2.example.com:8443
      username = operator
      password-file = ~/secrets/prod
      tls-pin = \(Self.pin);\(Self.pin)
      id = \(Self.id.uppercased())
      slots = 3
      rate = 20
      tags = tier1, berlin
      protected = yes
      repository = backups

      """)
    let target = try #require(file["prod"])
    #expect(
      target.nodes.map(\.description) == [
        "https://unity1.example.com", "https://unity2.example.com:8443",
      ])
    #expect(target.username == "operator")
    #expect(target.passwordSource == .file("/home/op/secrets/prod"))
    #expect(target.trust == .pinned("\(Self.pin);\(Self.pin)"))
    #expect(target.id == ObjectID(Self.id))
    #expect(target.slots == 3)
    #expect(target.rate == 20)
    #expect(target.tags == ["tier1", "berlin"])
    #expect(target.isProtected)
    #expect(target.repository == "/c/backups")
    #expect(target.place.description == "/c/targets.ini:2")
    #expect(target.line(of: .slots) == 8)
  }

  @Test(arguments: [
    ("password-command = pass unity; true", NamedTarget.PasswordSource.command("pass unity; true")),
    ("netrc-file = /n", .netrc("/n")), ("credential = unity", .credential("unity")),
    ("password-file = p", .file("/c/p")),
  ])
  func `a section has one source of the password`(
    line: String, source: NamedTarget.PasswordSource
  ) throws {
    #expect(try Self.file("[a]\nurl=https://h\n\(line)\n")["a"]?.passwordSource == source)
  }

  @Test(arguments: [
    (
      "[a]\nurl = https://h\nurll = x\n", 3, "[a] has the unknown key urll", "did you mean url?"
    ),
    (
      "[a]\nurl = https://h\npassword = x\n", 3,
      "[a] has a password, which does not belong in this file: it is copied, shown and backed up",
      "remove the line, change that password, and write password-file = FILE with a file of mode 600"
    ),
    ("[a]\nusername = x\n", 1, "[a] has no url", "write url = https://HOST[:PORT]"),
    (
      "[a]\nurl = unity\n", 2, "url of [a] is 'unity'",
      "target `unity`: the scheme is missing; write https://HOST or https://HOST:8443"
    ),
    (
      "[a]\nurl = https://a:secret@h\n", 2, "url of [a] is '…'",
      "target `https://…@h`: user name and password do not belong in a URL; "
        + "use --username, and --password-file or the prompt"
    ),
    (
      "[a]\nurl = https://h, https://H:443\n", 2, "url of [a] is 'https://h, https://H:443'",
      "both URLs are the same address"
    ),
    (
      "[a]\nurl = https://h,https://i,https://j\n", 2,
      "url of [a] is 'https://h,https://i,https://j'",
      "a cluster has two nodes, so that a target has at most two URLs"
    ),
    (
      "[a]\nurl = https://h\nca-cert = x\nslots = 1\ntls-pin = \(pin)\n", 5,
      "[a] has both ca-cert (line 3) and tls-pin", "keep one of the two"
    ),
    (
      "[a]\nurl = https://h\nnetrc-file = x\npassword-file = y\n", 4,
      "[a] has both netrc-file (line 3) and password-file", "keep one of the two"
    ),
    (
      "[a]\nurl = https://h\ntls-pin = abc\n", 3, "tls-pin of [a] is 'abc'",
      "a pin is sha256// and the 44 Base64 characters of a key's fingerprint"
    ),
    (
      "[a]\nurl = https://h\nid = 5\n", 3, "id of [a] is '5'",
      "write the server's id, such as 42ef5946-c5f2-4556-9897-6a4b6e116dfa"
    ),
    ("[a]\nurl = https://h\nslots = 0\n", 3, "slots of [a] is '0'", "allowed is 1 to 64"),
    ("[a]\nurl = https://h\nrate = x\n", 3, "rate of [a] is 'x'", "allowed is 1 to 10000"),
    (
      "[a]\nurl = https://h\nprotected = yes ; sure\n", 3, "protected of [a] is 'yes ; sure'",
      "write yes or no"
    ),
    (
      "[a]\nurl = https://h\nusername =\n", 3, "username of [a] is ''",
      "give it a value, or remove the line"
    ),
    (
      "[a]\nurl = https://h\ncredential = ../x\n", 3, "credential of [a] is '../x'",
      "write the name of a systemd credential, without its folder"
    ),
    (
      "[a]\nurl = https://h\ntags = a,b c\n", 3, "tags of [a] is 'a,b c'",
      "write words of letters, digits, '.', '_' and '-', separated by commas"
    ),
    (
      "[Sandbox]\nurl = https://h\n", 1,
      "[Sandbox] cannot be the name of a target: sandbox: is the built-in one", "rename the section"
    ),
    (
      "[a:b]\nurl = https://h\n", 1,
      "[a:b] cannot be the name of a target: allowed are letters, digits, '.', '_' and '-'",
      "rename the section"
    ),
    (
      "[a/b]\nurl = https://h\n", 1,
      "[a/b] cannot be the name of a target: allowed are letters, digits, '.', '_' and '-'",
      "rename the section"
    ),
    (
      "[a]\nurl = https://h\n[A]\nurl = https://i\n", 3,
      "[A] cannot be the name of a target: [a] (line 1) differs only in upper and lower case",
      "rename the section"
    ),
    (
      "[unity1]\nurl = https://h\n[b]\nurl = https://unity1\n", 1,
      "the name [unity1] is the host of target b (/c/targets.ini:3)",
      "rename one of the two, so that a name cannot be mistaken for a host"
    ),
    (
      "[a]\nurl = https://h:443\n[b]\nurl = https://i, https://H.\n", 4,
      "https://h. is the address of both [a] (line 2) and [b]", "keep one of the two sections"
    ),
    (
      "[a]\nurl = https://h\nid = \(id)\n[b]\nurl = https://i\nid = \(id)\n", 6,
      "\(id) is the id of both [a] (line 3) and [b]",
      "keep one of the two sections: one id is one server"
    ),
    (
      "[a]\nurl = https://h\nx\n", 3,
      "the line is neither [section], nor key = value, nor a comment",
      "write key = value, or # before a comment"
    ),
  ])
  func `a wrong section is reported with its line and what to do`(
    text: String, line: Int, message: String, hint: String
  ) {
    let fault = #expect(throws: TargetsFault.self) { try Self.file(text) }
    #expect(fault == TargetsFault("/c/targets.ini", line, message, hint: hint))
  }

  @Test(arguments: [
    "[unity1]\nurl = https://unity1\n[b]\nurl = https://unity1:8443\n",
    "[b]\nurl = https://unity1:8443\n[unity1]\nurl = https://unity1\n",
  ])
  func `a name is refused if another target has the host, whatever its own is`(text: String) {
    let fault = #expect(throws: TargetsFault.self) { try Self.file(text) }
    #expect(fault?.message.hasPrefix("the name [unity1] is the host of target b (") == true)
  }

  @Test func `a file of the largest size is compared without comparing each with each`() throws {
    var text = ""
    var number = 0
    while text.utf8.count < TargetsFile.limit - 40 {
      number += 1
      text += "[a\(number)]\nurl=https://b\(number)\n"
    }
    let file = try Self.file(text)
    #expect(file.targets.count == number)
    let registry = try TargetRegistry(user: file, system: file)
    #expect(registry.targets.count == number)
    #expect(try registry.find("a\(number)").addresses == ["b\(number):443"])
  }

  @Test func `a section may have its own host as its name`() throws {
    #expect(try Self.file("[unity1]\nurl = https://unity1\n").targets.count == 1)
  }

  @Test(arguments: [
    (["HOME": "/h"], "/h/.config/cupibulk/targets.ini"),
    (["HOME": "/h", "XDG_CONFIG_HOME": "/x"], "/x/cupibulk/targets.ini"),
    (["HOME": "/h", "XDG_CONFIG_HOME": "x"], "/h/.config/cupibulk/targets.ini"),
    (["HOME": "/h", "XDG_CONFIG_HOME": ""], "/h/.config/cupibulk/targets.ini"),
  ])
  func `the user's file is in the folder for configuration`(
    environment: [String: String], path: String
  ) {
    let places = TargetsPlaces(environment: environment)
    #expect(places.user == path)
    #expect(places.system == "/etc/cupibulk/targets.ini")
  }
}
