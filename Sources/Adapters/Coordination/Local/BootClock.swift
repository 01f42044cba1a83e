// Reads the wall clock and the clock of this boot.

internal import FoundationEssentials
internal import Glibc
package import PortGroupModel

extension Moment {
  /// The current moment (clock_gettime(2)).
  package static func now() -> Moment {
    var time = timespec()
    unsafe clock_gettime(CLOCK_BOOTTIME, &time)
    return Moment(
      date: Date(), boot: currentBoot,
      uptime: .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec))
  }

  /// The kernel's boot id, and the time namespace, which may shift the clock (time_namespaces(7)).
  private static let currentBoot: String = {
    let boot = ProcessIdentity.bootID
    return boot.isEmpty ? "" : boot + "/" + ProcessIdentity.namespace("time")
  }()
}
