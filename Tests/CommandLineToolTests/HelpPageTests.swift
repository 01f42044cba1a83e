import BatchEngine
import CommandLineTool
import Foundation
import TestSupport
import Testing

/// Each help page is recorded in Tests/Snapshots/help; `RECORD=1 swift test` records them again.
@Suite struct HelpPageTests {
  @Test(arguments: Command.allPaths())
  func `a command's help page equals the recorded page`(path: CommandPath) throws {
    let text = HelpPage.text(of: path)
    let name = path.line.replacing(" ", with: "-")
    let file = Package.root + "/Tests/Snapshots/help/\(name).txt"
    if Package.isRecording {
      try FileManager.default.createDirectory(
        atPath: Package.root + "/Tests/Snapshots/help", withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(filePath: file))
      Issue.record("recorded \(file)")
    }
    #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
  }

  @Test(arguments: [80, 120])
  func `lines fit the width, except examples`(width: Int) {
    for path in Command.allPaths() {
      for line in HelpPage.text(of: path, width: width).split(separator: "\n") {
        let mayBeLonger = line.hasPrefix("  cupibulk") || line.contains(" | cupibulk")
        #expect(line.count <= width || mayBeLonger, "\(line)")
      }
    }
  }

  @Test func `the program's page lists every command and every exit code`() {
    let page = HelpPage.text(of: .root)
    for command in Command.root.subcommands { #expect(page.contains("  \(command.name) ")) }
    for code in ExitStatus.allCases { #expect(page.contains("  \(code.rawValue) ")) }
  }
}
