package import PortGroupFiles
package import PortGroupModel

/// Makes a plan entry by entry, and writes it to a file.
package struct PlanMaker {
  package private(set) var entries: [PlanEntry] = []
  /// The rows for which nothing is sent, because the server is already as they say.
  package var unchanged = 0
  package var ticket: String?
  package var part: PlanHead.Part?
  package var notAfter = "2099-12-05T14:05:02Z"
  package var target = PlanHead.Target(
    id: "5d1f7a3c", name: "prod", url: "https://cuc.example.com:8443", version: "14.0.1")
  private var groups = 0
  private var rows = 0
  private var steps = 0
  private var servers = 0

  package init(entries: [PlanEntry] = []) { self.entries = entries }

  /// The id of a group by its number, from 1.
  package static func groupID(_ number: Int) -> ObjectID { id("a", number) }

  /// The id of a server by its number, from 1.
  package static func serverID(_ number: Int) -> ObjectID { id("b", number) }

  /// A SIP proxy as it was found; its id is that of its number.
  package static func proxy(
    _ host: String, _ number: Int, precedence: String = "0"
  ) -> FieldValues {
    let fields: FieldValues = [
      .objectID: .text(serverID(number).text), .service: "102", .host: .text(host),
      .port: "5060", .tlsPort: "5061", .precedence: FieldValue(text: precedence),
    ]
    return fields.whole
  }

  /// Adds a group, to which the next entries belong.
  package mutating func group(_ name: String, extra: [String] = []) {
    groups += 1
    let group = PortGroup(
      objectID: Self.groupID(groups), displayName: name, integration: .sip)
    let found = extra.map { host in
      servers += 1
      return Self.proxy(host, servers)
    }
    entries.append(.group(PlanGroup(group: group, listed: PlanGroup.digest(of: []), extra: found)))
  }

  package mutating func create(_ host: String) {
    let fields: FieldValues = [
      .service: "102", .host: .text(host), .port: "5060", .tlsPort: "5061", .precedence: "1",
    ]
    step(.create, set: fields, before: nil)
  }

  package mutating func update(_ host: String, precedence: String = "0", set: FieldValues) {
    servers += 1
    step(.update, set: set, before: Self.proxy(host, servers, precedence: precedence))
  }

  package mutating func delete(_ host: String) {
    servers += 1
    step(.delete, set: [:], before: Self.proxy(host, servers))
  }

  package mutating func refuse(_ code: FailureCode) {
    entries.append(.refusal(PlanRefusal(code: code, group: Self.groupID(groups), from: from())))
  }

  /// Writes the plan; its rows come from `move.csv`.
  package func write(to path: String) throws {
    var digest = PlanDigest()
    for entry in entries { digest.add(entry) }
    let result = digest.finish(target: target.id ?? target.url, unchanged: unchanged)
    let head = PlanHead(
      fingerprint: result.fingerprint, target: target, kind: "import",
      inputs: [
        PlanHead.Input(
          file: "move.csv", sha256: String(repeating: "0123456789abcdef", count: 4), rows: rows)
      ], part: part,
      made: "2026-11-28T14:05:02Z", by: "jd@jump01", ticket: ticket, notAfter: notAfter,
      tool: "0.1.0", from: result.from)
    let writer = try PlanWriter(path: path, head: head) { true }
    for entry in entries { try writer.write(entry) }
    try writer.finish(result)
  }

  private mutating func step(_ verb: Change.Verb, set: FieldValues, before: FieldValues?) {
    steps += 1
    let server = before?.objectID
    guard let change = Change(verb, server: server, set: set, before: before) else { return }
    entries.append(
      .step(
        PlanStep(number: steps, group: Self.groupID(groups), change: change, from: from())))
  }

  private mutating func from() -> String {
    rows += 1
    return "move.csv:\(rows + 1)"
  }

  private static func id(_ digit: String, _ number: Int) -> ObjectID {
    let digits = String(number)
    let text =
      String(repeating: digit, count: 8) + "-0000-4000-8000-"
      + String(repeating: "0", count: 12 - digits.count) + digits
    guard let id = ObjectID(text) else { preconditionFailure("no id: \(text)") }
    return id
  }
}
