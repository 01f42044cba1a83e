// Tests with real files of other programs and administrators, and the output of `validate` for each.

import Foundation
import TestSupport
import Testing

@Suite struct AdministratorFileTests {
  private static let place = "Tests/AdministratorFiles"
  private static let snapshot = "Tests/Snapshots/administrator-files.txt"
  private static let command = "$ cupibulk validate "

  @Test func `each file gives the recorded output`() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let names = try Self.names()
    var seen: [String: String] = [:]
    try await withThrowingTaskGroup(of: (String, String).self) { group in
      for (index, name) in names.enumerated() {
        // A few at a time.
        if index >= 4, let (name, text) = try await group.next() { seen[name] = text }
        group.addTask { (name, try await Self.report(of: name, in: folder)) }
      }
      for try await (name, text) in group { seen[name] = text }
    }
    if Package.isRecording {
      try names.compactMap { seen[$0] }.joined().write(
        toFile: Package.root + "/" + Self.snapshot, atomically: true, encoding: .utf8)
      Issue.record("\(Self.snapshot) was recorded")
    }
    let recorded = try Self.recorded()
    #expect(recorded.keys.sorted() == names.sorted())
    for name in names { #expect(recorded[name] == seen[name], "\(name)") }
  }

  @Test func `the README lists the origin of each file`() throws {
    let names = try Self.names()
    #expect(names.count >= 85)
    let listed = try Package.text(Self.place + "/README.md").split(separator: "\n")
      .compactMap { $0.wholeMatch(of: /- `([^`]+)`: .*\S/)?.output.1 }
    #expect(listed.map(String.init).sorted() == names.sorted())
  }

  /// The files' names, sorted byte by byte, without the README.
  private static func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: Package.root + "/" + place)
      .filter { $0 != "README.md" }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Returns the command that checks a copy of one file, its output, its exit code, and a blank line.
  private static func report(of name: String, in folder: TemporaryFolder) async throws -> String {
    try FileManager.default.copyItem(
      atPath: Package.root + "/" + place + "/" + name, toPath: folder.path(name))
    // Compared exactly: the output is the same in every run.
    let run = try await ProgramRun.run(
      ["validate", name], in: folder.path, environment: ["CUPIBULK_PROGRESS": "none"])
    return command + "\(name)\n\(run.messages)\(run.output)exit \(run.status)\n\n"
  }

  /// The parts of the snapshot by file.
  private static func recorded() throws -> [String: String] {
    var parts: [String: String] = [:]
    var name = ""
    for line in try Package.text(snapshot).components(separatedBy: "\n").dropLast() {
      if line.hasPrefix(command) { name = String(line.dropFirst(command.count)) }
      parts[name, default: ""] += line + "\n"
    }
    return parts
  }
}
