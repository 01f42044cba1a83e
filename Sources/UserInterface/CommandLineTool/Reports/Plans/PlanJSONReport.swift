import JSONStreams
import PortGroupFiles
import PortGroupModel

/// Writes a plan as one JSON document, port group by port group; all keys are always there.
///
/// Only port groups of which something is shown are listed.
struct PlanJSONReport {
  /// A port group and what is shown of it.
  private struct Group {
    let group: PortGroup
    let extra: [FieldValues]
    var changes: [(change: PlanChange, step: PlanStep)] = []
    var refusals: [PlanRefusal] = []

    var isEmpty: Bool { changes.isEmpty && refusals.isEmpty && extra.isEmpty }
  }

  private var writer = JSONTextWriter()
  private var group: Group?

  /// Begins the document with what is known of the whole plan.
  ///
  /// `isExpired` is `nil` if it is not known.
  init(
    _ overview: PlanOverview, isExpired: Bool?, selection: PlanSelection, isReversed: Bool
  ) {
    let head = overview.head
    writer.beginObject()
    add("schema", 1)
    add("file", overview.file)
    add("fingerprint", head.fingerprint.text)
    add("kind", head.kind)
    addTarget(head.target)
    writer.key("inputs")
    writer.beginArray()
    for input in head.inputs {
      writer.beginObject()
      add("file", input.file)
      add("rows", input.rows)
      add("sha256", input.sha256)
      writer.endObject()
    }
    writer.endArray()
    add("made", head.made)
    add("by", head.by)
    add("ticket", head.ticket)
    add("notAfter", head.notAfter)
    add("expired", isExpired)
    add("tool", head.tool)
    addCounts(overview.counts)
    add("reverse", isReversed)
    addList("onlyActions", selection.actions.map { $0.map(\.rawValue).sorted() })
    addList("onlyGroups", selection.groups.map { $0.sorted().map(\.text) })
    writer.key("groups")
    writer.beginArray()
  }

  /// Adds an entry, and returns the text that can be written now.
  mutating func add(_ item: ShownPlan.Item) -> String {
    switch item {
    case .group(let next, let extra):
      endGroup()
      group = Group(group: next, extra: extra)
      return text()
    case .change(let change, let step): group?.changes.append((change, step))
    case .refusal(let refusal): group?.refusals.append(refusal)
    }
    return ""
  }

  /// Returns the rest of the text; `stop` says why not everything could be read.
  mutating func finish(stop: String?) -> String {
    endGroup()
    writer.endArray()
    add("stopped", stop)
    writer.endObject()
    writer.endLine()
    return text()
  }

  private mutating func text() -> String { String(decoding: writer.takeBytes(), as: UTF8.self) }

  private mutating func endGroup() {
    guard let group, !group.isEmpty else { return }
    self.group = nil
    writer.beginObject()
    add("group", group.group.displayName)
    add("id", group.group.objectID.text)
    add("integration", group.group.integration?.rawValue)
    writer.key("steps")
    writer.beginArray()
    for (change, step) in group.changes { add(change, step) }
    writer.endArray()
    writer.key("refused")
    writer.beginArray()
    for refusal in group.refusals {
      writer.beginObject()
      add("code", refusal.code.rawValue)
      add("meaning", refusal.code.meaning)
      add("from", refusal.from)
      writer.endObject()
    }
    writer.endArray()
    writer.key("notNamed")
    writer.beginArray()
    for server in group.extra { add(server) }
    writer.endArray()
    writer.endObject()
  }

  private mutating func add(_ change: PlanChange, _ step: PlanStep) {
    writer.beginObject()
    add("step", step.number)
    add("do", change.verb.rawValue)
    add("server", change.server?.text)
    add("service", change.service)
    writer.key("before")
    if let before = change.before { add(before) } else { writer.null() }
    writer.key("set")
    writer.beginObject()
    for field in change.fields {
      add(field.name, change.set[field].text ?? "")
    }
    writer.endObject()
    add("from", step.from)
    writer.endObject()
  }

  /// Adds an object of the id and all compared fields; an empty field has an empty text.
  private mutating func add(_ server: FieldValues) {
    writer.beginObject()
    for field in [.objectID] + Field.compared {
      add(field.name, server[field] == .absent ? nil : server[field].text ?? "")
    }
    writer.endObject()
  }

  private mutating func addTarget(_ target: PlanHead.Target) {
    writer.key("target")
    writer.beginObject()
    add("id", target.id)
    add("name", target.name)
    add("url", target.url)
    add("version", target.version)
    add("pin", target.pin)
    writer.endObject()
  }

  private mutating func addCounts(_ counts: PlanCounts) {
    writer.key("counts")
    writer.beginObject()
    add("create", counts.creates)
    add("update", counts.updates)
    add("delete", counts.deletes)
    add("unchanged", counts.unchanged)
    add("refused", counts.refused)
    add("groupsToReset", counts.changedGroups)
    writer.endObject()
  }

  private mutating func addList(_ key: String, _ texts: [String]?) {
    writer.key(key)
    guard let texts else { return writer.null() }
    writer.beginArray()
    for text in texts { writer.string(text) }
    writer.endArray()
  }

  private mutating func add(_ key: String, _ text: String?) {
    writer.key(key)
    if let text { writer.string(text) } else { writer.null() }
  }

  private mutating func add(_ key: String, _ number: Int?) {
    writer.key(key)
    if let number { writer.number(number) } else { writer.null() }
  }

  private mutating func add(_ key: String, _ flag: Bool?) {
    writer.key(key)
    if let flag { writer.bool(flag) } else { writer.null() }
  }
}
