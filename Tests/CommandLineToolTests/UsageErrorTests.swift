import CommandLineTool
import Testing

@Suite struct UsageErrorTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var line: [String]
    var environment: [String: String] = [:]
    var text: String
    var testDescription: String { line.joined(separator: " ") }
  }

  static let cases = [
    Case(
      line: ["--quiet"],
      text: """
        no command given; there are import, export, backup, diff, restore, validate, inspect, convert, resume, undo, plan, apply, \
        runs, target, schedule, sandbox, template, completion, help and version
        Try 'cupibulk help'.
        """),
    Case(
      line: ["imprt", "f.csv"],
      text: """
        there is no command 'imprt'; did you mean import?
        Try 'cupibulk help'.
        """),
    Case(
      line: ["compare", "a.csv", "b.csv"],
      text: """
        there is no command 'compare'; differences are shown with: cupibulk diff OLD NEW
        Try 'cupibulk help'.
        """),
    Case(
      line: ["diff", "a.csv"],
      text: """
        diff needs a NEW
        Try 'cupibulk help diff'.
        """),
    Case(
      line: ["enqueue"],
      text: """
        there is no command 'enqueue'
        Try 'cupibulk help'.
        """),
    Case(
      line: ["runs", "shwo"],
      text: """
        there is no command 'runs shwo'; did you mean runs show?
        Try 'cupibulk help runs'.
        """),
    Case(
      line: ["help", "nonsense"],
      text: """
        there is no command or topic 'nonsense'
        Try 'cupibulk help'.
        """),
    Case(
      line: ["help", "enviroment"],
      text: """
        there is no command or topic 'enviroment'; did you mean environment?
        Try 'cupibulk help'.
        """),
    Case(
      line: ["help", "runs", "status"],
      text: """
        there is no command 'runs status'; the last run is shown with: cupibulk runs show last
        Try 'cupibulk help runs'.
        """),
    Case(
      line: ["help", "import", "json"],
      text: """
        'json' is one word too many for import
        Try 'cupibulk help import'.
        """),
    Case(
      line: ["json"],
      text: """
        there is no command 'json'; it is a topic: cupibulk help json
        Try 'cupibulk help'.
        """),
    Case(
      line: ["Delete", "old.csv", "--force"],
      text: """
        there is no command 'Delete'; rows are deleted with: \
        cupibulk import FILE --mode delete --max-delete N --target T
        Try 'cupibulk help'.
        """),
    Case(
      line: ["--forse", "list"],
      text: """
        there is no option '--forse'
        Try 'cupibulk help'.
        """),
    Case(
      line: ["status"],
      text: """
        there is no command 'status'; how the last run went is shown with: cupibulk runs show last; \
        the state of backups with: cupibulk backup status --repo REPO
        Try 'cupibulk help'.
        """),
    Case(
      line: ["drill"],
      text: """
        there is no command 'drill'; did you mean backup drill?
        Try 'cupibulk help'.
        """),
    Case(
      line: ["backup", "restore"],
      text: """
        there is no command 'backup restore'; a snapshot is put back with: cupibulk restore REPO@latest --target T
        Try 'cupibulk help backup'.
        """),
    Case(
      line: ["target", "edit", "prod"],
      text: """
        there is no command 'target edit'; settings are edited in targets.ini; file and line of each are shown with: \
        cupibulk target show NAME
        Try 'cupibulk help target'.
        """),
    Case(
      line: ["import", "f", "--targt", "T"],
      text: """
        import has no option '--targt'; did you mean --target?
        Try 'cupibulk help import'.
        """),
    Case(
      line: ["--targt", "T", "import"],
      text: """
        there is no option '--targt'
        Try 'cupibulk help'.
        """),
    Case(
      line: ["import", "f", "-target", "T"],
      text: """
        import has no option '-target'; did you mean --target?
        Try 'cupibulk help import'.
        """),
    Case(
      line: ["import", "f", "--password=hunter2"],
      text: """
        import has no option '--password'; did you mean --password-file?
        Try 'cupibulk help import'.
        """),
    Case(
      line: ["export", "--target", "T", "--mode", "update"],
      text: """
        export has no option '--mode'; it belongs to import and validate
        Try 'cupibulk help export'.
        """),
    Case(
      line: ["import", "f", "--target"],
      text: """
        --target needs a value: --target T
        Try 'cupibulk help import'.
        """),
    Case(
      line: ["sandbox", "--state", "--port", "1"],
      text: """
        --state needs a value: --state FILE; if '--port' is the value, join them: \
        --state=…
        Try 'cupibulk help sandbox'.
        """),
    Case(
      line: ["runs", "--json=yes"],
      text: """
        --json takes no value, but has 'yes'
        Try 'cupibulk help runs list'.
        """),
    Case(
      line: ["import", "f", "--target", "A", "--target", "B"],
      text: """
        --target is given twice; give it once
        Try 'cupibulk help import'.
        """),
    Case(
      line: ["import", "f", "--target", "T", "--slots", "many"],
      text: """
        --slots is 'many'; allowed is 1 to 64
        Try 'cupibulk help import'.
        """),
    Case(
      line: ["import", "f", "--target", "T"], environment: ["CUPIBULK_SLOTS": "0"],
      text: """
        CUPIBULK_SLOTS is '0'; allowed is 1 to 64
        Try 'cupibulk help import'.
        """),
    Case(
      line: ["import", "f", "--target", "T", "--max-delete", "-1"],
      text: """
        --max-delete is '-1'; allowed is a number such as 10, or 0% to 100%
        Try 'cupibulk help import'.
        """),
    Case(
      line: ["import", "f", "--target", "T", "--mode", "replace"],
      text: """
        --mode is 'replace'; allowed is create, update, upsert or delete
        Try 'cupibulk help import'.
        """),
    Case(
      line: ["import", "f", "--target", "T", "--give-up", "10"],
      text: """
        --give-up is '10'; allowed is a time such as 90s, 10m or 2h, from 1s to 7d
        Try 'cupibulk help import'.
        """),
    Case(
      line: ["import", "f", "--target", "T", "--set", "Port"],
      text: """
        --set is 'Port'; it must look like FIELD=VALUE
        Try 'cupibulk help import'.
        """),
    Case(
      line: ["import", "f", "--target="],
      text: """
        --target is ''; it must not be empty
        Try 'cupibulk help import'.
        """),
    Case(
      line: ["runs"], environment: ["CUPIBULK_JSON": "maybe"],
      text: """
        CUPIBULK_JSON is 'maybe'; allowed is 1 or 0
        Try 'cupibulk help runs list'.
        """),
    Case(
      line: ["import", "f"],
      text: """
        import needs --target T (or the variable CUPIBULK_TARGET)
        Try 'cupibulk help import'.
        """),
    Case(
      line: ["validate"],
      text: """
        validate needs a FILE
        Try 'cupibulk help validate'.
        """),
    Case(
      line: ["template", "sipproxy"],
      text: """
        KIND is 'sipproxy'; allowed is sip-proxy, tftp, call-manager, move-hosts, \
        delete or xsd
        Try 'cupibulk help template'.
        """),
    Case(
      line: ["runs", "show", "A", "B"],
      text: """
        'B' is one word too many for runs show
        Try 'cupibulk help runs show'.
        """),
    Case(
      line: ["runs", "rows", "--csv", "--json"],
      text: """
        --json and --csv cannot go together; give one of them
        Try 'cupibulk help runs rows'.
        """),
    Case(
      line: ["backup"],
      text: """
        no command given; there are init, run, list, show, status, verify, drill, accept, keep, forget and copy
        Try 'cupibulk help backup'.
        """),
    Case(
      line: ["backup", "snapshots"],
      text: """
        there is no command 'backup snapshots'; snapshots are listed with: cupibulk backup list --repo REPO
        Try 'cupibulk help backup'.
        """),
    Case(
      line: ["backup", "run"],
      text: """
        backup run needs --target T (or the variable CUPIBULK_TARGET)
        Try 'cupibulk help backup run'.
        """),
    Case(
      line: ["backup", "accept", "latest"],
      text: """
        backup accept needs --reason TEXT
        Try 'cupibulk help backup accept'.
        """),
    Case(
      line: ["backup", "keep", "--reason", "x"],
      text: """
        backup keep needs a REF
        Try 'cupibulk help backup keep'.
        """),
    Case(
      line: ["backup", "copy"],
      text: """
        backup copy needs a DIR
        Try 'cupibulk help backup copy'.
        """),
    Case(
      line: ["backup", "show", "a", "b"],
      text: """
        'b' is one word too many for backup show
        Try 'cupibulk help backup show'.
        """),
    Case(
      line: ["backup", "forget", "--keep-last", "0"],
      text: """
        --keep-last is '0'; allowed is 1 to 10000
        Try 'cupibulk help backup forget'.
        """),
    Case(
      line: ["schedule", "backup", "--target", "T"],
      text: """
        schedule backup needs --at HH:MM
        Try 'cupibulk help schedule backup'.
        """),
    Case(
      line: ["schedule", "backup", "--at", "4:15", "--target", "T"],
      text: """
        --at is '4:15'; allowed is a time of the day from 00:00 to 23:59, such as 04:15
        Try 'cupibulk help schedule backup'.
        """),
    Case(
      line: ["schedule", "backup", "--cron", "--install", "--at", "04:15", "--target", "T"],
      text: """
        --cron and --install cannot go together; give one of them
        Try 'cupibulk help schedule backup'.
        """),
    Case(
      line: ["schedule", "backup", "--user", "--system", "--at", "04:15", "--target", "T"],
      text: """
        --user and --system cannot go together; give one of them
        Try 'cupibulk help schedule backup'.
        """),
    Case(
      line: ["\u{1B}[2J"],
      text: """
        there is no command '\\u{1B}[2J'
        Try 'cupibulk help'.
        """),
  ]

  @Test(arguments: cases)
  func `an error is one sentence with the next step`(_ given: Case) {
    let error = #expect(throws: UsageError.self) {
      try ArgumentParser.parse(given.line, environment: given.environment)
    }
    #expect(error?.text == given.text)
  }
}
