package import FoundationEssentials
import Glibc

/// Moments for users, in the time zone of TZ or of the machine.
package enum LocalTime {
  /// `2026-11-28 14:05 +01:00`; with seconds `2026-11-28 14:05:02 +01:00`.
  package static func text(_ date: Date, seconds: Bool = false) -> String {
    guard let parts = unsafe parts(of: date) else { return date.ISO8601Format() }
    let day =
      unsafe digits(parts.tm_year + 1900, 4) + "-" + digits(parts.tm_mon + 1) + "-"
      + digits(parts.tm_mday)
    return unsafe "\(day) \(clock(parts, seconds: seconds)) \(offset(parts.tm_gmtoff))"
  }

  /// Only the time of the day: `14:05:02`.
  static func clock(_ date: Date) -> String {
    guard let parts = unsafe parts(of: date) else { return "" }
    return unsafe clock(parts, seconds: true)
  }

  /// The first moment of a local day (mktime(3)); `nil` if there is no such day.
  static func beginning(year: Int, month: Int, day: Int) -> Date? {
    guard (1970...9_999).contains(year), (1...12).contains(month), (1...31).contains(day) else {
      return nil
    }
    var parts = unsafe tm()
    unsafe parts.tm_year = Int32(year - 1900)
    unsafe parts.tm_mon = Int32(month - 1)
    unsafe parts.tm_mday = Int32(day)
    unsafe parts.tm_isdst = -1
    let time = unsafe mktime(&parts)
    // It turns the 31st of a short month into a day of the next one.
    guard unsafe parts.tm_mday == Int32(day), time != -1 else { return nil }
    return Date(timeIntervalSince1970: Double(time))
  }

  /// The broken-down local time (localtime_r(3)).
  private static func parts(of date: Date) -> tm? {
    tzset()
    var parts = unsafe tm()
    guard var time = time_t(exactly: date.timeIntervalSince1970.rounded(.down)),
      unsafe localtime_r(&time, &parts) != nil
    else { return nil }
    return unsafe parts
  }

  private static func clock(_ parts: tm, seconds: Bool) -> String {
    let minutes = unsafe digits(parts.tm_hour) + ":" + digits(parts.tm_min)
    return seconds ? unsafe minutes + ":" + digits(parts.tm_sec) : minutes
  }

  /// `+01:00`, from seconds east of UTC.
  private static func offset(_ seconds: Int) -> String {
    let minutes = seconds.magnitude / 60
    return (seconds < 0 ? "-" : "+") + digits(Int32(minutes / 60)) + ":"
      + digits(Int32(minutes % 60))
  }

  private static func digits(_ number: Int32, _ count: Int = 2) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
  }
}
