/// Options of many commands that a topic explains once; the page of a command only names the topic.
struct SharedOptions {
  /// What they are, as it follows "and".
  let title: String
  let topic: String
  /// The section of a page in which the topic is named.
  let section: Option.Section
  let options: [Option]

  static let all = [
    SharedOptions(
      title: "the connection options", topic: "connection", section: .target,
      options: Command.reaching.filter { ![.username, .passwordFile].contains($0) }),
    SharedOptions(
      title: "how long to wait for the server", topic: "connection", section: .pace,
      options: [.connectWait, .giveUp]),
    SharedOptions(
      title: "how files are read", topic: "files", section: .input,
      options: [.delimiter, .encoding, .comments, .maxField]),
  ]

  /// The line that names the topic; `nil` if the command takes none of the options.
  func note(for command: Command) -> String? {
    let missing = options.filter { !command.options.contains($0) }
    guard missing.count < options.count else { return nil }
    let except =
      missing.isEmpty
      ? "" : " (without \(Wording.list(missing.map(\.flag), joinedBy: "and")))"
    return "and \(title): cupibulk help \(topic)\(except)"
  }
}
