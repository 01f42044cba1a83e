// The words in place of a command; capitals are to be replaced.

extension Intent {
  static let programIntents = changes + reading + runs + servers + machine + learning

  private static let changes = [
    Intent(
      "delete del remove rm erase purge",
      Advice(
        "rows are deleted with", "cupibulk import FILE --mode delete --max-delete N --target T")),
    Intent(
      "add create new insert",
      Advice("servers are created with", "cupibulk import FILE --mode create --target T")),
    Intent(
      "update edit modify change set",
      Advice("servers are changed with", "cupibulk import FILE --mode update --target T")),
    Intent(
      "push load upload sync send put upsert write provision deploy",
      Advice("files are sent with", "cupibulk import FILE --target T")),
    Intent(
      "move migrate rename replace readdress",
      Advice(
        "hosts are moved by a file with both addresses; begin one with",
        "cupibulk template move-hosts -o FILE")),
    Intent(
      "dry-run dryrun preview what-if whatif noop",
      Advice("what would be done is shown with", "cupibulk import FILE --target T --dry-run")),
    Intent(
      "approve execute",
      Advice("an approved plan is done with", "cupibulk apply FILE --target T")),
    Intent(
      "map mapping",
      Advice("which names a target lacks is shown with", "cupibulk diff FILE T"),
      Advice(
        "a heading is mapped with", "cupibulk import FILE --column HEADING=FIELD --target T")),
    Intent(
      "rehearse rehearsal",
      Advice(
        "an import is rehearsed in a sandbox with",
        "cupibulk import FILE --target sandbox:lab.db"),
      Advice("a restore with", "cupibulk backup drill --repo REPO")),
  ]

  private static let reading = [
    Intent(
      "pull download dump get fetch read save groups port-groups portgroups",
      Advice("what a server has is written to a file with", "cupibulk export --target T -o FILE")),
    Intent(
      "snapshot archive",
      Advice("a snapshot is taken with", "cupibulk backup run --target T --repo REPO")),
    Intent(
      "snapshots backups", Advice("snapshots are listed with", "cupibulk backup list --repo REPO")),
    Intent(
      "compare comparison changes delta",
      Advice("differences are shown with", "cupibulk diff OLD NEW")),
    Intent(
      "check test verify",
      Advice("a file is checked with", "cupibulk validate FILE"),
      Advice("a server with", "cupibulk target check T"),
      Advice("a repository with", "cupibulk backup verify --repo REPO")),
    Intent("lint parse", Advice("a file is checked with", "cupibulk validate FILE")),
    Intent(
      "recover recovery",
      Advice("a snapshot is put back with", "cupibulk restore REPO@latest --target T")),
  ]

  private static let runs = [
    Intent(
      "status state result results",
      Advice("how the last run went is shown with", "cupibulk runs show last"),
      Advice("the state of backups with", "cupibulk backup status --repo REPO")),
    Intent(
      "list ls",
      Advice("runs are listed with", "cupibulk runs list"),
      Advice("servers by name with", "cupibulk target list"),
      Advice("snapshots with", "cupibulk backup list --repo REPO")),
    Intent(
      "history log logs journal audit run",
      Advice("runs are listed with", "cupibulk runs list"),
      Advice("the last one is shown with", "cupibulk runs show last")),
    Intent(
      "show view display cat",
      Advice("a run is shown with", "cupibulk runs show last"),
      Advice("a plan with", "cupibulk plan show FILE"),
      Advice("a file with", "cupibulk inspect FILE")),
    Intent(
      "rollback roll-back revert",
      Advice("what a run changed is put back with", "cupibulk undo last")),
    Intent(
      "retry rerun repeat", Advice("failed rows are tried again with", "cupibulk resume --failed")),
    Intent("continue proceed finish", Advice("a run is continued with", "cupibulk resume")),
    Intent(
      "cancel stop abort kill pause",
      Advice(
        "Ctrl-C stops a run after the requests in flight; it is continued with", "cupibulk resume")),
    Intent(
      "report reports summary evidence",
      Advice("a run is shown with", "cupibulk runs show last"),
      Advice("its rows are printed with", "cupibulk runs rows last --csv")),
    Intent("rows", Advice("the rows of a run are shown with", "cupibulk runs rows last")),
    Intent(
      "rejects errors failures failed",
      Advice("rows to fix are written to a file with", "cupibulk runs rejects last -o FILE")),
    Intent(
      "resets reset",
      Advice("port groups that wait for a reset are named by", "cupibulk runs show last")),
    Intent(
      "prune clean cleanup gc",
      Advice("old runs are removed with", "cupibulk runs prune --keep 90d"),
      Advice("old snapshots with", "cupibulk backup forget --repo REPO")),
  ]

  private static let servers = [
    Intent(
      "login signin auth authenticate credentials password account",
      Advice(
        "each command logs in by itself; a server and the source of its password are stored with",
        "cupibulk target add NAME URL --username NAME --password-file FILE")),
    Intent(
      "logout signout",
      Advice(
        "each command logs out by itself; a stored server is removed with",
        "cupibulk target remove NAME")),
    Intent(
      "config configuration settings profile profiles targets servers hosts",
      Advice("servers by name are listed with", "cupibulk target list"),
      Advice("one is added with", "cupibulk target add NAME URL")),
    Intent(
      "configure setup connect",
      Advice("a server gets a name with", "cupibulk target add NAME URL")),
    Intent(
      "ping probe whoami doctor diagnose debug",
      Advice("server, certificate and account are checked with", "cupibulk target check T")),
    Intent(
      "info about",
      Advice("a server is shown with", "cupibulk target check T"),
      Advice("the program with", "cupibulk version")),
  ]

  private static let machine = [
    Intent(
      "init",
      Advice("a repository of snapshots is made with", "cupibulk backup init --repo REPO"),
      Advice("a server gets a name with", "cupibulk target add NAME URL")),
    Intent(
      "cron timer systemd daemon service job jobs",
      Advice(
        "a daily backup is scheduled with",
        "cupibulk schedule backup --at HH:MM --target T --repo REPO")),
    Intent(
      "worker workers queue",
      Advice(
        "there is no queue; one import does up to N requests at a time with",
        "cupibulk import FILE --target T --slots N")),
    Intent(
      "server serve mock simulate simulator simulation fake lab",
      Advice("a server to rehearse with is run with", "cupibulk sandbox --state FILE")),
    Intent(
      "upgrade self-update",
      Advice(
        "the program does not replace itself; its version is shown with", "cupibulk version")),
  ]

  private static let learning = [
    Intent(
      "man manual usage docs commands topics options",
      Advice("commands and topics are listed with", "cupibulk help")),
    Intent("env variables", Advice("variables are listed with", "cupibulk help environment")),
    Intent(
      "exit exit-code exitcodes codes",
      Advice("exit codes are explained with", "cupibulk help exit-codes")),
    Intent(
      "format formats columns fields",
      Advice("formats and columns are explained with", "cupibulk help files")),
    Intent(
      "sample samples example examples templates",
      Advice("a file to fill in is printed with", "cupibulk template sip-proxy -o FILE")),
    Intent("schema xsd", Advice("the schema is printed with", "cupibulk template xsd -o FILE")),
  ]
}
