import FoundationEssentials

/// A moment in UTC, in the Gregorian calendar without leap seconds.
///
/// A clock outside of the years 1 to 9999 is taken for the nearest of them, as in the names of snapshots.
struct UTCTime: Equatable {
  /// Whole days since 1 January 1970.
  let day: Int
  /// Seconds since the day began, from 0 to 86,400.
  let secondOfDay: Double

  init(_ moment: Date) {
    let seconds = max(Self.first, min(moment.timeIntervalSince1970, Self.last))
    let days = (seconds / 86_400).rounded(.down)
    day = Int(days)
    secondOfDay = seconds - days * 86_400
  }

  private static let first = -62_135_596_800.0
  private static let last = 253_402_300_799.0

  var moment: Date { Self.date(day: day, second: secondOfDay) }

  /// The number of a period of this kind; two moments are in the same period if their numbers are equal.
  func number(of period: Period) -> Int {
    switch period {
    case .hour: day * 24 + Int(secondOfDay / 3_600)
    case .day: day
    // A week of ISO 8601 begins on a Monday; 1 January 1970 was a Thursday.
    case .week: Self.floorDivide(day + 3, 7)
    case .month: calendarDay.year * 12 + calendarDay.month
    case .year: calendarDay.year
    }
  }

  enum Period { case hour, day, week, month, year }

  /// Returns the moment that is earlier by a duration: by its years, months and days in the calendar, then by hours.
  ///
  /// A day that the month lacks is counted into the next month (31 March less a month is 3 March), as in Go's
  /// `AddDate`, which restic uses.
  func earlier(by duration: RetentionDuration) -> Date {
    let now = calendarDay
    let months = (now.year - duration.years) * 12 + (now.month - 1) - duration.months
    let year = Self.floorDivide(months, 12)
    let first = Self.dayNumber(year: year, month: months - year * 12 + 1, day: 1)
    return Self.date(
      day: first + now.day - 1 - duration.days,
      second: secondOfDay - 3_600 * Double(duration.hours))
  }

  // MARK: The calendar

  // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March, and an era has 400 of them.

  /// The year, the month (1 to 12) and the day of the month.
  private var calendarDay: (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = Self.floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let march = (5 * dayOfYear + 2) / 153
    let month = march < 10 ? march + 3 : march - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * march + 2) / 5 + 1
    )
  }

  private static func dayNumber(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = floorDivide(shifted, 400)
    let yearOfEra = shifted - era * 400
    let march = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * march + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private static func floorDivide(_ number: Int, _ divisor: Int) -> Int {
    let quotient = number / divisor
    return number % divisor < 0 ? quotient - 1 : quotient
  }

  private static func date(day: Int, second: Double) -> Date {
    Date(timeIntervalSince1970: Double(day) * 86_400 + second)
  }
}
