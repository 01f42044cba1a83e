import SnapshotRepository

/// The options that say which snapshots are kept.
enum RetentionOptions {
  static let all = Option.retention + [.minGood]

  /// The policy that was typed; `nil` if no rule of it was.
  static func policy(_ arguments: ParsedArguments) throws(UsageError) -> RetentionPolicy? {
    guard all.contains(where: arguments.has) else { return nil }
    var within: RetentionDuration?
    if let text = arguments.givenText(.keepWithin) {
      guard let duration = RetentionDuration(text) else {
        throw UsageError(
          .badValue(
            source: Option.keepWithin.flag, value: text,
            complaint: "allowed is a time of years, months, days and hours, such as 2y5m7d3h"),
          of: arguments.path)
      }
      within = duration
    }
    return RetentionPolicy(
      keepLast: arguments.givenNumber(.keepLast), keepHourly: arguments.givenNumber(.keepHourly),
      keepDaily: arguments.givenNumber(.keepDaily), keepWeekly: arguments.givenNumber(.keepWeekly),
      keepMonthly: arguments.givenNumber(.keepMonthly),
      keepYearly: arguments.givenNumber(.keepYearly), keepWithin: within,
      minGood: arguments.givenNumber(.minGood) ?? RetentionPolicy.usualMinGood)
  }

  /// What a new repository keeps if nothing was typed: nightly snapshots of a year, ever fewer of them.
  static let usual = RetentionPolicy(keepDaily: 30, keepWeekly: 13, keepMonthly: 24)
}
