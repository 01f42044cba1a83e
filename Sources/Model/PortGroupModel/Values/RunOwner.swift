/// The process that began a run, or resumed it, as it is recorded; whether it lives is not known here.
package struct RunOwner: Sendable, Hashable {
  /// Its number in its namespace.
  package let pid: Int
  /// The boot in which it runs and when it began in that, to tell it from later processes with its number; empty: not known.
  package let start: String
  /// The pid namespace in which the process has that number, such as `pid:[4026531836]`; empty: not known.
  package let namespace: String

  package init(pid: Int, start: String, namespace: String = "") {
    self.pid = pid
    self.start = start
    self.namespace = namespace
  }

  /// Nobody: of a ledger that no other process can see.
  package static let nobody = RunOwner(pid: 0, start: "")
}

/// What is known of the process that owns a run.
package enum OwnerState: Sendable, Equatable {
  /// Exactly this process is seen to run.
  case working
  /// It is certain that it runs no more.
  case ended
  /// It is not seen to run, and may be where nobody can see it: on another machine, or in another container.
  case unknown
}
