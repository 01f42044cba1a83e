// A command on a pseudo-terminal, with the keys that somebody types at its prompts.

import Foundation
import TestSupport

/// Runs command lines on a new terminal, of 80 columns if no number is given.
struct TerminalSession {
  let folder: TemporaryFolder
  var columns = 80

  /// A prompt, and what is typed when it is shown.
  struct Step {
    let prompt: String
    let keys: String
    /// Runs before the keys are typed, while the program waits.
    var meanwhile: @Sendable () async throws -> Void = {}
  }

  /// Runs a command line and returns what the terminal showed, with `exit N` at the end.
  ///
  /// - Parameters:
  ///   - line: The words after the program's name, for the shell.
  ///   - steps: The prompts in order; what is typed before a prompt is discarded.
  ///   - environment: Variables in addition to the usual ones of a test.
  /// - Returns: The screen, with placeholders for what differs between runs.
  /// - Throws: An error if the terminal cannot be made.
  func see(
    _ line: String, _ steps: [Step] = [], environment: [String: String] = [:]
  ) async throws -> String {
    let pipe = "keys-\(UUID().uuidString)"
    guard unsafe mkfifo(folder.path(pipe), 0o600) == 0 else {
      throw SandboxProcess.Failure(description: "no pipe for the keys")
    }
    let bin = URL(filePath: Package.program).deletingLastPathComponent().path
    let inner = "stty cols \(columns) rows 24; echo $$ >pid; exec cupibulk \(line)"
    var variables = ["PATH": bin + ":/usr/bin:/bin", "TERM": "xterm", "NO_COLOR": "1"]
    variables.merge(environment) { $1 }
    let program = try RunningProgram(
      ["-c", "exec script -qec '\(inner)' /dev/null <\(pipe)"], program: "/bin/bash",
      in: folder.path, environment: variables)
    let keyboard = try FileHandle(forWritingTo: URL(filePath: folder.path(pipe)))
    for step in steps {
      guard await program.waits(for: step.prompt) else { break }
      try await step.meanwhile()
      try keyboard.write(contentsOf: Data(step.keys.utf8))
    }
    let run = await program.finish()
    // The end of its input would end `script`.
    try keyboard.close()
    try FileManager.default.removeItem(atPath: folder.path(pipe))
    return run.seen.replacing("\r\n", with: "\n").replacing("\r\u{1B}[K", with: "")
  }

  /// Sends a signal to the program on the terminal.
  func send(signal: Int32) throws {
    let text = try folder.read("pid").trimmingCharacters(in: .whitespacesAndNewlines)
    guard let pid = Int32(text) else {
      throw SandboxProcess.Failure(description: "no process id: \(text)")
    }
    kill(pid, signal)
  }
}
