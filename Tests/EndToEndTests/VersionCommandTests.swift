import CommandLineTool
import Foundation
import TestSupport
import Testing

/// The program shows what it is, and help without being asked.
@Suite struct VersionCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: ["--version", "-V"])
  func `the option prints only the version`(flag: String) async throws {
    let run = try await ProgramRun.run([flag], in: folder.path)
    #expect(run.output == "cupibulk \(Tool.version)\n")
    #expect(run.status == 0 && run.messages.isEmpty)
  }

  @Test func `the command prints the same facts for people and for programs`() async throws {
    let text = try await ProgramRun.run(["version"], in: folder.path)
    #expect(text.status == 0 && text.output.hasPrefix("cupibulk \(Tool.version)\n  commit "))
    let run = try await ProgramRun.run(["version", "--json"], in: folder.path)
    #expect(run.status == 0 && run.messages.isEmpty)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let keys: Set = [
      "schema", "type", "version", "commit", "date", "dirty", "swift", "libraries", "exit",
    ]
    #expect(Set(object.keys) == keys)
    // Only Tools/build.sh knows the commit, and only where git does.
    if let commit = object["commit"] as? String {
      #expect(commit.wholeMatch(of: /[0-9a-f]{40}/) != nil)
      let date = try #require(object["date"] as? String)
      #expect(date.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil)
      #expect(object["dirty"] is Bool)
      #expect(text.output.contains("  \(commit) (\(date)"))
    } else {
      #expect(object["date"] is NSNull && object["dirty"] is NSNull)
    }
    let libraries = try #require(object["libraries"] as? [[String: Any]])
    for library in libraries {
      let line = "\n  \(try #require(library["name"] as? String)) "
      #expect(text.output.contains(line))
    }
  }

  @Test func `the program alone shows the first page of help`() async throws {
    let alone = try await ProgramRun.run([], in: folder.path)
    let help = try await ProgramRun.run(["help"], in: folder.path)
    #expect(alone.status == 0 && alone.messages.isEmpty)
    #expect(alone.output == help.output && alone.output.contains("\nChange a server:\n"))
  }

  @Test func `a topic is shown, and a word of another program leads to the command`() async throws {
    let topic = try await ProgramRun.run(["help", "exit-codes"], in: folder.path)
    #expect(topic.status == 0 && topic.output.contains("\nWhen several apply:\n"))
    let word = try await ProgramRun.run(["retry"], in: folder.path)
    #expect(word.status == 2 && word.output.isEmpty)
    #expect(
      word.messages == """
        cupibulk: there is no command 'retry'; failed rows are tried again with: cupibulk resume --failed
        Try 'cupibulk help'.

        """)
  }
}
