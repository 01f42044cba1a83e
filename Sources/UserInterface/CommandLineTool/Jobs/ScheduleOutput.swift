import BatchEngine

/// What `schedule` prints: units or cron lines, what was written, and what to type next.
struct ScheduleOutput {
  let backup: ScheduledBackup
  let context: CommandContext
  let places: TargetsPlaces

  private var console: Console { context.console }
  private var isJSON: Bool { context.arguments.has(.json) }

  /// Prints the lines of a crontab.
  func printCrontab() throws(CommandFailure) {
    let lines = try Crontab(backup: backup).text()
    let next = ["crontab -e"]
    guard !isJSON else {
      return printJSON(manager: nil, units: [], in: nil, cron: lines, next: next)
    }
    console.write(lines)
    console.note("Add the line to your crontab with: \(next[0])")
  }

  /// Prints the units, or writes them.
  func showUnits(installing: Bool) throws(CommandFailure) {
    let folder = UnitFolder(of: backup.manager, places, context.environment)
    let units = [
      UnitFolder.Unit(name: backup.serviceName, text: ServiceUnit(backup: backup).text),
      UnitFolder.Unit(name: backup.timerName, text: TimerUnit(backup: backup).text),
    ]
    let outcomes =
      installing ? try folder.install(units, isNamed: context.arguments.isTyped(.unitName)) : nil
    if isJSON {
      return printJSON(
        manager: backup.manager, units: units, in: folder, isInstalled: installing, next: next)
    }
    if let outcomes {
      for (unit, outcome) in zip(units, outcomes) {
        console.print("\(outcome.word) \(folder.path(of: unit.name).escapedForDisplay)")
      }
      for line in ["Next, type:"] + next.map({ "  " + $0 }) { console.print(line) }
      return
    }
    let texts = units.map { "# \(folder.path(of: $0.name).escapedForDisplay)\n\($0.text)" }
    console.write(texts.joined(separator: "\n"))
    console.note("Write these files with \(Option.install.flag).")
  }

  /// The commands that start the timer.
  private var next: [String] {
    let timer = backup.timerName.shellWord
    switch backup.manager {
    case .system:
      return ["systemctl daemon-reload && systemctl enable --now \(timer)"]
    case .user:
      return [
        "systemctl --user daemon-reload && systemctl --user enable --now \(timer)",
        // Otherwise the timer only runs while the user is logged in.
        "loginctl enable-linger",
      ]
    }
  }

  private func printJSON(
    manager: ScheduledBackup.Manager?, units: [UnitFolder.Unit], in folder: UnitFolder?,
    isInstalled: Bool = false, cron: String? = nil, next: [String]
  ) {
    func report(_ index: Int) -> UnitReport? {
      guard units.indices.contains(index), let folder else { return nil }
      let unit = units[index]
      return UnitReport(name: unit.name, path: folder.path(of: unit.name), text: unit.text)
    }
    console.end(
      with: ScheduleReport(
        manager: manager?.rawValue, isInstalled: isInstalled, service: report(0),
        timer: report(1), cron: cron, next: next))
  }
}

extension UnitFolder.Outcome {
  fileprivate var word: String {
    switch self {
    case .written: "Wrote"
    case .replaced: "Replaced"
    case .unchanged: "Unchanged:"
    }
  }
}

/// The units or the cron lines of a job, for programs.
struct ScheduleReport: JSONEnding {
  let manager: String?
  let isInstalled: Bool
  let service: UnitReport?
  let timer: UnitReport?
  let cron: String?
  let next: [String]

  static let type = "schedule"
  static let summary = "The units or the lines of a crontab: the result of `schedule backup`."

  static let keys: [JSONKey<ScheduleReport>] = [
    JSONKey("manager", "system or user; null for a crontab", \.manager),
    JSONKey("installed", "true if the units were written", \.isInstalled),
    JSONKey("service", "the service unit; null for a crontab", \.service),
    JSONKey("timer", "the timer unit; null for a crontab", \.timer),
    JSONKey("cron", "the lines of the crontab; null for units", \.cron),
    JSONKey("next", "the command lines to type next", \.next),
  ]
}

struct UnitReport: JSONObject {
  let name: String
  let path: String
  let text: String

  static let keys: [JSONKey<UnitReport>] = [
    JSONKey("name", "the unit's name", \.name),
    JSONKey("path", "its file", \.path),
    JSONKey("text", "its text", \.text),
  ]
}
