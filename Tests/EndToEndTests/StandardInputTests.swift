import Foundation
import TestSupport
import Testing

/// Rows that are typed on a terminal.
@Suite struct StandardInputTests {
  @Test func `reading from a terminal is announced, and Ctrl-D ends it`() async throws {
    let folder = try TemporaryFolder()
    #expect(unsafe mkfifo(folder.path("keys"), 0o600) == 0)
    let bin = URL(filePath: Package.program).deletingLastPathComponent().path
    let program = try RunningProgram(
      [
        "-c",
        "exec script -qec 'stty -echo; cupibulk validate --format csv --progress none -' /dev/null <keys",
      ], program: "/bin/bash", in: folder.path, environment: ["PATH": bin + ":/usr/bin:/bin"])
    let keyboard = try FileHandle(forWritingTo: URL(filePath: folder.path("keys")))
    #expect(await program.waits(for: "Ctrl-D ends them."))
    try keyboard.write(contentsOf: Data("PortGroup,Service,Host\rA,102,10.0.0.1\r\u{4}".utf8))
    let run = await program.finish()
    try keyboard.close()
    #expect(
      run.seen.replacing("\r\n", with: "\n") == """
        Reading rows from the terminal; Ctrl-D ends them.
        1 row for 1 group: all are valid.
        exit 0
        """)
  }
}
