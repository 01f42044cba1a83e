/// What commands are for, as the program's page shows them.
///
/// Every command of the program is in one group; a test finds one that is in none.
enum CommandGroup: String, CaseIterable {
  case change = "Change a server"
  case keep = "Back up and restore"
  case look = "See what is there, and what happened"
  case files = "Files without a server"
  case setUp = "Set up, and learn"

  var names: [String] {
    switch self {
    case .change: ["import", "resume", "undo", "plan", "apply"]
    case .keep: ["export", "backup", "restore"]
    case .look: ["runs", "diff"]
    case .files: ["template", "validate", "inspect", "convert"]
    case .setUp: ["target", "schedule", "sandbox", "completion", "help", "version"]
    }
  }

  var section: HelpSection {
    HelpSection(
      rawValue,
      items: names.compactMap(Command.root.subcommand).map { .init($0.name, $0.summary) },
      column: 15)
  }
}
