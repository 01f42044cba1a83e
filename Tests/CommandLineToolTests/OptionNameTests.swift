// Only the user interface names options and commands; other modules return codes and values.

import Foundation
import TestSupport
import Testing

@testable import CommandLineTool

@Suite struct OptionNameTests {
  @Test func `no text outside the user interface names an option or a command`() throws {
    // The names of the sandbox and of the format of plans are not the commands.
    let commands = Command.allPaths().map(\.name)
      .filter { !["", "sandbox", "plan"].contains($0) }
    let name = try Regex(
      "(^|[^A-Za-z0-9-])--[a-z]|cupibulk (\(commands.joined(separator: "|")))\\b")
    var found: [String] = []
    var count = 0
    for path in try FileManager.default.subpathsOfDirectory(atPath: Package.root + "/Sources")
    where path.hasSuffix(".swift") && !path.hasPrefix("UserInterface/") {
      count += 1
      for line in try Package.text("Sources/\(path)").split(separator: "\n")
      where !line.trimmingPrefix(while: \.isWhitespace).hasPrefix("//") && line.contains(name) {
        found.append("\(path): \(line)")
      }
    }
    #expect(found == [])
    #expect(count > 200)
  }
}
