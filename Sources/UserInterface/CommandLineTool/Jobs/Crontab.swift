import BatchEngine

/// The lines of a crontab for a scheduled backup, one for each time (crontab(5)).
struct Crontab {
  let backup: ScheduledBackup

  /// The longest command that the cron of Debian accepts, in bytes.
  private static let limit = 998

  /// The lines, each with its line end.
  ///
  /// A percent sign is escaped, because cron ends the command there. A backslash cannot be written: some versions of
  /// cron remove one of two, others do not.
  ///
  /// - Throws: A usage error for a backslash, and for a command that is too long.
  func text() throws(CommandFailure) -> String {
    let words =
      [backup.program]
      + backup.words.compactMap { word in
        if case .plain(let text) = word { text } else { nil }
      }
    for word in words where word.utf8.contains(UInt8(ascii: "\\")) {
      throw CommandFailure(
        .usage, "'\(word)' has a backslash, which not all versions of cron read alike",
        hint: "give the file or the folder another name, or use systemd units")
    }
    let command = words.map(\.shellWord).joined(separator: " ").replacing("%", with: "\\%")
    guard command.utf8.count <= Self.limit else {
      throw CommandFailure(
        .usage,
        "The command has \(Quantity.count(command.utf8.count)) characters; cron takes at most \(Self.limit)",
        hint: "put it into a script, or use systemd units")
    }
    return backup.times.map { "\($0.minute) \($0.hour) * * * \(command)\n" }.joined()
  }
}
