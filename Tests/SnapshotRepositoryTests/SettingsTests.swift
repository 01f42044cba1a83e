import FoundationEssentials
import Testing

@testable import SnapshotRepository

/// The settings of a repository, and what a newer or damaged file is.
@Suite struct SettingsTests {
  private let files = MemoryFiles()
  private let now = Date(timeIntervalSince1970: 1_795_839_300)

  @Test func `what is given is changed, and the rest stays`() throws {
    let made = try Repository.prepare(in: files, now: now) { settings, _ in
      settings.policy.keepDaily = 30
      settings.targets = ["prod"]
    }
    #expect(made.origin == .new)
    let changed = try Repository.prepare(in: files, now: now) { settings, _ in
      settings.drillAge = 86_400
    }
    #expect(changed.origin == .existing)
    var expected = made.repository.settings
    expected.drillAge = 86_400
    #expect(try Repository(files).settings == expected)
    #expect(expected.created == "2026-11-28T04:15:00Z")
    #expect(expected.id.utf8.count == 32)
  }

  @Test func `settings that were lost are said to be, so that nothing is forgotten by others`()
    throws
  {
    let rig = RepositoryRig(files)
    try rig.prepare()
    try rig.backup([3])
    try files.remove(RepositoryLayout.settings)
    let again = try Repository.prepare(in: files, now: now) { _, _ in }
    #expect(again.origin == .lost)
    #expect(again.repository.settings.policy.isEmpty)
    #expect(try rig.history().lastGood != nil)
  }

  @Test func `a newer form is refused with its number`() throws {
    _ = try Repository.prepare(in: files, now: now) { _, _ in }
    let file = try files.file(RepositoryLayout.settings)
    file.bytes = Array(
      String(decoding: file.bytes, as: UTF8.self)
        .replacing("\"format\" : 1", with: "\"format\" : 2").utf8)
    #expect(throws: RepositoryFault(.newerFormat("repo", 2))) { try Repository(files) }
  }

  @Test(arguments: ["", "{}", "null", "[1]", "{\"format\":1}"])
  func `another file is damaged`(text: String) throws {
    _ = try Repository.prepare(in: files, now: now) { _, _ in }
    try files.file(RepositoryLayout.settings).bytes = Array(text.utf8)
    #expect(throws: RepositoryFault(.damagedSettings("repo/repository.json"))) {
      try Repository(files)
    }
    // And is not replaced by a new one.
    #expect(throws: RepositoryFault(.damagedSettings("repo/repository.json"))) {
      try Repository.prepare(in: files, now: now) { _, _ in }
    }
  }

  @Test func `a line is JSON with sorted keys and its own sum`() throws {
    let line = ChainLine(
      seq: 1, previous: ChainLine.firstPrevious, event: .keep, time: "2026-11-27T04:15:00Z",
      who: "jd@jump01", snapshot: "20261127T041500Z-ab3f", sha256: "ab", reason: "why")
    let text = String(decoding: ChainLineText.bytes(line), as: UTF8.self)
    let body =
      "{\"event\":\"keep\",\"previous\":\"\(ChainLine.firstPrevious)\",\"reason\":\"why\",\"seq\":1,\"sha256\":\"ab\","
      + "\"snapshot\":\"20261127T041500Z-ab3f\",\"time\":\"2026-11-27T04:15:00Z\",\"who\":\"jd@jump01\""
    #expect(text == body + ",\"sum\":\"\(body.utf8.sha256)\"}")
    #expect(ChainLineText.line(Array(text.utf8)[...]) == line)
  }

  @Test(arguments: ["../../../../etc/passwd", "", "AB", String(repeating: "g", count: 64)])
  func `what is no digest is no name of an object`(name: String) {
    let line = ChainLine(
      seq: 1, previous: ChainLine.firstPrevious, event: .backup, time: "2026-11-27T04:15:00Z",
      who: "x", snapshot: "20261127T041500Z-ab3f", sha256: "ab",
      backup: ChainLine.Facts(
        target: RepositoryRig.prod, ended: "2026-11-27T04:15:00Z", content: name, object: name,
        groups: 1, servers: 1, suspicions: []))
    #expect(ChainLineText.line(ChainLineText.bytes(line)[...]) == nil)
  }

  @Test(arguments: [
    "\"seq\":0", "\"seq\":-1", "\"seq\":9223372036854775807", "\"seq\":9223372036854775806",
    "\"seq\":9007199254740993", "\"seq\":1.5", "\"event\":\"other\"",
  ])
  func `numbers and events that cannot be are no line, whatever its sum`(change: String) {
    let key = change.prefix { $0 != ":" }
    let fields = [
      "\"event\":\"keep\"", "\"previous\":\"00\"", "\"seq\":1", "\"time\":\"x\"", "\"who\":\"x\"",
    ].map { $0.hasPrefix(key) ? change : $0 }
    let body = "{" + fields.joined(separator: ",")
    let text = body + ",\"sum\":\"\(body.utf8.sha256)\"}"
    #expect(ChainLineText.line(Array(text.utf8)[...]) == nil)
  }
}
