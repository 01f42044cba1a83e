import Coordination

/// A variable of the environment that the program, or a library or program that it uses, reads; not one of an option.
package struct EnvironmentVariable: Sendable {
  package let name: String
  /// What it does, as a clause.
  package let meaning: String
  /// The commands whose manual pages name it.
  let readers: Surroundings.Readers

  private init(_ name: String, for readers: Surroundings.Readers, _ meaning: String) {
    self.name = name
    self.meaning = meaning
    self.readers = readers
  }

  /// All of them; a test compares the list with the sources.
  package static let all = terminal + places + systemd + network + others

  private static let terminal = [
    EnvironmentVariable("NO_COLOR", for: .all, "any text: no colours"),
    EnvironmentVariable(
      "TERM", for: .program, "the kind of the terminal; dumb: no bar, no colours, no pager"),
    EnvironmentVariable(
      "CUPIBULK_PAGER", for: .paged,
      "the program that shows long results on a terminal; cat or nothing for none"),
    EnvironmentVariable(
      "PAGER", for: .paged, "the same for all programs; without both it is less"),
    EnvironmentVariable("LESS", for: .paged, "how less behaves; without it FRX"),
    EnvironmentVariable(
      "TZ", for: .program, "the time zone in which times are shown; files and JSON have UTC"),
  ]

  private static let places = [
    EnvironmentVariable(
      "HOME", for: .program, "your home folder, where the next two are not set"),
    EnvironmentVariable(
      "XDG_CONFIG_HOME", for: .usersOfTargets,
      "the folder of cupibulk/targets.ini and of your systemd units; else ~/.config"),
    EnvironmentVariable(
      "XDG_STATE_HOME", for: .takers(of: .ledger),
      "the folder of cupibulk/ledger.sqlite; else ~/.local/state"),
    EnvironmentVariable(
      LockFolders.variable, for: .takers(of: .lockWait),
      "the folder of the locks that all users of the machine share, by its whole path; else /run/lock/cupibulk, and "
        + "none if it is empty"),
    EnvironmentVariable(
      "TMPDIR", for: .program, "where temporary files go; else /tmp, and /var/tmp for large ones"),
    EnvironmentVariable("PATH", for: .paged, "where the pager is searched"),
  ]

  private static let systemd = [
    EnvironmentVariable(
      "STATE_DIRECTORY", for: .takers(of: .ledger),
      "set by systemd: the state folder of a job, used instead of XDG_STATE_HOME"),
    EnvironmentVariable(
      "CREDENTIALS_DIRECTORY", for: .takers(of: .passwordFile),
      "set by systemd: the folder of a job's passwords, of which cupibulk-password is read"),
    EnvironmentVariable(
      "NOTIFY_SOCKET", for: .takers(of: .metricsFile),
      "set by systemd: where a backup reports its progress"),
  ]

  private static let network = [
    EnvironmentVariable(
      "HTTPS_PROXY", for: .takers(of: .connectTimeout),
      "the proxy to servers, also as https_proxy or ALL_PROXY; never to this machine"),
    EnvironmentVariable(
      "NO_PROXY", for: .takers(of: .connectTimeout),
      "the hosts that are reached without a proxy, also as no_proxy"),
    EnvironmentVariable(
      "SSLKEYLOGFILE", for: .program, "ignored, because it would give the keys away"),
  ]

  private static let others = [
    EnvironmentVariable(
      "CUPIBULK_COMPLETION_TIME", for: .program,
      "how long the completion of a word may take; else 150ms"),
    EnvironmentVariable(
      "SOURCE_DATE_EPOCH", for: .program,
      "the date of manual pages, for whoever builds packages"),
  ]
}
