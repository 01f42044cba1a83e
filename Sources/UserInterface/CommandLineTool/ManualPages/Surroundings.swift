/// The files that commands read besides their operands.
enum Surroundings {
  /// A file, and which commands read it.
  struct File: Sendable {
    let name: String
    /// What it is for, as a clause without a full stop.
    let meaning: String
    let readers: Readers
  }

  /// The commands that read a file or a variable; the page of the program itself names all of them.
  enum Readers: Sendable, Equatable {
    case all
    /// None that is shown, or so many that only the program's page names it.
    case program
    /// Those that take an option of this name.
    case takers(of: Option)
    /// Those for which `targets.ini` may be read.
    case usersOfTargets
    /// Those with a pager.
    case paged

    func contain(_ path: CommandPath) -> Bool {
      if path == .root { return true }
      let command = path.command
      return switch self {
      case .all: true
      case .program: false
      case .takers(let option): command.allOptions.contains { $0.name == option.name }
      case .usersOfTargets: command.usesTargets
      case .paged: command.isPaged || command == .help
      }
    }
  }

  static let files = [
    File(
      name: "~/.local/state/cupibulk/ledger.sqlite",
      meaning: "the ledger of all runs, in the state folder", readers: .takers(of: .ledger)),
    File(
      name: "~/.config/cupibulk/targets.ini",
      meaning: "servers by name; see cupibulk-targets.ini(5)", readers: .usersOfTargets),
    File(
      name: TargetsPlaces.systemFile,
      meaning:
        "servers by name for all users of the machine, and limits that no user's file lowers",
      readers: .usersOfTargets),
  ]
}
