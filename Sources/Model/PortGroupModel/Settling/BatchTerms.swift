extension BatchProgress {
  /// What a batch needs in addition to its plan.
  package struct Terms: Sendable {
    /// How long a creation whose answer was lost may still be in the server's queue.
    package var settleWait: Duration
    /// True if the group may lose its last call manager or SIP proxy.
    package var allowLast: Bool
    /// True if written rows are read back.
    package var verifies: Bool

    /// True if each server is read just before it is updated or deleted, so that no change of another client is lost.
    package var inspectsBeforeWriting: Bool

    package init(
      settleWait: Duration, allowLast: Bool, verifies: Bool, inspectsBeforeWriting: Bool = false
    ) {
      self.settleWait = settleWait
      self.allowLast = allowLast
      self.verifies = verifies
      self.inspectsBeforeWriting = inspectsBeforeWriting
    }
  }
}
