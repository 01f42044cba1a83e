// The topics have all that their tables have.

import Foundation
import PortGroupModel
import TestSupport
import Testing

@testable import CommandLineTool

@Suite struct HelpTopicTests {
  @Test func `a topic has a name of its own, which is no command`() {
    let names = HelpTopic.allCases.map(\.name)
    #expect(names == ["connection", "files", "environment", "json", "exit-codes"])
    for name in names { #expect(Command.root.subcommand(name) == nil) }
    for topic in HelpTopic.allCases {
      #expect(!topic.summary.hasSuffix(".") && !topic.sections.isEmpty)
    }
  }

  @Test func `each exit code is there with a step after each failure, and in the order of weight`()
    throws
  {
    let codes = try #require(HelpTopic.exitCodes.sections.first)
    #expect(codes.items.map(\.label) == ExitStatus.allCases.map { "\($0.rawValue)" })
    #expect(ExitStatus.allCases.filter { $0.advice == nil } == [.success])
    #expect(Set(ExitStatus.order) == Set(ExitStatus.allCases))
    #expect(ExitStatus.order.count == ExitStatus.allCases.count)
  }

  @Test(arguments: ExitStatus.allCases.compactMap(\.advice).map(\.line))
  func `the step after an exit code can be typed`(line: String) throws {
    try IntentTests.parse(line)
  }

  @Test func `every field has its range on the page of files`() {
    let page = HelpPage(of: .files).text(width: 1000)
    for field in Field.allCases {
      #expect(page.contains("  \(field.name) "), "\(field.name)")
      if case .integer(let range) = field.rule.kind {
        #expect(field.rule.summary.contains("\(range.lowerBound) to \(range.upperBound)"))
      }
    }
    for field in Field.matchable { #expect(page.contains("Match\(field.name)")) }
  }

  @Test func `the environment has each variable of an option once, and each option without one`()
    throws
  {
    let sections = HelpTopic.environment.sections
    let variables = try #require(sections.first).items.map(\.label)
    let options = Command.allPaths().flatMap(\.command.allOptions) + [.help, .version]
    #expect(Set(variables) == Set(options.compactMap(\.environmentName)))
    #expect(variables.count == Set(variables).count)
    let typed = sections[1].items.map(\.text).joined(separator: " ")
    let flags = Set(typed.matches(of: /--[a-z-]+/).map { String($0.output) })
    let withVariable = Set(options.filter { $0.environmentName != nil }.map(\.flag))
    #expect(flags == Set(options.map(\.flag)).subtracting(withVariable))
  }

  /// Variables that libraries read by themselves: libcurl, less, and localtime_r(3).
  private static let ofLibraries: Set = ["HTTPS_PROXY", "NO_PROXY", "TZ"]
  /// The variable of an option of a hidden command.
  private static let ofHiddenCommands: Set = ["CUPIBULK_COMPLETION_TIME"]

  /// Where a variable is read whose name is not beside: each is found by the patterns below.
  private static let otherReads = [
    "ArgumentParser.swift": 1, "TargetsFile.swift": 1, "ProcessSetup.swift": 2,
    "TargetNames.swift": 1, "LockFolders.swift": 1, "ProgramOutput.swift": 1, "LocalWords.swift": 3,
  ]

  @Test func `the other variables are those that the sources read`() throws {
    var found: Set<String> = []
    let patterns = [
      /environment\["([A-Z_]+)"\]/, /folder\("([A-Z_]+)"\)/, /setenv\("([A-Z_]+)"/,
      /variable = "([A-Z_]+)"/, #/\["(LESS)": /#,
    ]
    for path in try FileManager.default.subpathsOfDirectory(atPath: Package.root + "/Sources")
    where path.hasSuffix(".swift") {
      let text = try Package.text("Sources/\(path)")
      for pattern in patterns { found.formUnion(text.matches(of: pattern).map { String($0.1) }) }
      let others = text.matches(of: /[^n]getenv\([^3]|environment\[[^"]/).count
      let name = path.split(separator: "/").last.map(String.init) ?? path
      #expect(others == Self.otherReads[name] ?? 0, "\(path)")
    }
    #expect(
      found.union(Self.ofLibraries).union(Self.ofHiddenCommands)
        == Set(EnvironmentVariable.all.map(\.name)))
  }
}
