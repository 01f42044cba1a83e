// The commented targets.ini among the templates.

import Foundation
import TestSupport
import Testing

@testable import CommandLineTool

@Suite struct TargetsTemplateTests {
  private let template: String

  init() throws { template = try Package.text("templates/targets.ini") }

  @Test func `the template names every key`() {
    for key in TargetKey.allCases { #expect(template.contains("\n#\(key.rawValue) = ")) }
  }

  @Test func `the template as it is has no target`() throws {
    #expect(try TargetsFile("/t.ini", Array(template.utf8), home: "/h").targets.isEmpty)
  }

  @Test func `without the comment signs it is a target`() throws {
    var rivals: Set<String> = ["password-command", "netrc-file", "credential", "ca-cert"]
    let lines = template.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard let match = line.wholeMatch(of: /#(\[prod\]|([a-z-]+) = .*)/) else { return line }
      if let key = match.2, rivals.remove(String(key)) != nil { return line }
      return line.dropFirst()
    }
    #expect(rivals.isEmpty)
    let text = lines.joined(separator: "\n")
    let target = try #require(
      try TargetsFile("/t.ini", Array(text.utf8), home: "/h").targets.first)
    #expect(target.name == "prod")
    #expect(target.lines.count == TargetKey.allCases.count - 4)
  }
}
