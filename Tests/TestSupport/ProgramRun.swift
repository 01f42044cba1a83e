import Bytes
import ChildProcesses
import Foundation
import Glibc
import Synchronization

/// A finished run of the built program: exit status and output.
package struct ProgramRun: Sendable {
  /// The exit status; the negative signal number if a signal ended the program.
  package var status: Int32
  package var output: String
  /// Standard error, without the line that announces the work, which is in `announcement`.
  package var messages: String
  /// The line of standard error that announces a run's work and target; empty if there is none.
  package var announcement = ""

  package init(status: Int32, output: String, messages: String) {
    self.status = status
    self.output = output
    guard let line = messages.firstMatch(of: Self.announced.anchorsMatchLineEndings()) else {
      self.messages = messages
      return
    }
    announcement = String(line.output.0.dropLast())
    self.messages = messages.replacingCharacters(in: line.range, with: "")
  }

  /// Returns a text without such lines, for the joined output of several commands.
  package static func withoutAnnouncements(_ text: String) -> String {
    text.replacing(announced.anchorsMatchLineEndings(), with: "")
  }

  private static var announced: Regex<(Substring, Substring)> {
    /^(Importing|Undoing|Trying|Resuming|Dry run of) [^\n]*\.\n/
  }

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - arguments: the arguments after the program's name.
  ///   - program: the program's path.
  ///   - folder: the working folder, which is also the program's home and state folder.
  ///   - input: the content of standard input.
  ///   - environment: variables in addition to PATH and the home; the test's own variables are not inherited.
  /// - Returns: the exit status and the output.
  /// - Throws: an error if the program cannot be started.
  package static func run(
    _ arguments: [String], program: String = Package.program, in folder: String, input: String = "",
    environment: [String: String] = [:]
  ) async throws -> ProgramRun {
    let process = try RunningProgram(
      arguments, program: program, in: folder, input: input, environment: environment)
    return await process.finish()
  }
}

/// A running program; it is killed when this object is released.
package final class RunningProgram: Sendable {
  private let child: ChildProcess
  private let output: Collector
  private let messages: Collector
  private let ended: AsyncStream<Void>
  /// A value that the program needs while it runs; Swift may release a variable after its last use.
  private let companion: (any Sendable)?

  /// Starts the program; `companion` is kept as long as this object.
  package init(
    _ arguments: [String], program: String = Package.program, in folder: String, input: String = "",
    environment: [String: String] = [:], with companion: (any Sendable)? = nil
  ) throws {
    self.companion = companion
    var variables = [
      "HOME": folder, "XDG_STATE_HOME": folder + "/state", "PATH": "/usr/bin:/bin", "TZ": "UTC",
      "LC_ALL": "C.UTF-8",
      // Not the machine's folder, where other tests lock targets with the same ports.
      "CUPIBULK_LOCK_FOLDER": folder + "/state/locks",
    ]
    variables.merge(environment) { $1 }
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    ended = stream
    // A write to a program that has ended must not end the tests.
    signal(SIGPIPE, SIG_IGN)
    child = try ChildProcess(
      ChildProcess.Configuration(
        [program] + arguments, folder: folder, environment: variables, input: .pipe, output: .pipe,
        messages: .pipe, hasOwnGroup: true))
    Thread.detachNewThread { [child] in
      child.waitForEnd()
      continuation.finish()
    }
    output = Collector(child.output ?? -1)
    messages = Collector(child.messages ?? -1)
    if let descriptor = child.input {
      _ = Descriptor.write(Array(input.utf8), to: descriptor)
      close(descriptor)
    }
  }

  deinit { child.send(signal: SIGTERM) }

  package var processID: Int32 { child.processID }

  /// Whether the program has not ended.
  package var isRunning: Bool { child.status == nil }

  /// Standard output so far.
  package var outputSoFar: String { output.text }

  /// Standard error so far.
  package var messagesSoFar: String { messages.text }

  package func send(signal: Int32) { child.send(signal: signal) }

  /// Waits until standard output or error contains a text; returns false if the program ends without it.
  package func waits(for text: String) async -> Bool {
    while true {
      let isRunning = child.status == nil
      if output.text.contains(text) || messages.text.contains(text) { return true }
      if !isRunning { return false }
      try? await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Waits until the program ends.
  package func finish() async -> ProgramRun {
    for await _ in ended {}
    await output.untilEnd()
    await messages.untilEnd()
    return ProgramRun(status: child.status ?? 0, output: output.text, messages: messages.text)
  }
}

/// Reads a pipe to its end on a separate thread, so that the program never blocks on a full pipe.
private final class Collector: Sendable {
  private let bytes = Mutex<[UInt8]>([])
  private let (ended, continuation) = AsyncStream.makeStream(of: Void.self)

  /// Takes ownership of the reading end of a pipe.
  init(_ descriptor: Int32) {
    Thread.detachNewThread { [self] in
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = unsafe buffer.withUnsafeMutableBytes {
          unsafe read(descriptor, $0.baseAddress, $0.count)
        }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        bytes.withLock { [got = buffer[..<count]] in $0 += got }
      }
      close(descriptor)
      continuation.finish()
    }
  }

  func untilEnd() async { for await _ in ended {} }

  var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
}
