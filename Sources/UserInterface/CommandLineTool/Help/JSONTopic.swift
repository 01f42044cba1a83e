extension HelpTopic {
  static let json = HelpTopic(
    name: "json",
    summary: "What --json prints, and the rules that programs can rely on",
    sections: [
      HelpSection(paragraphs: [
        "With --json a command prints its result for a program, on standard output, in UTF-8. Messages and progress "
          + "stay on standard error; --quiet and --progress none silence them."
      ]),
      HelpSection(
        "Rules",
        items: [
          .init("one line", "each object is on one line, so that a line can be parsed by itself"),
          .init(
            "lists",
            "are JSON Lines: an object for each entry and nothing else; an empty list prints nothing"
          ),
          .init("schema", "is 1 in each object; a change that breaks a reader makes it 2"),
          .init("type", "names the kind of the object"),
          .init(
            "keys", "are always all there, and null where nothing is known; new ones may be added"),
          .init(
            "exit",
            "is the exit code, in the object of a result or of a failure, which is the last line; lists have none"
          ),
          .init(
            "errors",
            "of the command line or of the start are an object too, with the message and its hint"),
          .init("times", "are in UTC: 2026-11-28T15:28:25Z"),
        ]),
      HelpSection(
        "Rows while they are done",
        paragraphs: [
          "import --rows-to FILE writes an object for each row to FILE as soon as its result is recorded; so do restore, "
            + "undo, apply and resume."
        ]),
      HelpSection(
        "Commands with --json",
        paragraphs: [
          Wording.list(
            Command.allPaths().filter { $0.command.options.contains(.json) }.map(\.name),
            joinedBy: "and") + "."
        ]),
      HelpSection(
        "Examples",
        lines: [
          "# the runs of the last week that did not end well",
          "cupibulk runs list --since 7d --failed --json",
          "# how many rows the last run has created",
          "cupibulk runs show last --json | jq .created",
        ]),
      HelpSection(paragraphs: ["docs/json.md describes every object."]),
    ])
}
