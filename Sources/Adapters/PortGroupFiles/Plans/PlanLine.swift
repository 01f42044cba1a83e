import JSONStreams
import PortGroupModel

/// The lines of a plan file as bytes, without their line feeds: JSON with sorted keys and no blanks.
///
/// One value has exactly one text, so that a line that is not as it would be written was changed by hand.
enum PlanLine {
  static func text(of head: PlanHead) -> [UInt8] {
    var line = JSONTextWriter()
    line.beginObject()
    line.add("by", head.by)
    line.add("cupibulk-plan", PlanHead.format)
    line.add("fingerprint", head.fingerprint.text)
    line.add("from", head.from)
    line.key("inputs")
    line.beginArray()
    for input in head.inputs {
      line.beginObject()
      line.add("file", input.file)
      line.add("rows", input.rows)
      line.add("sha256", input.sha256)
      line.endObject()
    }
    line.endArray()
    line.add("kind", head.kind)
    line.add("made", head.made)
    line.add("notAfter", head.notAfter)
    if let part = head.part { line.add(part) }
    line.key("target")
    line.beginObject()
    line.add("id", head.target.id)
    line.add("name", head.target.name)
    line.add("pin", head.target.pin)
    line.add("url", head.target.url)
    line.add("version", head.target.version)
    line.endObject()
    line.add("ticket", head.ticket)
    line.add("tool", head.tool)
    line.endObject()
    return line.takeBytes()
  }

  /// What a line is written for.
  enum Form {
    /// The file.
    case file
    /// The digest of the body, which does not depend on where the rows came from.
    case body
    /// The fingerprint, which does not depend on the place in the plan either.
    case fingerprint
  }

  static func text(of entry: PlanEntry, for form: Form = .file) -> [UInt8] {
    var line = JSONTextWriter()
    line.beginObject()
    switch entry {
    case .group(let group):
      line.key("extra")
      line.beginArray()
      for server in group.extra { line.add(server) }
      line.endArray()
      line.add("group", group.group.objectID.text)
      line.add("integration", group.group.integration?.rawValue)
      line.add("listed", group.listed)
      line.add("name", group.group.displayName)
    case .step(let step):
      line.key("before")
      if let before = step.change.before { line.add(before) } else { line.null() }
      if step.beside > 0 { line.add("beside", step.beside) }
      line.add("do", step.change.verb.rawValue)
      if form == .file { line.add("from", step.from) }
      if form != .fingerprint { line.add("group", step.group.text) }
      line.add("server", step.change.server?.text)
      line.add("service", step.service)
      line.key("set")
      line.add(step.change.set, keepsEmpty: true)
      if form != .fingerprint { line.add("step", step.number) }
    case .refusal(let refusal):
      if form == .file { line.add("from", refusal.from) }
      if form != .fingerprint { line.add("group", refusal.group.text) }
      line.add("refuse", refusal.code.rawValue)
    }
    line.endObject()
    return line.takeBytes()
  }

  /// The counts, as the last line has them.
  static func text(of counts: PlanCounts) -> [UInt8] {
    var line = JSONTextWriter()
    line.add(counts)
    return line.takeBytes()
  }

  /// The last line.
  static func end(_ counts: PlanCounts, body: String, head: String) -> [UInt8] {
    var line = JSONTextWriter()
    line.beginObject()
    line.add("body", body)
    line.key("counts")
    line.add(counts)
    line.key("end")
    line.bool(true)
    line.add("groupsToReset", counts.changedGroups)
    line.add("head", head)
    line.endObject()
    return line.takeBytes()
  }
}

extension JSONTextWriter {
  /// Adds a member, as null if there is no text.
  fileprivate mutating func add(_ key: String, _ text: String?) {
    self.key(key)
    if let text { string(text) } else { null() }
  }

  /// Adds the part of the inputs; a plan for all of them has no such member.
  fileprivate mutating func add(_ part: PlanHead.Part) {
    key("part")
    beginObject()
    key("groups")
    beginArray()
    for group in part.groups { string(group) }
    endArray()
    add("invalid", part.invalid)
    add("limit", part.limit)
    key("services")
    beginArray()
    for service in part.services { number(service) }
    endArray()
    endObject()
  }

  fileprivate mutating func add(_ key: String, _ value: Int?) {
    self.key(key)
    if let value { number(value) } else { null() }
  }

  fileprivate mutating func add(_ counts: PlanCounts) {
    beginObject()
    add("create", counts.creates)
    add("delete", counts.deletes)
    add("refused", counts.refused)
    add("unchanged", counts.unchanged)
    add("update", counts.updates)
    endObject()
  }

  /// Adds an object of fields by their names, in the order of the names.
  ///
  /// What the server did not show and what is empty there are the same, and are left out; unless `keepsEmpty`.
  fileprivate mutating func add(_ fields: FieldValues, keepsEmpty: Bool = false) {
    beginObject()
    for field in Field.byName where fields[field] != .absent {
      guard keepsEmpty || fields.holds(field) else { continue }
      add(field.name, fields[field].text ?? "")
    }
    endObject()
  }
}

extension Field {
  /// All fields, in the order of the bytes of their names.
  static let byName = allCases.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
}
