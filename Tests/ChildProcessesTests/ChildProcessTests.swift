import Bytes
import ChildProcesses
import Glibc
import TestSupport
import Testing

@Suite struct ChildProcessTests {
  private func shell(
    _ script: String, folder: String? = nil, environment: [String: String] = [:]
  ) throws -> (output: String, messages: String, status: Int32) {
    let child = try ChildProcess(
      ChildProcess.Configuration(
        ["/bin/sh", "-c", script], folder: folder, environment: environment, input: .pipe,
        output: .pipe, messages: .pipe))
    let pipes = [child.input, child.output, child.messages].compactMap(\.self)
    close(pipes[0])
    let output = Descriptor.readToEnd(pipes[1])
    let messages = Descriptor.readToEnd(pipes[2])
    for pipe in pipes.dropFirst() { close(pipe) }
    return (
      String(decoding: output, as: UTF8.self), String(decoding: messages, as: UTF8.self),
      child.waitForEnd()
    )
  }

  @Test
  func `a program gets its arguments, variables and folder, and returns its output and status`()
    throws
  {
    let folder = try TemporaryFolder()
    let run = try shell(
      "pwd; echo \"$GREETING\"; echo no >&2; exit 7", folder: folder.path,
      environment: ["GREETING": "two words"])
    #expect(run.output.hasSuffix("\ntwo words\n"))
    #expect(run.output.hasPrefix(folder.path))
    #expect(run.messages == "no\n")
    #expect(run.status == 7)
  }

  @Test func `the signal that ended a program is its status`() throws {
    #expect(try shell("kill -TERM $$").status == -SIGTERM)
  }

  @Test func `a program inherits no other open files`() throws {
    let descriptor = unsafe open("/dev/null", O_RDONLY)
    defer { close(descriptor) }
    #expect(try shell("ls /proc/self/fd | sort -n | tr '\\n' ' '").output == "0 1 2 3 ")
  }

  @Test func `a program that cannot be started is reported with the reason`() {
    let error = #expect(throws: ChildProcess.Failure.self) {
      try ChildProcess(
        ChildProcess.Configuration(["/nowhere/program"], environment: [:], output: .pipe))
    }
    #expect(error?.reason == "No such file or directory")
  }
}
