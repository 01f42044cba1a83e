import PortGroupFiles
import PortGroupModel

/// Writes a plan as one JSON document, port group by port group.
///
/// Only port groups of which something is shown are listed.
struct PlanJSONReport {
  private let document: PlanDocument
  private var writer: JSONDocument<PlanDocument>
  private var group: PlanGroupReport?

  /// Begins the document with what is known of the whole plan.
  ///
  /// `isExpired` is `nil` if it is not known.
  init(
    _ overview: PlanOverview, isExpired: Bool?, selection: PlanSelection, isReversed: Bool
  ) {
    document = PlanDocument(
      overview: overview, isExpired: isExpired, selection: selection, isReversed: isReversed)
    writer = JSONDocument(document, list: "groups")
  }

  /// Adds an entry, and returns the text that can be written now.
  mutating func add(_ item: ShownPlan.Item) -> String {
    switch item {
    case .group(let next, let extra):
      endGroup()
      group = PlanGroupReport(group: next, extra: extra)
      return writer.takeText()
    case .change(let change, let step):
      group?.steps.append(PlanStepReport(change: change, step: step))
    case .refusal(let refusal): group?.refusals.append(refusal)
    }
    return ""
  }

  /// Returns the rest of the text; `stop` says why not everything could be read.
  mutating func finish(stop: String?, exit: ExitStatus) -> String {
    endGroup()
    var document = document
    document.stop = stop
    writer.finish(document, exit: exit)
    return writer.takeText()
  }

  private mutating func endGroup() {
    guard let group, !group.isEmpty else { return }
    self.group = nil
    writer.add(group)
  }
}

/// A plan as programs read it.
struct PlanDocument: JSONEnding {
  let overview: PlanOverview
  let isExpired: Bool?
  let selection: PlanSelection
  let isReversed: Bool
  var stop: String?

  static let type = "plan"
  static let summary = "What a plan file would change: the result of `plan show`."

  static let keys: [JSONKey<PlanDocument>] = [
    JSONKey("file", "the file as it was named", \.overview.file),
    JSONKey("fingerprint", "the fingerprint of the plan", \.overview.head.fingerprint.text),
    JSONKey("kind", "import, restore or undo", \.overview.head.kind),
    JSONKey("target", "the server that the plan is for", \.overview.head.target),
    JSONKey("inputs", "the files or runs from which the rows came", \.overview.head.inputs),
    JSONKey(
      "part", "the part of the inputs that the plan is for; null for all rows", \.overview.head.part
    ),
    JSONKey("made", "when it was made (UTC)", \.overview.head.made),
    JSONKey("by", "the user and host that made it", \.overview.head.by),
    JSONKey("ticket", "the value of `--ticket`", \.overview.head.ticket),
    JSONKey("notAfter", "until when it can be applied (UTC)", \.overview.head.notAfter),
    JSONKey("expired", "true if that time has passed; null if it is not known", \.isExpired),
    JSONKey("tool", "the version of the program that made it", \.overview.head.tool),
    JSONKey("counts", "what the whole plan does, also with `--reverse`", \.overview.counts),
    JSONKey("reverse", "true for what takes the plan back", \.isReversed),
    JSONKey("onlyActions", "the actions that are shown; null for all") {
      $0.selection.actions.map { $0.map(\.rawValue).sorted() }
    },
    JSONKey("onlyGroups", "the ids of the port groups that are shown; null for all") {
      $0.selection.groups.map { $0.sorted().map(\.text) }
    },
    JSONKey("groups", "the port groups of which something is shown") { _ in [PlanGroupReport]() },
    JSONKey("stopped", "why not everything could be read; null if it was", \.stop),
  ]
}

extension PlanHead.Part: JSONObject {
  static let keys: [JSONKey<PlanHead.Part>] = [
    JSONKey("groups", "the only port groups, by name or id; empty for all", \.groups),
    JSONKey("services", "the numbers of the only services; empty for all", \.services),
    JSONKey("limit", "the maximum number of rows; null for any number", \.limit),
    JSONKey("invalid", "the number of rows that are left out because they are invalid", \.invalid),
  ]
}

extension PlanHead.Target: JSONObject {
  static let keys: [JSONKey<PlanHead.Target>] = [
    JSONKey("id", "the id of the server", \.id),
    JSONKey("name", "its name in targets.ini", \.name),
    JSONKey("url", "its URL, or `sandbox:FILE`", \.url),
    JSONKey("version", "its version", \.version),
    JSONKey("pin", "the pin of its key", \.pin),
  ]
}

extension PlanHead.Input: JSONObject {
  static let keys: [JSONKey<PlanHead.Input>] = [
    JSONKey("file", "the file or run", \.file),
    JSONKey("rows", "the number of its rows", \.rows),
    JSONKey("sha256", "the SHA-256 of its bytes; null for a run", \.sha256),
  ]
}

extension PlanCounts: JSONObject {
  static let keys: [JSONKey<PlanCounts>] = [
    JSONKey("create", "servers that are created", \.creates),
    JSONKey("update", "servers that are changed", \.updates),
    JSONKey("delete", "servers that are deleted", \.deletes),
    JSONKey("unchanged", "rows for which nothing has to be done", \.unchanged),
    JSONKey("refused", "rows that are refused", \.refused),
    JSONKey("groupsToReset", "the number of port groups that are changed", \.changedGroups),
  ]
}

/// A port group and what is shown of it.
private struct PlanGroupReport: JSONObject {
  let group: PortGroup
  let extra: [FieldValues]
  var steps: [PlanStepReport] = []
  var refusals: [PlanRefusal] = []

  var isEmpty: Bool { steps.isEmpty && refusals.isEmpty && extra.isEmpty }

  static let keys: [JSONKey<PlanGroupReport>] = [
    JSONKey("group", "its name", \.group.displayName),
    JSONKey("id", "its id", \.group.objectID.text),
    JSONKey("integration", "TelephonyIntegrationMethodEnum of the API") {
      $0.group.integration?.rawValue
    },
    JSONKey("steps", "what is done, in the order of sending", \.steps),
    JSONKey("refused", "rows that are refused", \.refusals),
    JSONKey("notNamed", "servers that are in no row") { $0.extra.map(ComparedServer.init) },
  ]
}

private struct PlanStepReport: JSONObject {
  let change: PlanChange
  let step: PlanStep

  static let keys: [JSONKey<PlanStepReport>] = [
    JSONKey("step", "its number in the plan", \.step.number),
    JSONKey("do", "create, update or delete", \.change.verb.rawValue),
    JSONKey("server", "the id of the server; null if it does not exist yet", \.change.server?.text),
    JSONKey("service", "MediaRemoteServiceEnum of the API", \.change.service),
    JSONKey("before", "the server as it was found; null for a creation") {
      $0.change.before.map(ComparedServer.init)
    },
    JSONKey("set", "the fields to set; an empty text empties the field") { report in
      JSONByField(
        values: report.change.fields.map { ($0.name, report.change.set[$0].text ?? "") })
    },
    JSONKey("from", "the row", \.step.from),
  ]
}

extension PlanRefusal: JSONObject {
  static let keys: [JSONKey<PlanRefusal>] = [
    JSONKey("code", "why, as a code", \.code.rawValue),
    JSONKey("meaning", "what the code means", \.code.meaning),
    JSONKey("from", "the row", \.from),
  ]
}
