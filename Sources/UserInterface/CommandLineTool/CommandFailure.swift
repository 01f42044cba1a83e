import BatchEngine

/// Why a command failed: the exit code, and one sentence for users.
package struct CommandFailure: Error, Sendable, Equatable {
  package var status: ExitStatus
  /// What and where, as a sentence without a full stop; may be empty.
  package var message: String
  /// What to do next, as a clause; empty if the message contains it.
  package var hint: String

  package init(_ status: ExitStatus, _ message: String, hint: String = "") {
    self.status = status
    self.message = message
    self.hint = hint
  }

  /// The lines for standard error.
  package var text: String {
    "cupibulk: \(message)\n" + (hint.isEmpty ? "" : "    hint: \(hint)\n")
  }
}
