// The fences of the system's file hold, whatever the user's file says.

import HTTPTransfers
import PortGroupModel
import Testing

@testable import CommandLineTool

@Suite struct TargetFencesTests {
  private static let pin = TargetsFileTests.pin
  private static let otherPin = "sha256//AAAAgQxDdIzxJscNriLGWWyQFUQwI3m5X9itaKtpY7Q="
  private static let id = TargetsFileTests.id

  private static func registry(
    user: String, system: String
  ) throws(TargetsFault) -> TargetRegistry {
    try TargetRegistry(
      user: TargetsFile("/u.ini", Array(user.utf8), home: "/h"),
      system: TargetsFile("/s.ini", Array(system.utf8), home: "/h"))
  }

  /// Such as `protected slots 2 rate 5 pin id`.
  private static func shown(_ fences: TargetFences) -> String {
    var words: [String] = []
    if fences.isProtected { words.append("protected") }
    if let slots = fences.slots { words.append("slots \(slots)") }
    if let rate = fences.rate { words.append("rate \(rate)") }
    if case .pinned = fences.trust { words.append("pin") }
    if case .authorities = fences.trust { words.append("ca") }
    if fences.id != nil { words.append("id") }
    return words.joined(separator: " ")
  }

  @Test(arguments: [
    ("", "", ""),
    ("", "protected = yes", "protected"),
    ("protected = no", "protected = yes", "protected"),
    ("protected = yes", "protected = no", "protected"),
    ("slots = 4", "slots = 2", "slots 2"), ("slots = 1", "slots = 2", "slots 1"),
    ("rate = 9", "rate = 5", "rate 5"), ("rate = 3", "", "rate 3"), ("", "rate = 5", "rate 5"),
    ("", "tls-pin = \(pin)\nid = \(id)", "pin id"),
    ("tls-pin = \(pin)", "tls-pin = \(pin)", "pin"),
    ("ca-cert = /a", "ca-cert = /a", "ca"),
  ])
  func `the stricter value holds`(user: String, system: String, result: String) throws {
    let registry = try Self.registry(
      user: "[a]\nurl = https://h\n\(user)\n", system: "[a]\nurl = https://h\n\(system)\n")
    #expect(Self.shown(registry.fences(of: try registry.find("a"))) == result)
  }

  @Test(arguments: [
    ("[other]\nurl = https://h:443\nprotected = yes\n", "its address"),
    ("[other]\nurl = https://x, https://H\nprotected = yes\n", "one of two addresses"),
    ("[other]\nurl = https://x\nid = \(id)\nprotected = yes\n", "its id"),
    ("[A]\nurl = https://x\nprotected = yes\n", "its name in another case"),
  ])
  func `a section of the system applies by name, address and id`(
    system: String, reason: String
  ) throws {
    let registry = try Self.registry(
      user: "[a]\nurl = https://h\nid = \(Self.id)\n", system: system)
    #expect(registry.fences(of: try registry.find("a")).isProtected, "\(reason)")
  }

  @Test(arguments: [
    (
      "tls-pin = \(otherPin)", "tls-pin = \(pin)",
      "[a] has another tls-pin than /s.ini:3, which it cannot change"
    ),
    (
      "ca-cert = /x", "tls-pin = \(pin)",
      "[a] has another ca-cert than /s.ini:3, which it cannot change"
    ),
    (
      "id = 00000000-0000-0000-0000-000000000001", "id = \(id)",
      "[a] has another id than /s.ini:3, which it cannot change"
    ),
  ])
  func `another trust or id than the system's is an error that names both lines`(
    user: String, system: String, message: String
  ) {
    let fault = #expect(throws: TargetsFault.self) {
      try Self.registry(
        user: "[a]\nurl = https://h\n\n\(user)\n", system: "[a]\nurl = https://h\n\(system)\n")
    }
    #expect(
      fault
        == TargetsFault("/u.ini", 4, message, hint: "remove the line: the value of /s.ini holds"))
  }

  @Test func `a target of the system alone is usable, and a typed address has its fences`() throws {
    let registry = try Self.registry(
      user: "[prod]\nurl = https://mine\n",
      system: "[lab]\nurl = https://lab\nslots = 1\n[prod]\nurl = https://theirs\nprotected = yes\n"
    )
    #expect(try registry.find("lab").slots == 1)
    #expect(registry.targets.map(\.name) == ["prod", "lab"])
    let theirs = try #require(registry.target(at: try Origin(parsing: "https://theirs")))
    #expect(registry.fences(of: theirs).isProtected, "also under a name that the user has")
  }

  @Test(arguments: [
    ("prd", "There is no target prd in /u.ini", "did you mean prod?"),
    (
      "zzz", "There is no target zzz in /u.ini",
      "add it with: cupibulk target add NAME URL; a server without a name is written as https://HOST[:PORT]"
    ),
    (
      "UNITY1.example.com", "There is no target UNITY1.example.com; it is the host of target prod",
      "write prod, or the whole URL: https://unity1.example.com"
    ),
  ])
  func `an unknown name gets a suggestion`(word: String, message: String, hint: String) throws {
    let registry = try Self.registry(
      user: "[prod]\nurl = https://unity1.example.com\n", system: "")
    let failure = #expect(throws: CommandFailure.self) { try registry.find(word) }
    #expect(failure == CommandFailure(.usage, message, hint: hint))
  }

  @Test func `a name that is a host in the other file is refused`() {
    let fault = #expect(throws: TargetsFault.self) {
      try Self.registry(
        user: "[unity1]\nurl = https://h\n", system: "[b]\nurl = https://unity1\n")
    }
    #expect(fault?.message == "the name [unity1] is the host of target b (/s.ini:1)")
  }
}
