import TestSupport
import Testing

@Suite struct ProgramTests {
  @Test func `the built program runs`() async throws {
    let run = try await ProgramRun.run(["--version"], in: "/")
    #expect(run.status == 0)
    #expect(Package.program.hasSuffix("/cupibulk"))
  }
}
