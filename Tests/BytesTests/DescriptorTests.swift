import ChildProcesses
import Bytes
import Glibc
import Testing

@Suite struct DescriptorTests {
  @Test func `all bytes are written to a non-blocking pipe, and read to the end`() throws {
    let child = try ChildProcess(
      ChildProcess.Configuration(
        ["/usr/bin/wc", "-c"], environment: [:], input: .pipe, output: .pipe))
    let writing = try #require(child.input)
    let reading = try #require(child.output)
    _ = fcntl(writing, F_SETFL, O_NONBLOCK)
    // More than a pipe has room for, so that the writer has to wait.
    #expect(Descriptor.write([UInt8](repeating: 7, count: 1_000_000), to: writing) == 0)
    close(writing)
    #expect(Descriptor.readToEnd(reading) == Array("1000000\n".utf8))
    close(reading)
    #expect(child.waitForEnd() == 0)
  }

  @Test func `a failed write returns why`() {
    #expect(Descriptor.write([1], to: -1) == EBADF)
    let full = unsafe open("/dev/full", O_WRONLY)
    defer { close(full) }
    #expect(Descriptor.write([1], to: full) == ENOSPC)
    #expect(Descriptor.write([], to: full) == 0)
  }
}
