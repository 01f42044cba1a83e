import Coordination

/// A variable of the environment that the program, or a library or program that it uses, reads; not one of an option.
package struct EnvironmentVariable: Sendable, Equatable {
  package let name: String
  /// What it does, as a clause.
  package let meaning: String

  private init(_ name: String, _ meaning: String) {
    self.name = name
    self.meaning = meaning
  }

  /// All of them; a test compares the list with the sources.
  package static let all = terminal + places + systemd + network + others

  private static let terminal = [
    EnvironmentVariable("NO_COLOR", "any text: no colours"),
    EnvironmentVariable("TERM", "the kind of the terminal; dumb: no bar, no colours, no pager"),
    EnvironmentVariable(
      "CUPIBULK_PAGER", "the program that shows long results on a terminal; cat or nothing for none"
    ),
    EnvironmentVariable("PAGER", "the same for all programs; without both it is less"),
    EnvironmentVariable("LESS", "how less behaves; without it FRX"),
    EnvironmentVariable("TZ", "the time zone in which times are shown; files and JSON have UTC"),
  ]

  private static let places = [
    EnvironmentVariable("HOME", "your home folder, where the next two are not set"),
    EnvironmentVariable(
      "XDG_CONFIG_HOME",
      "the folder of cupibulk/targets.ini and of your systemd units; else ~/.config"),
    EnvironmentVariable(
      "XDG_STATE_HOME", "the folder of cupibulk/ledger.sqlite; else ~/.local/state"),
    EnvironmentVariable(
      LockFolders.variable,
      "the folder of the locks that all users of the machine share; else /run/lock/cupibulk"),
    EnvironmentVariable(
      "TMPDIR", "where temporary files go; else /tmp, and /var/tmp for large ones"),
    EnvironmentVariable("PATH", "where the pager is searched"),
  ]

  private static let systemd = [
    EnvironmentVariable("STATE_DIRECTORY", "set by systemd: the state folder of a job"),
    EnvironmentVariable(
      "CREDENTIALS_DIRECTORY", "set by systemd: the folder of a job's passwords"),
    EnvironmentVariable("NOTIFY_SOCKET", "set by systemd: where a backup reports its progress"),
  ]

  private static let network = [
    EnvironmentVariable(
      "HTTPS_PROXY", "the proxy to servers, also as https_proxy or ALL_PROXY; never to this machine"
    ),
    EnvironmentVariable("NO_PROXY", "the hosts that are reached without a proxy, also as no_proxy"),
    EnvironmentVariable("SSLKEYLOGFILE", "ignored, because it would give the keys away"),
  ]

  private static let others = [
    EnvironmentVariable(
      "CUPIBULK_COMPLETION_TIME", "how long the completion of a word may take; else 150ms"),
    EnvironmentVariable(
      "SOURCE_DATE_EPOCH", "the date of manual pages, for whoever builds packages"),
  ]
}
