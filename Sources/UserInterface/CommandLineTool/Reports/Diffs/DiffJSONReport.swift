import BatchEngine
import JSONStreams
import PortGroupModel

/// Writes a comparison as one JSON document; all keys are always there.
///
/// Only port groups that differ are listed.
struct DiffJSONReport: DiffReport {
  private var writer = JSONTextWriter()

  init(old: String, new: String) {
    writer.beginObject()
    writer.key("schema")
    writer.number(1)
    add("old", old)
    add("new", new)
    writer.key("groups")
    writer.beginArray()
  }

  mutating func add(_ difference: GroupDifference) -> String {
    guard !difference.isSame else { return "" }
    writer.beginObject()
    add("group", difference.group.old?.name ?? difference.group.new?.name)
    add("id", difference.group.objectID?.text)
    add("inOld", difference.isInOld)
    add("inNew", difference.isInNew)
    let all = difference.comparison.differences
    list("added", all.compactMap { if case .added(let server) = $0 { server } else { nil } })
    list("removed", all.compactMap { if case .removed(let server) = $0 { server } else { nil } })
    writer.key("changed")
    writer.beginArray()
    for case .changed(let old, let new, let fields) in all {
      writer.beginObject()
      add(old)
      writer.key("fields")
      writer.beginObject()
      for field in fields {
        writer.key(field.name)
        writer.beginArray()
        write(old[field])
        write(new[field])
        writer.endArray()
      }
      writer.endObject()
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
    return text()
  }

  mutating func finish(_ counts: DiffCounts, stop: String?) -> String {
    writer.endArray()
    writer.key("counts")
    writer.beginObject()
    for (key, count) in counts.members {
      writer.key(key)
      writer.number(count)
    }
    writer.endObject()
    writer.key("same")
    if stop == nil { writer.bool(counts.isSame) } else { writer.null() }
    add("stopped", stop)
    writer.endObject()
    writer.endLine()
    return text()
  }

  private mutating func text() -> String { String(decoding: writer.takeBytes(), as: UTF8.self) }

  private mutating func list(_ key: String, _ servers: [FieldValues]) {
    writer.key(key)
    writer.beginArray()
    for server in servers {
      writer.beginObject()
      add(server)
      writer.endObject()
    }
    writer.endArray()
  }

  /// Adds the id and all fields; null for what is not known, and an empty text for an empty field.
  private mutating func add(_ server: FieldValues) {
    for field in [.objectID] + Field.compared {
      writer.key(field.name)
      write(server[field])
    }
  }

  private mutating func write(_ value: FieldValue) {
    switch value {
    case .absent: writer.null()
    case .empty: writer.string("")
    case .text(let text): writer.string(text)
    }
  }

  private mutating func add(_ key: String, _ text: String?) {
    writer.key(key)
    if let text { writer.string(text) } else { writer.null() }
  }

  private mutating func add(_ key: String, _ flag: Bool) {
    writer.key(key)
    writer.bool(flag)
  }
}

extension DiffCounts {
  fileprivate var members: [(key: String, count: Int)] {
    [
      ("added", added), ("removed", removed), ("changed", changed), ("sameServers", sameServers),
      ("groups", groups), ("groupsDiffering", differingGroups),
      ("groupsOnlyInOld", groupsOnlyInOld), ("groupsOnlyInNew", groupsOnlyInNew),
    ]
  }
}
