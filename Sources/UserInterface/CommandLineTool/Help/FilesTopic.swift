import BulkFiles
import PortGroupFiles
import PortGroupModel

extension HelpTopic {
  static let files = HelpTopic(
    name: "files",
    summary: "Formats and columns of files, and the program's own files",
    sections: [formats, columns, values, templates, reading, own])

  private static let formats = HelpSection(
    "Formats",
    paragraphs: [
      "The content decides the format, then the name's ending. - is standard input or output. A gzipped file is read "
        + "as it is, and written if the name ends in .gz."
    ],
    items: BulkFormat.allCases.map { .init($0.title, $0.outline) })

  private static let columns = HelpSection(
    "Columns, elements and keys",
    paragraphs: [
      "In any order and any case; blanks, - and _ are equal. An unknown heading is an error. Every row needs a port "
        + "group (by name or id) and a service; everything else depends on what it is to do."
    ],
    items: Column.all.filter { if case .match = $0 { false } else { true } }.map { column in
      .init(column.name, column.outline)
    } + [
      .init(
        "Match…",
        "\(Wording.list(Field.matchable.map { Column.match($0).name }, joinedBy: "and")): what the server to change "
          + "has now")
    ])

  private static let values = HelpSection(
    "Values",
    items: [
      .init("leave a field", "leave out the column, element or key, or leave the CSV cell empty"),
      .init("empty a field", "\(emptyWord) in CSV, <X/> in XML, \"\" or null in JSON"),
      .init(
        "can be emptied",
        Wording.list(
          Field.allCases.filter(\.rule.canBeEmptied).map(\.name), joinedBy: "and")),
    ])

  private static let templates = HelpSection(
    "Files to begin with",
    paragraphs: [
      "The program prints a file to fill in, of one of these kinds: "
        + "\(Wording.list(FileTemplate.allCases.map(\.rawValue), joinedBy: "or")). xsd prints the schema of XML files. "
        + "An export can be edited and imported as well."
    ],
    lines: [
      "cupibulk template sip-proxy -o hosts.csv",
      "cupibulk inspect hosts.csv",
      "cupibulk validate hosts.csv",
    ])

  private static let reading = HelpSection(
    "Options for reading",
    paragraphs: [
      "UTF-8 and UTF-16 are detected, and XML declares its encoding; name any other, such as windows-1252 for the CSV "
        + "files of Excel."
    ],
    items: Command.reading.map { .init($0) }, column: HelpSection.optionColumn)

  private static let own = HelpSection(
    "The program's own files",
    items: [
      .init(
        "ledger.sqlite",
        "every run and its rows, in $XDG_STATE_HOME/cupibulk (~/.local/state/cupibulk), or in systemd's "
          + "$STATE_DIRECTORY; --ledger FILE names another one"),
      .init(
        "targets.ini",
        "servers by name, in $XDG_CONFIG_HOME/cupibulk (~/.config/cupibulk); \(TargetsPlaces.systemFile) is for "
          + "all users"),
      .init("a repository", "the snapshots of backup, in the folder that backup init has made"),
      .init(
        "locks",
        "one for each target that is written to, in /run/lock/cupibulk and beside the ledger"),
      .init("FILE.crt", "the certificate of a sandbox with --tls, beside its state"),
    ])
}

extension BulkFormat {
  /// How a file looks, as a clause.
  fileprivate var outline: String {
    switch self {
    case .csv:
      "a heading line, then a row for each server; \(Wording.list(Delimiter.allCases.map(\.name), joinedBy: "or")) "
        + "between the fields, found in the heading line; quotes as in RFC 4180"
    case .xml:
      "\(serverShape.list) with a \(serverShape.record) for each row, as the API writes it; no DTD"
    case .json:
      "the API's list, an array of objects, one object, or an object on each line"
    }
  }
}

extension Column {
  /// What it means, its range, and its other names, as a clause.
  fileprivate var outline: String {
    let own = summary.hasSuffix(".") ? String(summary.dropLast()) : summary
    let access = field.map(\.rule.access).flatMap { $0 == .readWrite ? nil : $0.rawValue }
    let others = aliases.prefix(2).joined(separator: ", ")
    return [own, access, others.isEmpty ? nil : "also: " + others].compactMap(\.self)
      .joined(separator: "; ")
  }
}
