import Foundation
import TestSupport
import Testing

@testable import CommandLineTool

/// Each help page is recorded in Tests/Snapshots/help; `RECORD=1 swift test` records them again.
@Suite struct HelpPageTests {
  /// All pages, each with the words that show it.
  static let pages =
    Command.allPaths().map { ($0.line, HelpPage(of: $0)) }
    + HelpTopic.allCases.map { ("cupibulk help \($0.name)", HelpPage(of: $0)) }

  @Test(arguments: pages)
  func `a help page equals the recorded page`(line: String, page: HelpPage) throws {
    let text = page.text()
    let file = Package.root + "/Tests/Snapshots/help/\(line.replacing(" ", with: "-")).txt"
    if Package.isRecording {
      try FileManager.default.createDirectory(
        atPath: Package.root + "/Tests/Snapshots/help", withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(filePath: file))
      Issue.record("recorded \(file)")
    }
    #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
  }

  @Test(arguments: [80, 120])
  func `lines fit the width, except command lines`(width: Int) {
    for (_, page) in Self.pages {
      for line in page.text(width: width).split(separator: "\n") {
        let mayBeLonger =
          line.trimmingPrefix(while: \.isWhitespace).hasPrefix("cupibulk")
          || line.contains(" | cupibulk")
        #expect(line.count <= width || mayBeLonger, "\(line)")
      }
    }
  }

  @Test
  func `the program's page has each command in one group, each topic, and where exit codes are`() {
    let names = CommandGroup.allCases.flatMap(\.names)
    #expect(names.sorted() == Command.root.visibleSubcommands.map(\.name).sorted())
    let page = HelpPage(of: .root).text()
    for name in names + HelpTopic.allCases.map(\.name) { #expect(page.contains("\n  \(name) ")) }
    #expect(page.contains("\ncupibulk help exit-codes.\n"))
  }

  @Test(arguments: Command.allPaths())
  func `each option of a command is on its page, or on a page that it names`(path: CommandPath) {
    let page = HelpPage(of: path)
    var read = page.text()
    let notes = page.sections.flatMap(\.notes)
    for topic in HelpTopic.allCases
    where notes.contains(where: { $0.contains(": cupibulk help \(topic.name)") }) {
      read += HelpPage(of: topic).text()
    }
    // The options of every command.
    if read.contains("see 'cupibulk help'") { read += HelpPage(of: .root).text() }
    for option in path.command.allOptions + [.help] {
      #expect(
        read.contains("  \(HelpSection.Item(option).label)"), "\(path.line) \(option.flag)")
    }
  }

  @Test func `a page names a topic for shared options, and those that the command does not take`() {
    let page = HelpPage(of: CommandPath.root.appending(.importFiles)).text()
    #expect(page.contains("\n  and the connection options: cupibulk help connection\n"))
    #expect(page.contains("\n  and how files are read: cupibulk help files\n"))
    #expect(!page.contains("--stall-timeout") && !page.contains("--delimiter"))
    let adding = HelpPage(of: CommandPath.root.appending(.targetAdd)).text()
    #expect(
      adding.contains(
        "\n  and the connection options: cupibulk help connection (without --insecure)\n"))
  }

  @Test func `the pages of commands are short`() {
    // An import had 167 lines with all options.
    let lines = HelpPage(of: CommandPath.root.appending(.importFiles)).text()
      .split(separator: "\n", omittingEmptySubsequences: false).count
    #expect(lines < 130)
    #expect(
      HelpPage(of: .root).text().split(separator: "\n", omittingEmptySubsequences: false).count < 70
    )
  }
}
