import BatchEngine
import PortGroupModel

/// Writes a comparison as one JSON document.
///
/// Only port groups that differ are listed.
struct DiffJSONReport: DiffReport {
  private var document: DiffDocument
  private var writer: JSONDocument<DiffDocument>

  init(old: String, new: String) {
    document = DiffDocument(old: old, new: new)
    writer = JSONDocument(document, list: "groups")
  }

  mutating func add(_ difference: GroupDifference) -> String {
    guard !difference.isSame else { return "" }
    writer.add(difference)
    return writer.takeText()
  }

  mutating func finish(_ counts: DiffCounts, stop: String?, exit: ExitStatus) -> String {
    document.counts = counts
    document.stop = stop
    writer.finish(document, exit: exit)
    return writer.takeText()
  }
}

/// A comparison as programs read it.
struct DiffDocument: JSONEnding {
  let old: String
  let new: String
  var counts = DiffCounts()
  var stop: String?

  static let type = "diff"
  static let summary = "What differs: the result of `diff`, with `--json` or `--format json`."

  static let keys: [JSONKey<DiffDocument>] = [
    JSONKey("old", "the old side as it was named", \.old),
    JSONKey("new", "the new side as it was named", \.new),
    JSONKey("groups", "the port groups that differ") { _ in [GroupDifference]() },
    JSONKey("counts", "the counts of all port groups", \.counts),
    JSONKey("same", "true if nothing differs; null if the comparison is not complete") {
      $0.stop == nil ? $0.counts.isSame : nil
    },
    JSONKey("stopped", "why it is not complete; null if it is", \.stop),
  ]
}

extension DiffCounts: JSONObject {
  static let keys: [JSONKey<DiffCounts>] = [
    JSONKey("added", "servers that only the new side has", \.added),
    JSONKey("removed", "servers that only the old side has", \.removed),
    JSONKey("changed", "servers whose fields differ", \.changed),
    JSONKey("sameServers", "servers that are the same", \.sameServers),
    JSONKey("groups", "all port groups", \.groups),
    JSONKey("groupsDiffering", "port groups that differ", \.differingGroups),
    JSONKey("groupsOnlyInOld", "port groups that only the old side has", \.groupsOnlyInOld),
    JSONKey("groupsOnlyInNew", "port groups that only the new side has", \.groupsOnlyInNew),
  ]
}

extension GroupDifference: JSONObject {
  static let keys: [JSONKey<GroupDifference>] = [
    JSONKey("group", "its name") { $0.group.old?.name ?? $0.group.new?.name },
    JSONKey("id", "its id", \.group.objectID?.text),
    JSONKey("inOld", "true if the old side has it", \.isInOld),
    JSONKey("inNew", "true if the new side has it", \.isInNew),
    JSONKey("added", "servers that only the new side has") {
      $0.comparison.differences.compactMap(\.added)
    },
    JSONKey("removed", "servers that only the old side has") {
      $0.comparison.differences.compactMap(\.removed)
    },
    JSONKey("changed", "servers whose fields differ, as the old side has them") {
      $0.comparison.differences.compactMap(\.changed)
    },
  ]
}

extension GroupComparison.Difference {
  fileprivate var added: ComparedServer? {
    if case .added(let server) = self { ComparedServer(values: server) } else { nil }
  }

  fileprivate var removed: ComparedServer? {
    if case .removed(let server) = self { ComparedServer(values: server) } else { nil }
  }

  fileprivate var changed: ChangedServer? {
    guard case .changed(let old, let new, let fields) = self else { return nil }
    return ChangedServer(old: ComparedServer(values: old), new: new, fields: fields)
  }
}

private struct ChangedServer: JSONObject {
  let old: ComparedServer
  let new: FieldValues
  let fields: [Field]

  static let keys: [JSONKey<ChangedServer>] =
    ComparedServer.keys.map { $0.of(\.old) } + [
      JSONKey("fields", "the fields that differ, each with its old and new text") { server in
        JSONByField(
          values: server.fields.map { field in
            (
              field.name,
              JSONPair(old: server.old.values.text(of: field), new: server.new.text(of: field))
            )
          })
      }
    ]
}
