// The documents name options and commands that exist, all of them, and their defaults.

import CommandLineTool
import Foundation
import TestSupport
import Testing

@Suite struct DocumentedOptionTests {
  private static let options = Command.allPaths().flatMap(\.command.allOptions) + [.help, .version]
  private static let documents =
    ["README.md"]
    + ((try? FileManager.default.contentsOfDirectory(atPath: Package.root + "/docs")) ?? [])
    .filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }

  /// Options of other programs, and of the build, which the documents name.
  private static let ofOthers: Set = [
    "--now",  // systemctl enable
    "--explicit-target-dependency-import-check",  // swift build
    "--targt",  // a mistake, to show the answer
  ]

  /// The words of a text that look like options.
  private func flags(in text: String) -> Set<String> {
    Set(text.matches(of: /(?:^|[\s`("'|\/\[])(--[a-z][a-z0-9-]*)/).map { String($0.1) })
  }

  @Test(arguments: documents)
  func `each option that a document names exists`(document: String) throws {
    let known = Set(Self.options.map(\.flag)).union(Self.ofOthers)
    let named = flags(in: try Package.text(document))
    #expect(named.subtracting(known).sorted() == [])
  }

  @Test func `the manual names each option`() throws {
    let named = flags(in: try Package.text("docs/manual.md"))
    #expect(Set(Self.options.map(\.flag)).subtracting(named).sorted() == [])
  }

  @Test(arguments: Command.allPaths().dropFirst())
  func `the manual names each command`(path: CommandPath) throws {
    let manual = try Package.text("docs/manual.md")
    let isNamed = ["`\(path.name)", "cupibulk \(path.name)"].contains { start in
      ["`", " ", "\n"].contains { manual.contains(start + $0) }
    }
    #expect(isNamed, "\(path.name)")
  }

  /// The default of an option as a text says it: `--slots N` (default 2), or `--slots`, default 2.
  private static var defaults: Regex<(Substring, Substring, Substring)> {
    #/`(--[a-z-]+)[^`]*`(?:, | \()default `?([^\s`,;)|]+)/#
  }

  @Test func `each default that the manual states is that of the option`() throws {
    let manual = try Package.text("docs/manual.md").replacing("\n", with: " ")
    let stated = manual.matches(of: Self.defaults)
    #expect(stated.count > 12)
    for match in stated {
      let holders = Self.options.filter { $0.flag == match.1 }
      let text = String(match.2)
      #expect(
        holders.contains { $0.fallback == text || $0.help.contains("(default: \(text)") },
        "\(match.output.0)")
    }
  }

  @Test func `the first word of each option of the sandbox's behaviour is its default`() throws {
    let rows = try Package.text("docs/manual.md").matches(of: #/\n\| `(--[a-z-]+) ([a-z0-9]+)`, /#)
    #expect(rows.count > 8)
    for row in rows {
      let option = try #require(Self.options.first { $0.flag == row.1 && $0.section == .habits })
      #expect(option.fallback == String(row.2), "\(option.flag)")
    }
  }

  @Test func `the manual states defaults in the form that this test finds`() throws {
    let manual = try Package.text("docs/manual.md").replacing("\n", with: " ")
    let others = manual.replacing(Self.defaults, with: "")
      .matches(of: #/`--[a-z-]+[^`]*`[^.`]{0,30}default /#)
    #expect(others.map { String($0.output) } == [])
  }
}
