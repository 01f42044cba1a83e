/// The process that began or resumed a run, as the ledger records it; whether it still runs is not known here.
package struct RunOwner: Sendable, Hashable {
  /// Its number in its namespace.
  package let pid: Int
  /// Its boot and its start time in that boot, which distinguish it from later processes with its number; or empty.
  package let start: String
  /// The pid namespace in which the process has that number, such as `pid:[4026531836]`; or empty.
  package let namespace: String

  package init(pid: Int, start: String, namespace: String = "") {
    self.pid = pid
    self.start = start
    self.namespace = namespace
  }

  /// The owner of the runs in a ledger that no other process can see.
  package static let nobody = RunOwner(pid: 0, start: "")
}

/// What is known about the process that owns a run.
package enum OwnerState: Sendable, Equatable {
  /// Exactly this process is running.
  case working
  /// The process has certainly ended.
  case ended
  /// The process is not visible here: it has ended, or it runs on another machine or in another container.
  case unknown
}
