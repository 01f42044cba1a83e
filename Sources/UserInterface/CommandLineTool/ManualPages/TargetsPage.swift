/// The page of `targets.ini`, from the table of its keys.
enum TargetsPage {
  static let name = "cupibulk-targets.ini"
  static let section = 5

  /// The page.
  ///
  /// - Parameter date: The date in the page's footer, as `2026-11-29`.
  /// - Returns: The page, in the language of man(7).
  static func text(date: String) -> String {
    var page = RoffPage(
      name, section: section, sectionTitle: "File Formats", date: date,
      summary: "servers by name, for cupibulk")
    page.heading("SYNOPSIS")
    page.item(.italic("$XDG_CONFIG_HOME/cupibulk/targets.ini"), .plain("Your own targets."))
    page.item(
      .italic("~/.config/cupibulk/targets.ini"), .plain("The same, without $XDG_CONFIG_HOME."))
    page.item(
      .italic(TargetsPlaces.systemFile), .plain("The targets of all users of the machine."))
    page.heading("DESCRIPTION")
    for paragraph in description { page.paragraph(.prose(paragraph)) }
    page.heading("KEYS")
    for key in TargetKey.allCases {
      page.item(.bold(key.rawValue) + " = " + .italic(key.valueName), .prose(key.meaning))
    }
    for rivals in [TargetKey.passwordSources, TargetKey.trusting] {
      page.paragraph(
        .prose(
          "A section has at most one of "
            + Wording.list(rivals.map(\.rawValue), joinedBy: "and") + "."))
    }
    page.heading("FENCES")
    for paragraph in fences { page.paragraph(.prose(paragraph)) }
    page.heading("PERMISSIONS")
    page.paragraph(.prose(permissions))
    page.heading("EXAMPLES")
    page.example("a target with both nodes of a cluster", example)
    page.heading("SEE ALSO")
    page.paragraph(related.map { ManualPage.reference($0, 1) }.joined(by: ", "))
    return page.text
  }

  /// A section with all keys that go together.
  static var example: [String] {
    ["# Both nodes of the production cluster.", "[prod]"]
      + TargetKey.allCases.compactMap { key in key.example.map { "\(key.rawValue) = \($0)" } }
  }

  private static let related = [
    "cupibulk", "cupibulk-target-add", "cupibulk-target-show", "cupibulk-target-check",
  ]

  private static let description = [
    "Each section is a server, or a cluster of two nodes; its name is what --target takes. A name has letters, digits, "
      + "'.', '_' and '-', and is no host of another target. cupibulk target add writes a section after a look at the "
      + "server; the file may also be edited: comments, blank lines and order are kept.",
    "A value goes to the end of its line; comments begin with # or ; and have lines of their own. Relative paths begin "
      + "at the folder of the file, and ~/ is the home folder. A password is never written here: a key password, an "
      + "unknown key, a wrong value, and one host and port or one id in two sections are errors with file, line and "
      + "hint.",
    "A typed option such as --username or --password-file is used instead of the section's value. The variables of "
      + "options do not count for a named target.",
  ]

  private static let fences = [
    "Pin, authorities, id, slots, rate and protected hold for the server, not only for the name: also if its URL is "
      + "typed, and if the server shows the section's id under another address. No option lowers them: --insecure or "
      + "another --tls-pin is refused with exit code 7, a higher --slots or --rate is lowered. If another key or id is "
      + "right, cupibulk target renew accepts it.",
    "What root writes to \(TargetsPlaces.systemFile) holds for every section of a user with the same name, host and "
      + "port, or id: protected stays yes, the lower slots and rate hold, and another pin, authority or id in the "
      + "user's file is an error. No variable or option moves this file.",
  ]

  private static let permissions =
    "A file that another user owns or may write, or in a folder where others may rename it, is refused with exit code 7, "
    + "and so is a pipe, a folder, a link that another user made, and a file of more than 1 MiB. The file of the machine "
    + "must belong to root. As long as a file is refused or has an error, no server is used, because its fences are not "
    + "known; sandboxes do not need it. Mode 600 is right for your own file."
}
