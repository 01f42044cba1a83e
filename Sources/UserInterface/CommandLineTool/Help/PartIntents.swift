// The words in place of a subcommand; capitals are to be replaced.

extension Intent {
  static let partIntents = ofRuns + ofBackup + ofTarget + ofPlan + ofSchedule

  private static let ofRuns = [
    Intent(
      "status state last info get view log details", of: "runs",
      Advice("the last run is shown with", "cupibulk runs show last")),
    Intent("ls history all", of: "runs", Advice("runs are listed with", "cupibulk runs list")),
    Intent(
      "delete remove rm clean", of: "runs",
      Advice("old runs are removed with", "cupibulk runs prune --keep 90d")),
    Intent(
      "retry rerun", of: "runs",
      Advice("failed rows are tried again with", "cupibulk resume --failed")),
    Intent(
      "resume continue", of: "runs", Advice("a run is continued with", "cupibulk resume RUN")),
    Intent(
      "undo rollback revert", of: "runs",
      Advice("what a run changed is put back with", "cupibulk undo RUN")),
    Intent(
      "errors failures failed", of: "runs",
      Advice("rows to fix are written to a file with", "cupibulk runs rejects last -o FILE")),
    Intent(
      "report export dump", of: "runs",
      Advice("the rows of a run are printed with", "cupibulk runs rows last --csv")),
    Intent(
      "cancel stop abort kill", of: "runs",
      Advice(
        "Ctrl-C stops a run after the requests in flight; it is continued with", "cupibulk resume")),
  ]

  private static let ofBackup = [
    Intent(
      "restore recover", of: "backup",
      Advice("a snapshot is put back with", "cupibulk restore REPO@latest --target T")),
    Intent(
      "create make take start new now add save snapshot", of: "backup",
      Advice("a snapshot is taken with", "cupibulk backup run --target T --repo REPO")),
    Intent(
      "ls snapshots history log", of: "backup",
      Advice("snapshots are listed with", "cupibulk backup list --repo REPO")),
    Intent(
      "check test validate", of: "backup",
      Advice("a repository is checked with", "cupibulk backup verify --repo REPO")),
    Intent(
      "delete remove rm prune clean gc expire", of: "backup",
      Advice("old snapshots are removed with", "cupibulk backup forget --repo REPO")),
    Intent(
      "diff compare", of: "backup",
      Advice("a snapshot is compared with a target by", "cupibulk diff REPO@latest T")),
    Intent(
      "schedule cron timer", of: "backup",
      Advice(
        "a daily backup is scheduled with",
        "cupibulk schedule backup --at HH:MM --target T --repo REPO")),
    Intent(
      "sync push upload mirror", of: "backup",
      Advice("a repository is copied with", "cupibulk backup copy --repo REPO DIR")),
    Intent(
      "pin hold protect", of: "backup",
      Advice(
        "a snapshot is kept for good with",
        "cupibulk backup keep latest --repo REPO --reason TEXT")),
    Intent(
      "rehearse simulate", of: "backup",
      Advice("a restore is rehearsed with", "cupibulk backup drill --repo REPO")),
    Intent(
      "get view info export dump", of: "backup",
      Advice("a snapshot is shown with", "cupibulk backup show latest --repo REPO")),
  ]

  private static let ofTarget = [
    Intent(
      "edit set update rename config", of: "target",
      Advice(
        "settings are edited in targets.ini; file and line of each are shown with",
        "cupibulk target show NAME")),
    Intent(
      "create new init save", of: "target",
      Advice("a server gets a name with", "cupibulk target add NAME URL")),
    Intent(
      "delete rm forget", of: "target",
      Advice("a name is removed with", "cupibulk target remove NAME")),
    Intent("ls", of: "target", Advice("servers are listed with", "cupibulk target list")),
    Intent(
      "test verify ping probe connect login status info", of: "target",
      Advice("server, certificate and account are checked with", "cupibulk target check NAME")),
    Intent(
      "trust repin refresh pin", of: "target",
      Advice("a new certificate or id is accepted with", "cupibulk target renew NAME")),
    Intent(
      "get view cat", of: "target",
      Advice("the settings of a server are shown with", "cupibulk target show NAME")),
  ]

  private static let ofPlan = [
    Intent(
      "create make new write import", of: "plan",
      Advice("a plan is made with", "cupibulk import FILE --target T --plan FILE")),
    Intent(
      "apply run execute approve do", of: "plan",
      Advice("a plan is done with", "cupibulk apply FILE --target T")),
    Intent(
      "view cat print inspect", of: "plan",
      Advice("a plan is shown with", "cupibulk plan show FILE")),
    Intent(
      "verify validate test", of: "plan",
      Advice("whether a plan still holds is shown with", "cupibulk plan check FILE --target T")),
    Intent(
      "undo revert rollback", of: "plan",
      Advice("the way back is shown with", "cupibulk plan show FILE --reverse"),
      Advice("an applied plan is put back with", "cupibulk undo last")),
  ]

  private static let ofSchedule = [
    Intent(
      "add create new cron timer daily systemd run", of: "schedule",
      Advice(
        "a daily backup is scheduled with",
        "cupibulk schedule backup --at HH:MM --target T --repo REPO"))
  ]
}
