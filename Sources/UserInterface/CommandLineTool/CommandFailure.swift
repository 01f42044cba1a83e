import BatchEngine

/// Why a command cannot do its work at all: the exit code, and one sentence for people.
package struct CommandFailure: Error, Sendable, Equatable {
  package var status: ExitStatus
  /// What and where, as a sentence without a full stop; empty where there is nothing to say.
  package var message: String
  /// What to do next, as a clause; empty where the message says it.
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
