import BatchEngine
import PortGroupFiles

/// Asks on the terminal for the fingerprint of a plan, which its approver has seen.
struct PlanApproval: Sendable {
  /// The plan's file.
  let plan: String
  let fingerprint: PlanFingerprint
  let control: RunControl
  let painter: ProgressPainter

  /// Asks.
  ///
  /// - Throws: `RunStop.notApproved` if another text is typed, and why nothing was typed.
  func ask() async throws(RunStop) {
    painter.isPaused = true
    defer { painter.isPaused = false }
    let typed = try await PlanQuestion.answer(
      to: "Type the fingerprint that was approved, or nothing to stop: ", control)
    if let approved = PlanFingerprint(typed) {
      if approved == fingerprint { return }
      throw .notApproved("\(plan) has the fingerprint \(fingerprint), and \(approved) was typed")
    }
    throw .notApproved(
      typed.allSatisfy { $0 == " " || $0 == "\t" }
        ? "no fingerprint was typed"
        : "a fingerprint has \(PlanFingerprint.length) letters and digits")
  }
}
