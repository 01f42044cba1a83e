import Foundation
import TestSupport
import Testing

/// Signals end a run on a pinned target cleanly: at its question, and while it sends.
@Suite struct NamedTargetSignalTests {
  private let lab: TargetLab
  private let terminal: TerminalSession

  init() async throws {
    lab = try await TargetLab()
    try lab.write(lab.section())
    terminal = TerminalSession(folder: lab.folder)
    let rows = (1...200).map { "PhoneSystem-1 SIP,102,h\($0).example\n" }.joined()
    try lab.folder.write("PortGroup,Service,Host\n" + rows, to: "many.csv")
  }

  private static let signals: [(Int32, String, Int32)] = [
    (SIGINT, "Ctrl-C", 130), (SIGTERM, "SIGTERM", 143),
    (SIGHUP, "SIGHUP (its terminal went away)", 129),
  ]

  @Test(arguments: signals)
  func `at the question`(number: Int32, name: String, status: Int32) async throws {
    let terminal = terminal
    let step = TerminalSession.Step(prompt: "Continue? [y/N] ", keys: "") {
      try terminal.send(signal: number)
    }
    let seen = try await terminal.see("import many.csv --target prod --progress none", [step])
    #expect(seen.contains("cupibulk: The run was stopped by \(name)\n"), "\(seen)")
    #expect(seen.hasSuffix("exit \(status)"))
    #expect(try await lab.sandbox.log().writes == 0)
  }

  @Test(arguments: signals)
  func `while it sends`(number: Int32, name: String, status: Int32) async throws {
    let program = try RunningProgram(
      ["import", "many.csv", "--target", "prod", "--rate", "20", "--progress", "none"],
      in: lab.folder.path)
    while try await lab.sandbox.log().writes == 0 { try await Task.sleep(for: .milliseconds(10)) }
    program.send(signal: number)
    let run = await program.finish()
    #expect(run.messages.contains("cupibulk: The run was stopped by \(name)\n"), "\(run.messages)")
    #expect(run.status == status)
    #expect(run.output.contains("pending"), "\(run.output)")
    #expect(!run.output.contains("in doubt"), "\(run.output)")
  }

  @Test func `a section that has changed since it was shown is not removed`() async throws {
    let (lab, terminal) = (lab, terminal)
    let step = TerminalSession.Step(prompt: "[y/N] ", keys: "y\r") {
      try lab.write(lab.section("prod", ["slots": "1"]))
    }
    let seen = try await terminal.see("target remove prod", [step])
    #expect(seen.contains("has changed meanwhile, and nothing was written"), "\(seen)")
    #expect(try lab.folder.read(TargetLab.file).contains("slots = 1"))
  }

  @Test func `a password in a URL is in no record`() async throws {
    let run = try await ProgramRun.run(
      [
        "import", "many.csv", "--target=https://u:TOPSECRET@127.0.0.1:1", "--log-file", "log",
      ], in: lab.folder.path)
    let list = try await ProgramRun.run(["runs", "list", "--json"], in: lab.folder.path)
    let show = try await ProgramRun.run(["runs", "show"], in: lab.folder.path)
    let log = (try? lab.folder.read("log")) ?? ""
    for text in [run.messages, run.output, list.output, show.output, log] {
      #expect(!text.contains("TOPSECRET"), "\(text)")
    }
    #expect(log.contains("https://‹secret›@127.0.0.1:1"), "\(log)")
  }
}
