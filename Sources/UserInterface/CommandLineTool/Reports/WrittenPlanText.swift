import BatchEngine
import FoundationEssentials
import PortGroupFiles

extension WrittenPlan {
  /// Says where the plan is, its fingerprint, and what to do with it.
  func report(on console: Console) {
    console.print("Plan \(path.escapedForDisplay): fingerprint \(fingerprint)")
    console.note(
      "It can be applied until \(console.messages.moment(notAfter)). Show it with: cupibulk plan show "
        + path.shellWord.escapedForDisplay)
  }
}
