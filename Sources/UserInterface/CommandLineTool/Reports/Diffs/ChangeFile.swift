package import BatchEngine
package import BulkFiles
package import PortGroupFiles
import PortGroupModel

/// The file whose import makes the old configuration into the new one, and what its user must know.
package struct ChangeFile {
  package let writer: ChangeFileWriter
  private let old: String
  private let new: String
  package private(set) var deletions = 0
  private var losesLast = false
  /// Servers that differ and that no import can change.
  private var readOnly: [String] = []
  /// Fields that an import would have to empty and cannot.
  private var unfinished: [String] = []
  /// New servers that an import would take for others.
  private var twins: [String] = []
  /// Codes that the import must allow because of the groups of its rows.
  private var groupCodes: Set<DiagnosticCode> = []
  private var missingGroups: [String] = []
  private var surplusGroups: [String] = []

  /// The number of names that a warning lists.
  private static let shown = 5

  package init(old: String, new: String) throws(OutputFailure) {
    self.old = old
    self.new = new
    writer = try ChangeFileWriter()
  }

  /// Adds the rows of a port group.
  package mutating func add(_ difference: GroupDifference) throws(OutputFailure) {
    guard !difference.isSame else { return }
    let group = difference.group
    let title = group.title.quoted
    if !difference.isInOld { missingGroups.append(title) }
    if !difference.isInNew { surplusGroups.append(title) }
    // An id of the new side means nothing on the old one.
    let reference =
      group.old.map { GroupReference(objectID: $0.objectID, name: $0.name) }
      ?? GroupReference(
        objectID: group.new?.name == nil ? group.new?.objectID : nil, name: group.new?.name)
    let changes = ChangeRows(
      difference.comparison, of: reference, integration: group.integration)
    for row in changes.rows { try writer.write(row) }
    deletions += changes.deletions
    losesLast = losesLast || changes.losesLast
    twins += changes.twins.map { "\($0.summary) in \(title)" }
    if let integration = group.integration, integration != .sccp,
      changes.rows.contains(where: { $0.fields[.skinnyStateMachine].text != nil })
    {
      groupCodes.insert(.skinnyNotSCCP)
    }
    readOnly += changes.readOnly.map { "\($0.summary) in \(title)" }
    unfinished += changes.unfinished.map { server in
      "\(Wording.list(server.fields.map(\.name), joinedBy: "and")) of \(server.server.summary) in \(title)"
    }
  }

  /// Prints what must be done beside the import, what it cannot do, and its command.
  func report(on console: Console, path: String, importing words: String) {
    if !missingGroups.isEmpty {
      console.warn(
        "\(old) lacks \(Self.list(missingGroups, "port group")): create "
          + "\(missingGroups.count == 1 ? "it" : "them") before the import")
    }
    if !surplusGroups.isEmpty {
      console.warn(
        "\(new) lacks \(Self.list(surplusGroups, "port group")): the rows delete the servers, and the "
          + "\(surplusGroups.count == 1 ? "group stays" : "groups stay")")
    }
    if !readOnly.isEmpty {
      console.warn(
        "left out, because PIMG servers cannot be changed over the API: "
          + Self.list(readOnly, "server"))
    }
    if !unfinished.isEmpty {
      console.warn(
        "the import will fail to empty, because only the two host fields can be emptied: "
          + Self.list(unfinished, nil))
    }
    if !twins.isEmpty {
      console.warn(
        "the import will refuse to create, because \(old) has no ids and another server has the same host "
          + "and ports: " + Self.list(twins, "server"))
    }
    if let sentence = writer.formulas.sentence { console.note(sentence) }
    guard writer.count > 0 else { return }
    let file = path == "-" ? "FILE" : path.shellWord
    var command = "cupibulk import \(file) \(words)"
    if deletions > 0 { command += " --max-delete \(deletions)" }
    if losesLast { command += " --allow-last" }
    for code in writer.codes.union(groupCodes).map(\.rawValue).sorted() {
      command += " --allow \(code)"
    }
    let rows = Quantity.count(writer.count, "row")
    let deletes =
      deletions > 0
      ? ", of which \(Quantity.count(deletions)) \(deletions == 1 ? "deletes" : "delete")" : ""
    console.note("\(rows)\(deletes). To make \(old) into \(new):\n  \(command)")
  }

  private static func list(_ names: [String], _ noun: String?) -> String {
    let first = names.prefix(shown).joined(separator: ", ")
    let more = names.count - shown
    let rest = more > 0 ? " and \(Quantity.count(more)) more" : ""
    guard let noun else { return first + rest }
    return "\(Quantity.count(names.count, noun)) (\(first)\(rest))"
  }
}

extension RunStop {
  /// Why a comparison ended early, as a sentence without a full stop.
  var comparisonSentence: String {
    switch self {
    case .unsuitable, .noSuchGroup: "Nothing was compared: \(reason)"
    case .input: "Nothing was compared: the input has errors"
    case .unreadable: "The comparison is not complete: \(reason)"
    default: sentence
    }
  }
}
