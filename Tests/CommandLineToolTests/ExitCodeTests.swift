import CommandLineTool
import Testing

@Suite struct ExitCodeTests {
  @Test(arguments: [
    ([ExitCode.done, .rowsFailed, .inDoubt], ExitCode.inDoubt),
    ([.stopped, .interrupted, .refused], .interrupted),
    ([.fuse, .rowsFailed], .fuse),
    ([.inputInvalid, .stopped], .stopped),
    ([.inputInvalid, .done], .inputInvalid),
    ([.failure, .done], .failure),
    ([], .done),
  ])
  func `the gravest of several exit codes wins`(codes: [ExitCode], expected: ExitCode) {
    #expect(ExitCode.gravest(codes) == expected)
  }
}
