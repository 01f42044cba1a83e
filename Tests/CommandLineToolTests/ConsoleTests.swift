import CommandLineTool
import Foundation
import PortGroupModel
import TestSupport
import Testing

@Suite struct ConsoleTests {
  private let recorder = Recorder()

  @Test(arguments: [
    (true, ["TERM": "xterm"], true, true),
    (true, ["TERM": "xterm", "NO_COLOR": "1"], true, false),
    (true, ["TERM": "xterm", "NO_COLOR": ""], true, true),
    (true, ["TERM": "dumb"], false, false),
    (true, [:], false, false),
    (false, ["TERM": "xterm"], false, false),
  ])
  func `a stream's abilities follow the terminal and the environment`(
    isTerminal: Bool, environment: [String: String], movesCursor: Bool, showsColour: Bool
  ) {
    let expected = TextStream.Abilities(
      isTerminal: isTerminal, movesCursor: movesCursor, showsColour: showsColour)
    #expect(TextStream.Abilities(isTerminal: isTerminal, environment: environment) == expected)
  }

  @Test func `results go to one stream, messages to the other`() {
    let console = recorder.console()
    console.print("result")
    console.note("a note")
    console.warn("mind the gap")
    console.fail("it broke")
    #expect(console.finish() == nil)
    #expect(recorder.output == "result\n")
    #expect(
      recorder.messages == """
        a note
        cupibulk: warning: mind the gap
        cupibulk: it broke

        """)
  }

  @Test func `colour is used only on a stream that shows it`() {
    let console = recorder.console(output: .none, messages: .terminal)
    console.print(console.output.styled("x", .red))
    console.warn("w")
    #expect(console.finish() == nil)
    #expect(recorder.output == "x\n")
    #expect(recorder.messages == "cupibulk: \u{1B}[33mwarning:\u{1B}[0m w\n")
  }

  @Test func `messages with any content cannot control a terminal`() {
    let console = recorder.console(messages: .none)
    console.note("two\nlines\u{1B}[2J")
    console.warn("a\rb")
    console.fail("x\u{202E}y\u{200B}")
    #expect(
      recorder.messages == #"""
        two
        lines\u{1B}[2J
        cupibulk: warning: a\rb
        cupibulk: x\u{202E}y\u{200B}

        """#)
  }

  @Test func `JSON on a terminal is escaped with the same meaning, and a pipe gets it unchanged`()
    throws
  {
    let text = "a\u{7F}\u{9B}\u{202E}\u{200B}\u{E0041}ä😀"
    let json = "{\"x\":\"\(text)\"}"
    let console = recorder.console(output: .terminal, messages: .terminal)
    console.print(json: json)
    console.note(json: json)
    let shown = #"{"x":"a\u007F\u009B\u202E\u200B\uDB40\uDC41ä😀"}"# + "\n"
    #expect(recorder.output == shown)
    #expect(recorder.messages == shown)
    let read = try JSONDecoder().decode([String: String].self, from: Data(shown.utf8))
    #expect(read["x"]?.unicodeScalars.elementsEqual(text.unicodeScalars) == true)
    let piped = Recorder()
    let plain = piped.console()
    plain.print(json: json)
    plain.note(json: json)
    #expect(plain.finish() == nil)
    #expect(piped.output == json + "\n")
    #expect(piped.messages == json + "\n")
  }

  @Test func `a diagnostic cannot move the cursor, and its label is coloured`() {
    let place = Place(file: "a\u{1B}[2J.csv", line: 7, column: 42)
    let diagnostic = Diagnostic(
      .error, .portOutOfRange, at: place, "Port is \u{7}99999", hint: "try\n5060")
    recorder.console(messages: .terminal).show(diagnostic)
    #expect(
      recorder.messages == #"a\u{1B}[2J.csv:7:42: "#
        + "\u{1B}[31merror[port-out-of-range]:\u{1B}[0m"
        + #" Port is \u{7}99999"# + "\n" + #"    hint: try\n5060"# + "\n")
    let plain = Recorder()
    plain.console().show(diagnostic)
    #expect(plain.messages.contains(#".csv:7:42: error[port-out-of-range]: Port"#))
  }

  @Test func `the status line stays below the messages and is removed at the end`() {
    let console = recorder.console(messages: .plainTerminal)
    let erase = "\r\u{1B}[K"
    console.setStatus("50%")
    console.note("one")
    console.setStatus("60%")
    console.setStatus("60%")
    #expect(console.finish() == nil)
    #expect(
      recorder.messages == "\(erase)50%" + "\(erase)one\n50%" + "\(erase)60%" + "\(erase)")
  }

  @Test func `the status line makes room for results on the same terminal`() {
    let console = recorder.console(output: .plainTerminal, messages: .plainTerminal)
    console.setStatus("50%")
    console.print("result")
    #expect(recorder.output == "result\n")
    #expect(recorder.messages == "\r\u{1B}[K50%" + "\r\u{1B}[K" + "50%")
  }

  @Test func `there is no status line if the cursor cannot be moved`() {
    let console = recorder.console()
    console.setStatus("50%")
    #expect(console.finish() == nil)
    #expect(recorder.messages.isEmpty)
  }

  @Test func `a closed pipe ends the output without an error`() {
    let console = recorder.console()
    recorder.failOutput(with: EPIPE)
    console.print("lost")
    #expect(console.output.isClosed == false, "nothing was handed over yet")
    console.output.flush()
    #expect(console.output.isClosed)
    #expect(console.finish() == nil)
  }

  @Test func `a full disk is reported at the end of the output`() {
    let console = recorder.console()
    recorder.failOutput(with: ENOSPC)
    console.print("lost")
    #expect(console.finish() == "cannot write to standard output: No space left on device")
  }

  @Test func `a stream writes all bytes to its descriptor`() throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let descriptor = unsafe open(folder.path("out"), O_CREAT | O_WRONLY, 0o600)
    defer { close(descriptor) }
    let stream = TextStream(descriptor: descriptor, environment: ["TERM": "xterm"])
    let text = String(repeating: "0123456789\n", count: 10_000)
    stream.write(text)
    stream.flush()
    #expect(try folder.read("out") == text)
    #expect(stream.abilities == .none)
    #expect(stream.width == 80)
    #expect(stream.failure == nil)
  }

  @Test func `a bad descriptor is a failure`() {
    let stream = TextStream(descriptor: -1, environment: [:])
    stream.write("x")
    stream.flush()
    #expect(stream.failure == EBADF)
  }
}
