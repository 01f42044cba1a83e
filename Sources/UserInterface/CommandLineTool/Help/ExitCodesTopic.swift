extension HelpTopic {
  static let exitCodes = HelpTopic(
    name: "exit-codes",
    summary: "What each exit code means, and what to do then",
    sections: [
      HelpSection(
        "Exit codes",
        items: ExitStatus.allCases.map { status in
          .init(
            "\(status.rawValue)",
            [status.meaning, status.advice.map { $0.clause + ":" }].compactMap(\.self)
              .joined(separator: ". "),
            line: status.advice?.line)
        }),
      HelpSection(
        "When several apply",
        paragraphs: [
          "The first of these is the exit code, also of several targets: "
            + "\(ExitStatus.order.map { "\($0.rawValue)" }.joined(separator: ", ")).",
          "Only 0 is success. A script takes a code that it does not know for a failure: codes may be added, and none "
            + "changes its meaning.",
          "If the output cannot be written, a command that has sent nothing fails with 1. One that has written to a "
            + "server ends with the code of its run, which runs show has in full.",
        ]),
    ])
}

extension ExitStatus {
  /// What to do next; `nil` if nothing is left to do.
  package var advice: Advice? {
    switch self {
    case .success: nil
    case .failure: Advice("Read the message and its hint; then see", "cupibulk runs show last")
    case .usage: Advice("Nothing was done; see the command's page", "cupibulk help COMMAND")
    case .rowsFailed:
      Advice("Fix what the messages name, and try these rows again", "cupibulk resume --failed")
    case .inputInvalid:
      Advice(
        "Fix the rows; those of an import are written to a file with",
        "cupibulk runs rejects -o FILE")
    case .tryAgain: Advice("Continue once the server answers", "cupibulk resume")
    case .inDoubt: Advice("Look them up on the server, and do what is left", "cupibulk resume")
    case .refused:
      Advice("See certificate, account and server", "cupibulk target check T")
    case .limitExceeded:
      Advice("Look before you raise the limit", "cupibulk runs show last")
    case .notAsAsked: Advice("The output says what; compare again with", "cupibulk diff OLD NEW")
    case .stoppedEarly: Advice("Check these port groups, then do the others", "cupibulk resume")
    case .locked: Advice("See who is at work; --lock-wait 10m waits", "cupibulk runs list")
    case .planNotTrue: Advice("See which step, and make a new plan", "cupibulk plan check FILE")
    case .hungUp, .interrupted, .terminated:
      Advice("Requests in flight were finished; do what is left", "cupibulk resume")
    }
  }
}
