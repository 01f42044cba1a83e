// The options of jobs that run without a person: backups, and their schedule.

extension Option {
  package static let repo = Option(
    "repo", .text("REPO", .repositories), in: .input,
    "the folder of the snapshots; without it the target's repository in targets.ini")
  package static let metricsFile = Option(
    "metrics-file", .text("FILE", .files), in: .output,
    "write how the job went to FILE, whose name ends in .prom, for the textfile collector of node_exporter"
  )
  package static let pingURLFile = Option(
    "ping-url-file", .text("FILE", .files), in: .output,
    "report the beginning and the end of the job to the URL on the first line of FILE, which only its "
      + "owner may read, such as a check of Healthchecks")

  package static let scheduledTarget = Option(
    "target", .text("T", .targets), in: .target, isRepeatable: true,
    "the server: a name of targets.ini, https://HOST[:PORT], or sandbox:FILE; may be repeated")
  package static let scheduledPasswordFile = Option(
    "password-file", .text("FILE", .files), in: .target,
    "the file with the password on its first line; systemd passes it to the job as a credential")
  package static let atTime = Option(
    "at", .clock, in: .input, isRepeatable: true, readsEnvironment: false,
    "when the job begins each day, in the machine's time; may be repeated")
  package static let cron = Option(
    "cron", in: .output, readsEnvironment: false,
    "print lines of a crontab instead of systemd units")
  package static let install = Option(
    "install", in: .output, readsEnvironment: false,
    "write the units where systemd reads them, and print what to type next; nothing is started")
  package static let forUser = Option(
    "user", in: .output, readsEnvironment: false,
    "make units of your own (~/.config/systemd/user); the default, except for root")
  package static let forSystem = Option(
    "system", in: .output, readsEnvironment: false,
    "make units of the machine (/etc/systemd/system); the default for root")
  package static let runAs = Option(
    "run-as", .text("ACCOUNT", .anything), in: .output, readsEnvironment: false,
    "the account of the job in units of the machine; without it root, with no privileges")
  package static let unitName = Option(
    "name", .text("NAME", .anything), in: .output, fallback: "cupibulk-backup",
    readsEnvironment: false,
    "the name of the units, without .service and .timer")
  package static let onFailure = Option(
    "on-failure", .text("UNIT", .anything), in: .output, readsEnvironment: false,
    "the unit to start when the job fails, such as alert@%n.service")
  package static let randomDelay = Option(
    "random-delay", .duration(.zero ... .seconds(86399)), in: .output, fallback: "10m",
    readsEnvironment: false,
    "begin up to this much later, on each machine by another time, so that not all begin at once")
  package static let scheduledProgram = Option(
    "program", .text("FILE", .files), in: .output, readsEnvironment: false,
    "the program to run; without it the one that you run now")
}
