extension HelpTopic {
  static let connection = HelpTopic(
    name: "connection",
    summary: "How a server is named, logged into, trusted and waited for",
    sections: [
      HelpSection(paragraphs: [
        "The options below belong to every command that connects to a server: "
          + "\(Wording.list(connectingCommands, joinedBy: "and"))."
      ]),
      server, account, trust, limits,
    ])

  /// The commands that take the connection options.
  private static var connectingCommands: [String] {
    Command.allPaths().filter { $0.command.options.contains(.wire) }.map(\.name)
  }

  private static let server = HelpSection(
    "The server",
    paragraphs: [
      "A name of targets.ini also stands for the account, the password's source, the trust and the limits of its "
        + "section. A typed option wins over the section; a variable does not. A pin, an id, slots and rate "
        + "of the section hold always."
    ],
    items: [.init(.target)], column: HelpSection.optionColumn,
    lines: [
      "# give a server a name",
      "cupibulk target add prod https://unity.example.com --username operator --password-file FILE",
    ])

  private static let account = HelpSection(
    "Account and password",
    paragraphs: [
      "The password comes from the first of these that is given: --password-file, --netrc-file, the systemd "
        + "credential cupibulk-password (a file in $CREDENTIALS_DIRECTORY), --password-command, and else the "
        + "terminal. It is never the value of an option or a variable, nor part of a URL.",
      "A file with a password must belong to you or to root, and be closed to group and others: chmod 600 FILE.",
    ],
    items: [
      .init(.username), .init(.passwordFile), .init(.netrcFile), .init(.passwordCommand),
    ], column: HelpSection.optionColumn)

  private static let trust = HelpSection(
    "Trust",
    paragraphs: [
      "Without one of these options the system's certificate authorities decide. Only one of them may be given. "
        + "http:// is refused, except to this machine.",
      "An appliance with a certificate of its own is trusted by its pin. See the pin with target check, which sends "
        + "it no password, and compare it with what the server's administrator sees.",
    ],
    items: Command.trusting.map { .init($0) }, column: HelpSection.optionColumn,
    lines: ["# see a certificate and its pin", "cupibulk target check https://unity.example.com"])

  private static let limits = HelpSection(
    "Times and limits",
    paragraphs: [
      "A proxy is taken from the variables HTTPS_PROXY and NO_PROXY, but never to this machine. Redirects are not "
        + "followed."
    ],
    items: [
      .init(.connectTimeout), .init(.transferTimeout), .init(.stallTimeout), .init(.connectWait),
      .init(.giveUp), .init(.maxAnswer), .init(.wire), .init(.trace),
    ], column: HelpSection.optionColumn)
}
