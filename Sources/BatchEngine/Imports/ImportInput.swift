package import PortGroupModel

package struct ImportInput: Sendable {
  package var allowed: Set<DiagnosticCode> = []
  var sourceText: String { "" }
  var optionsText: String { "" }
}
struct Staging {
  let run: RunID; let ledger: Ledger; let input: ImportInput; let control: RunControl;
  let report: @Sendable (RunEvent) -> Void
  func read() async throws(RunStop) {}
}
import RowLedger
