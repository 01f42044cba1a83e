import FoundationEssentials

// The two rules that depend on a clock. Both get the times of the good snapshots, newest of the chain first.

extension Retention {
  /// Returns the places of the newest snapshots of the last `count` periods that have any.
  ///
  /// Periods are counted in the order of the chain. In its period, a snapshot gives way only to one that is later in
  /// the chain *and* by the clock: so a clock set back by a year does not replace the snapshot of last year.
  static func newestOfPeriods(
    _ times: [UTCTime], _ period: UTCTime.Period, _ count: Int
  ) -> [Int] {
    var latest: [Int: Date] = [:]
    return times.indices.filter { index in
      let number = times[index].number(of: period)
      let moment = times[index].moment
      if let later = latest[number] {
        guard later < moment else { return false }
      } else if latest.count == count {
        return false
      }
      latest[number] = moment
      return true
    }
  }

  /// Returns the places of the snapshots that are newer than a duration.
  ///
  /// It is measured from the newest snapshot. But one that is far ahead of those of the two days before it (by its own
  /// clock: the last two other days in the chain) is taken for a wrong clock: it counts as a day and a half later than
  /// they are. So one night ages the others by at most that, and three days that agree are believed.
  static func within(_ times: [UTCTime], _ duration: RetentionDuration) -> [Int] {
    guard let newest = times.first else { return [] }
    let length = newest.moment.timeIntervalSince(newest.earlier(by: duration))
    var days: Set<Int> = []
    var end = newest.moment
    for time in times where days.insert(time.day).inserted {
      let ahead = Double(days.count - 1) * largestStep
      // A day that may be too old by itself is no witness: the next decision would not find it.
      guard days.count <= daysThatAgree, ahead < length else { break }
      end = min(end, time.moment.addingTimeInterval(ahead))
    }
    let oldest = UTCTime(end).earlier(by: duration)
    return times.indices.filter { times[$0].moment > oldest }
  }

  /// The seconds that the snapshots of a day can age those before them: a nightly job with some delay is in time.
  private static let largestStep = 36 * 3_600.0
  /// The number of days in the chain that make a clock believed.
  private static let daysThatAgree = 3
}
