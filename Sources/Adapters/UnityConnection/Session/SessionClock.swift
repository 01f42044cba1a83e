// The clocks of a session.

import FoundationEssentials
import Dispatch

/// The time as a session needs it; tests give their own.
package struct SessionClock: Sendable {
  /// The time since some fixed moment; it never runs backwards.
  package var now: @Sendable () -> Duration
  package var sleep: @Sendable (Duration) async -> Void
  /// Seconds since 1970, for dates in answers.
  package var seconds: @Sendable () -> Int

  package init(
    now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async -> Void,
    seconds: @escaping @Sendable () -> Int
  ) {
    self.now = now
    self.sleep = sleep
    self.seconds = seconds
  }

  /// The machine's own clocks.
  package static let system = SessionClock(
    now: {
      let uptime = DispatchTime.now().uptimeNanoseconds
      return .nanoseconds(Int64(clamping: uptime))
    },
    // A cancelled wait ends early, and the exchange after it fails as cancelled.
    sleep: { duration in try? await Task.sleep(for: duration) },
    seconds: { Int(Date().timeIntervalSince1970) })
}
