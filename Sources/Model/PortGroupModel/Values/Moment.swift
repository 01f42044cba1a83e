package import FoundationEssentials

/// A moment by the wall clock, for people, and by the clock of one boot, to measure from.
///
/// It is known to be of this boot or of another one, whatever the wall clock says.
package struct Moment: Sendable, Equatable {
  /// By the wall clock, which may be set at any time.
  package var date: Date
  /// The boot whose clock `uptime` is of; empty where it is not known.
  package var boot: String
  /// Since that boot, times of sleep included (`CLOCK_BOOTTIME`, clock_gettime(2)).
  package var uptime: Duration

  /// A moment; without a boot nothing can be measured from it.
  package init(date: Date, boot: String = "", uptime: Duration = .zero) {
    self.date = date
    self.boot = boot
    self.uptime = uptime
  }

  /// How long ago an earlier moment was; `nil` where it is of another boot, of none, or later than this one.
  package func elapsed(since earlier: Moment) -> Duration? {
    guard !boot.isEmpty, boot == earlier.boot, uptime >= earlier.uptime else { return nil }
    return uptime - earlier.uptime
  }
}
