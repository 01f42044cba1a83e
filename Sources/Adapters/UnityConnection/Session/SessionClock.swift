import FoundationEssentials
import Dispatch

/// The clock that a session uses; tests replace it.
package struct SessionClock: Sendable {
  /// The monotonic time since an arbitrary point in time.
  package var now: @Sendable () -> Duration
  package var sleep: @Sendable (Duration) async -> Void
  /// Seconds since 1970, for dates in responses.
  package var seconds: @Sendable () -> Int

  package init(
    now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async -> Void,
    seconds: @escaping @Sendable () -> Int
  ) {
    self.now = now
    self.sleep = sleep
    self.seconds = seconds
  }

  /// The machine's clocks.
  package static let system = SessionClock(
    now: {
      let uptime = DispatchTime.now().uptimeNanoseconds
      return .nanoseconds(Int64(clamping: uptime))
    },
    // A cancelled sleep ends early; the following exchange then fails with `cancelled`.
    sleep: { duration in try? await Task.sleep(for: duration) },
    seconds: { Int(Date().timeIntervalSince1970) })
}
