// The manual pages; two of them are recorded in Tests/Snapshots/man, and `RECORD=1 swift test` records them again.

import Foundation
import TestSupport
import Testing

@testable import CommandLineTool

@Suite struct ManualPageTests {
  private static let pages = ManualPage.all(date: "2026-11-29")

  @Test(arguments: ["cupibulk-target-list.1", "cupibulk-targets.ini.5"])
  func `a page equals the recorded page`(name: String) throws {
    let page = try #require(Self.pages.first { $0.name == name })
    let file = Package.root + "/Tests/Snapshots/man/\(name)"
    if Package.isRecording {
      try FileManager.default.createDirectory(
        atPath: Package.root + "/Tests/Snapshots/man", withIntermediateDirectories: true)
      try Data(page.text.utf8).write(to: URL(filePath: file))
      Issue.record("recorded \(file)")
    }
    #expect(try String(contentsOfFile: file, encoding: .utf8) == page.text)
  }

  @Test func `each command has a page, and so has the file of targets`() {
    let names = Command.allPaths().map { $0.line.replacing(" ", with: "-") + ".1" }
    #expect(Self.pages.map(\.name) == names + ["cupibulk-targets.ini.5"])
  }

  @Test func `a page refers only to pages that exist`() {
    let names = Set(Self.pages.map(\.name))
    for page in Self.pages {
      let references = page.text.matches(of: /\\fB(cupibulk[a-z.\\-]*)\\fR\((\d)\)/)
      #expect(!references.isEmpty, "\(page.name)")
      for reference in references {
        let name = "\(reference.output.1.replacing("\\-", with: "-")).\(reference.output.2)"
        #expect(names.contains(name), "\(page.name) refers to \(name)")
      }
    }
  }

  @Test func `no line of text is longer than 80 bytes, or ends with a blank`() {
    for page in Self.pages {
      for line in page.text.split(separator: "\n") {
        let isText = line.contains(" ") && !line.hasPrefix(".") && !line.contains("cupibulk ")
        #expect(!isText || line.utf8.count <= 80, "\(page.name): \(line)")
        #expect(!line.hasSuffix(" "), "\(page.name): \(line)")
      }
    }
  }

  @Test(arguments: [
    ("plain", "plain"), ("read-back", "read\\-back"), ("it's", "it\\(aqs"),
    ("C:\\new \\fB", "C:\\(rsnew \\(rsfB"), ("a ~ b ^ `c`", "a \\(ti b \\(ha \\(gac\\(ga"),
    ("old → new…", "old \\[u2192] new\\[u2026]"), ("e\u{301}📞", "e\\[u0301]\\[u1F4DE]"),
    ("nothing\u{7}\n", "nothing\\[u0007]\\[u000A]"),
  ])
  func `signs that mean something in a page are escaped`(text: String, source: String) {
    #expect(RoffText.plain(text).source == source)
  }

  @Test func `a line of text is never a request`() {
    #expect(RoffText.plain(".SH NAME").lines() == ["\\&.SH NAME"])
    #expect(RoffText.plain("'br").lines() == ["\\(aqbr"])
    #expect(RoffText.plain("aaa .b").lines(width: 4) == ["aaa", "\\&.b"])
    #expect(RoffText.plain("  .x").line == "  .x")
    #expect(RoffText.plain(".x").line == "\\&.x")
  }

  @Test func `names of options in a text are bold`() {
    #expect(
      RoffText.prose("(--exact, or --max-delete=2) - a -- b ---").source
        == "(\\fB\\-\\-exact\\fR, or \\fB\\-\\-max\\-delete\\fR=2) \\- a \\-\\- b \\fB\\-\\-\\-\\fR"
    )
  }

  @Test func `the example of targets_ini is a target`() throws {
    let text = TargetsPage.example.joined(separator: "\n")
    let target = try #require(
      try TargetsFile("/t.ini", Array(text.utf8), home: "/h").targets.first)
    #expect(target.name == "prod")
    #expect(target.lines.count == TargetKey.allCases.count - 4)
  }

  @Test(arguments: [
    ("0", "1970-01-01"), ("1795996800", "2026-11-30"), ("253402300799", "9999-12-31"),
  ])
  func `SOURCE_DATE_EPOCH is the pages' date`(seconds: String, day: String) throws {
    #expect(try ManualPagesCommand.date(["SOURCE_DATE_EPOCH": seconds]) == day)
  }

  @Test(arguments: ["", "now", "-1", "253402300800", "99999999999999999999"])
  func `another SOURCE_DATE_EPOCH is an error`(text: String) {
    #expect(
      throws: CommandFailure(
        .usage, "SOURCE_DATE_EPOCH is '\(text)'", hint: "give the seconds since 1970, or unset it")
    ) {
      try ManualPagesCommand.date(["SOURCE_DATE_EPOCH": text])
    }
  }

  @Test func `the pages' date needs no clock`() throws {
    #expect(try ManualPagesCommand.date([:]) == ManualPagesCommand.date)
  }
}
