package import FoundationEssentials

/// A moment on two clocks: the wall clock for users, and the clock of the boot for measuring.
///
/// It shows whether it belongs to this boot, even if the wall clock was changed.
package struct Moment: Sendable, Equatable {
  /// The time of the wall clock, which can be changed at any time.
  package var date: Date
  /// The boot to whose clock `uptime` belongs; empty if it is not known.
  package var boot: String
  /// The time since that boot, including sleep (`CLOCK_BOOTTIME`, clock_gettime(2)).
  package var uptime: Duration

  /// Creates a moment; without a boot, no duration can be measured from it.
  package init(date: Date, boot: String = "", uptime: Duration = .zero) {
    self.date = date
    self.boot = boot
    self.uptime = uptime
  }

  /// The time since an earlier moment; `nil` if its boot is another one or not known, or if it is later than this one.
  package func elapsed(since earlier: Moment) -> Duration? {
    guard !boot.isEmpty, boot == earlier.boot, uptime >= earlier.uptime else { return nil }
    return uptime - earlier.uptime
  }
}
