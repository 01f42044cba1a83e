import Coordination

/// The variables and files that commands read besides their options and operands.
enum Surroundings {
  /// A variable or a file, and which commands read it.
  struct Item: Sendable {
    let name: String
    /// What it is for, as a clause without a full stop.
    let meaning: String
    let concerns: @Sendable (CommandPath) -> Bool
  }

  static let variables = [
    Item(
      name: "XDG_STATE_HOME",
      meaning: "the folder of the state folder cupibulk; without it ~/.local/state",
      concerns: has(.ledger)),
    Item(
      name: "STATE_DIRECTORY",
      meaning:
        "the state folder of a service, as systemd sets it; it is used instead of XDG_STATE_HOME",
      concerns: has(.ledger)),
    Item(
      name: "XDG_CONFIG_HOME",
      meaning: "the folder of cupibulk/targets.ini; without it ~/.config", concerns: usesTargets),
    Item(
      name: "CREDENTIALS_DIRECTORY",
      meaning:
        "the folder of the credentials of a service, as systemd sets it; the password is read from "
        + "cupibulk-password in it", concerns: has(.passwordFile)),
    Item(
      name: "HTTPS_PROXY, NO_PROXY",
      meaning:
        "the proxy for servers, and the hosts that need none; this machine is always reached without one",
      concerns: has(.connectTimeout)),
    Item(
      name: LockFolders.variable,
      meaning:
        "the folder, by its whole path, in which a target is locked for all users of the machine; empty for "
        + "none", concerns: has(.lockWait)),
    Item(
      name: "CUPIBULK_PAGER, PAGER",
      meaning:
        "the program that shows a long list on a terminal; without it less; cat or an empty value for none",
      concerns: { $0.command.isPaged || $0.name == "help" }),
    Item(
      name: "TMPDIR",
      meaning: "the folder of temporary files; without it /tmp, and /var/tmp for large ones",
      concerns: { $0 == .root }),
    Item(
      name: "NO_COLOR", meaning: "if it is set and not empty, nothing is coloured",
      concerns: { _ in true }),
  ]

  static let files = [
    Item(
      name: "~/.local/state/cupibulk/ledger.sqlite",
      meaning: "the ledger of all runs, in the state folder", concerns: has(.ledger)),
    Item(
      name: "~/.config/cupibulk/targets.ini",
      meaning: "servers by name; see cupibulk-targets.ini(5)", concerns: usesTargets),
    Item(
      name: TargetsPlaces.systemFile,
      meaning:
        "servers by name for all users of the machine, and limits that no user's file lowers",
      concerns: usesTargets),
  ]

  /// True for the program, and for commands with the option.
  private static func has(_ option: Option) -> @Sendable (CommandPath) -> Bool {
    { $0 == .root || $0.command.allOptions.contains { $0.name == option.name } }
  }

  private static let usesTargets: @Sendable (CommandPath) -> Bool = {
    $0 == .root || $0.command.usesTargets
  }
}
