/// The clock of the engine; tests use their own.
package protocol RunClock: Sendable {
  /// The time since a fixed moment; it never decreases.
  func now() -> Duration
  /// Waits; ends early by throwing `CancellationError` when the task is cancelled.
  func sleep(for duration: Duration) async throws
}

/// The machine's own clock, which continues while the machine sleeps.
package struct MachineClock: RunClock {
  private let start = ContinuousClock.now

  package init() {}

  package func now() -> Duration { ContinuousClock.now - start }

  package func sleep(for duration: Duration) async throws {
    try await Task.sleep(for: duration)
  }
}
