import Bytes

/// Numbers, times and rates in readable form.
package enum Quantity {
  /// `1,234`.
  package static func count(_ number: Int) -> String {
    var digits = String(number.magnitude)
    var groups: [Substring] = []
    while digits.count > 3 {
      groups.insert(digits.suffix(3), at: 0)
      digits.removeLast(3)
    }
    groups.insert(digits[...], at: 0)
    return (number < 0 ? "-" : "") + groups.joined(separator: ",")
  }

  /// `1 row`, `1,234 rows`; `many` is the plural if it is not the word with an s.
  package static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    "\(count(number)) \(number == 1 ? one : many ?? one + "s")"
  }

  /// The two largest units: `0.4s`, `45s`, `2m 05s`, `1h 02m`, `3d 04h`.
  package static func time(_ duration: Duration) -> String {
    guard duration >= .seconds(1) else {
      let tenths = max(0, duration / .milliseconds(100))
      return tenths < 1 ? "0s" : min(tenths / 10, 0.9).fixedPoint(1) + "s"
    }
    let seconds = duration.components.seconds
    switch seconds {
    case ..<60: return "\(seconds)s"
    case ..<3600: return pair(seconds, 60, "m", 1, "s")
    case ..<86400: return pair(seconds, 3600, "h", 60, "m")
    default: return pair(seconds, 86400, "d", 3600, "h")
    }
  }

  /// `12.3/s`, `456/s`; below one in ten seconds `3/min`.
  package static func rate(_ perSecond: Double) -> String {
    if perSecond >= 99.95 { return "\(count(Int(min(perSecond, 1e15).rounded())))/s" }
    if perSecond >= 0.1 || perSecond <= 0 { return max(perSecond, 0).fixedPoint(1) + "/s" }
    return (perSecond * 60).fixedPoint(0) + "/min"
  }

  private static func pair(
    _ seconds: Int64, _ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String
  ) -> String {
    let rest = seconds % large / small
    return "\(seconds / large)\(largeUnit) \(rest < 10 ? "0" : "")\(rest)\(smallUnit)"
  }
}
