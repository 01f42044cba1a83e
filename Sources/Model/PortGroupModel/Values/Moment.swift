package import FoundationEssentials

/// A moment by the wall clock, for people, and by the clock of a boot, for measuring.
///
/// It shows whether it is of this boot or of another one, even if the wall clock was changed.
package struct Moment: Sendable, Equatable {
  /// By the wall clock, which may be set at any time.
  package var date: Date
  /// The boot to whose clock `uptime` belongs; empty if it is not known.
  package var boot: String
  /// The time since that boot, including sleep (`CLOCK_BOOTTIME`, clock_gettime(2)).
  package var uptime: Duration

  /// Creates a moment; without a boot nothing can be measured from it.
  package init(date: Date, boot: String = "", uptime: Duration = .zero) {
    self.date = date
    self.boot = boot
    self.uptime = uptime
  }

  /// How long ago an earlier moment was; `nil` if it is of another boot, of none, or later than this one.
  package func elapsed(since earlier: Moment) -> Duration? {
    guard !boot.isEmpty, boot == earlier.boot, uptime >= earlier.uptime else { return nil }
    return uptime - earlier.uptime
  }
}
