import Foundation
import Glibc
import TestSupport
import Testing

/// The commands of docs/first-day.md, in one shell, as a new user types them.
@Suite struct FirstDayTests {
  private static let document = "docs/first-day.md"
  /// Printed after each command; no output has it.
  private static let mark = "\u{1E}"

  /// Runs all commands in one shell; returns the output of each, as a terminal shows it.
  private func outputs(of commands: [String], in folder: TemporaryFolder) async throws -> [String] {
    // The next command may ask for the exit code.
    let mark = "status=$?; printf '\(Self.mark)'; (exit $status)"
    let script = commands.map { "\($0)\n\(mark)" }.joined(separator: "\n")
    let bin = URL(filePath: Package.program).deletingLastPathComponent().path
    let run = try await ProgramRun.run(
      ["-c", "exec 2>&1\n" + script], program: "/bin/bash", in: folder.path,
      environment: ["PATH": bin + ":/usr/bin:/bin", "CUPIBULK_PROGRESS": "none"])
    return run.output.replacing(folder.path, with: "/home/you").components(separatedBy: Self.mark)
      .dropLast().map { $0 }
  }

  /// The text without what differs between runs and between certificates.
  private static func shape(_ text: String) -> String {
    ConsoleExamples.shape(text).replacing(/sha256\/\/[A-Za-z0-9+\/]{43}=/, with: "PIN")
      .replacing(/valid        [0-9-]{10} to [0-9-]{10}/, with: "valid        DAY to DAY")
  }

  @Test func `the first day goes as its page shows`() async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let listener = try LoopbackListener()
    let port = listener.port
    // The sandbox takes it.
    close(listener.descriptor)
    let page = try ConsoleExamples(Self.document)
    let examples = page.examples
    let outputs = try await outputs(
      of: examples.map { $0.command.replacing("8443", with: "\(port)") }, in: folder)
    try #require(outputs.count == examples.count, "\(outputs.last ?? "")")
    if Package.isRecording {
      try page.record(outputs.map { $0.replacing(":\(port)", with: ":8443") })
      Issue.record("\(Self.document) was recorded again; read it, and run the test without RECORD")
      return
    }
    for (example, output) in zip(examples, outputs) {
      #expect(
        Self.shape(output) == Self.shape(example.expected),
        "\(Self.document):\(example.line): \(example.command)")
    }
  }
}
