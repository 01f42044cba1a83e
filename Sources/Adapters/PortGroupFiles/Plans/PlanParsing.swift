// The values of a plan file, from the JSON of its lines.

import JSONStreams
import PortGroupModel

extension PlanHead {
  /// `nil` if a member is missing or has another form.
  init?(_ value: JSONValue) {
    guard let fingerprint = value["fingerprint"]?.text.flatMap({ PlanFingerprint($0) }),
      let target = value["target"], let url = target["url"]?.text,
      let kind = value["kind"]?.text, PlanHead.kinds.contains(kind),
      case .array(let inputs)? = value["inputs"],
      let made = value["made"]?.text, let by = value["by"]?.text,
      let notAfter = value["notAfter"]?.text, let tool = value["tool"]?.text,
      let from = value["from"]?.text
    else { return nil }
    self.init(
      fingerprint: fingerprint,
      target: Target(
        id: target["id"]?.text, name: target["name"]?.text, url: url,
        version: target["version"]?.text, pin: target["pin"]?.text),
      kind: kind,
      inputs: inputs.map { input in
        Input(
          file: input["file"]?.text ?? "", sha256: input["sha256"]?.text,
          rows: input["rows"]?.text.flatMap { Int($0) } ?? 0)
      },
      part: value["part"].map(Part.init), made: made, by: by, ticket: value["ticket"]?.text,
      notAfter: notAfter, tool: tool, from: from)
  }
}

extension PlanHead.Part {
  fileprivate init(_ value: JSONValue) {
    func texts(_ key: String) -> [String] {
      guard case .array(let items)? = value[key] else { return [] }
      return items.compactMap(\.text)
    }
    self.init(
      groups: texts("groups"), services: texts("services").compactMap { Int($0) },
      limit: value["limit"]?.text.flatMap { Int($0) },
      invalid: value["invalid"]?.text.flatMap { Int($0) } ?? 0)
  }
}

extension PlanEntry {
  /// `nil` if the line is of another form.
  init?(_ value: JSONValue) {
    guard let group = value["group"]?.text.flatMap({ ObjectID($0) }) else { return nil }
    let from = value["from"]?.text ?? ""
    if let verb = value["do"]?.text {
      guard let verb = Change.Verb(rawValue: verb), let set = FieldValues(value["set"]),
        let number = value["step"]?.text.flatMap({ Int($0) }),
        let change = PlanEntry.change(verb, value, set)
      else { return nil }
      let beside = value["beside"]?.text.flatMap { Int($0) } ?? 0
      self = .step(
        PlanStep(number: number, group: group, change: change, beside: beside, from: from))
    } else if let code = value["refuse"]?.text {
      guard let code = FailureCode(rawValue: code) else { return nil }
      self = .refusal(PlanRefusal(code: code, group: group, from: from))
    } else {
      guard let name = value["name"]?.text, let listed = value["listed"]?.text,
        case .array(let servers)? = value["extra"]
      else { return nil }
      let extra = servers.compactMap { FieldValues($0)?.whole }
      guard extra.count == servers.count else { return nil }
      let integration = value["integration"]?.text.flatMap { Int($0) }
      self = .group(
        PlanGroup(
          group: PortGroup(
            objectID: group, displayName: name,
            integration: integration.flatMap(IntegrationMethod.init(rawValue:))),
          listed: listed, extra: extra))
    }
  }

  private static func change(
    _ verb: Change.Verb, _ value: JSONValue, _ set: FieldValues
  ) -> Change? {
    let server = value["server"]?.text.flatMap { ObjectID($0) }
    guard set.canBeSet(by: verb) else { return nil }
    guard verb != .create else {
      return server == nil ? Change(verb, server: nil, set: set, before: nil) : nil
    }
    guard let server, let before = FieldValues(value["before"]) else { return nil }
    var found = before.whole
    found[.objectID] = .text(server.text)
    return Change(verb, server: server, set: set, before: found)
  }
}

extension FieldValues {
  /// True for what a plan sets: a file that says something else was made by hand.
  fileprivate func canBeSet(by verb: Change.Verb) -> Bool {
    let isPlain = present.allSatisfy { field in
      let text = self[field].text ?? ""
      return Field.compared.contains(field) && text.utf8.count <= FieldValues.longestText
        && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
    return switch verb {
    case .create: isPlain && holds(.service)
    case .update: isPlain && !isEmpty && self[.service] == .absent
    case .delete: isEmpty
    }
  }

  /// In bytes; longer than every text that a server keeps in one of these fields.
  private static let longestText = 1_024

  /// The fields of an object of texts; `nil` if it has another member.
  fileprivate init?(_ value: JSONValue?) {
    guard case .object(let members)? = value else { return nil }
    self.init()
    for (key, value) in members {
      guard case .string(let text) = value,
        let field = Field.allCases.first(where: { $0.name == key })
      else { return nil }
      self[field] = FieldValue(text: text)
    }
  }
}
