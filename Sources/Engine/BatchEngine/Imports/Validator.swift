import PortGroupFiles
import PortGroupModel
import RowLedger

/// Checks files without a server: each row, and the rows of each group together.
///
/// The rows are in a temporary ledger, so that memory is limited for files of any length.
package struct Validator: Sendable {
  package let input: ImportInput
  package let control: RunControl
  package let report: @Sendable (RunEvent) -> Void

  package init(
    input: ImportInput, control: RunControl, report: @escaping @Sendable (RunEvent) -> Void
  ) {
    self.input = input
    self.control = control
    self.report = report
  }

  /// The numbers of rows and diagnostics.
  package struct Findings: Sendable, Equatable {
    package var rows = 0
    package var invalid = 0
    package var groups = 0
    /// Why the input could not be read completely; `nil` if it was.
    package var stop: RunStop?
  }

  package func run() async -> Findings {
    var findings = Findings()
    do throws(RunStop) {
      try await check(&findings)
    } catch {
      findings.stop = error
    }
    return findings
  }

  private func check(_ findings: inout Findings) async throws(RunStop) {
    let book = try await RunBook.throwaway(for: input)
    try await Staging(book: book, input: input, control: control, report: report).read()
    findings.groups = try await GroupResolution(book: book, report: report).resolveByName()
    try await CrossCheck(
      book: book, allowed: input.options.allowed, exports: input.exports, report: report
    ).check()
    findings.rows = try await book.finishStaging()
    findings.invalid = try await book.books().invalid
  }
}
