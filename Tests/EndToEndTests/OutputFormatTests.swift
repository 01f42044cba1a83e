import TestSupport
import Testing

/// The format of an output whose name has no known ending.
@Suite struct OutputFormatTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [["export", "--target", "sandbox:"], ["template", "tftp"]])
  func `a name without a known ending is a usage error, and nothing is written`(
    command: [String]
  ) async throws {
    let run = try await ProgramRun.run(command + ["-o", "servers.pdf"], in: folder.path)
    #expect(run.status == 2)
    #expect(run.output == "")
    #expect(
      run.messages == """
        cupibulk: --output is 'servers.pdf'; its ending names no format; end it in .csv, .xml or \
        .json, or pass --format
        Try 'cupibulk help \(command[0])'.

        """)
    #expect(try folder.names() == [])
  }

  @Test func `the format can be given if the name does not show it`() async throws {
    let run = try await ProgramRun.run(
      ["template", "tftp", "-o", "servers.txt", "--format", "xml"], in: folder.path)
    #expect(run.status == 0)
    #expect(try folder.read("servers.txt").hasPrefix("<?xml"))
  }
}
