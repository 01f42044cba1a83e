// A short notation for rows, servers and decisions, for tables of cases.
//
// A field is a letter and a value: s service, h host, v IPv6 host, p port, t TLS port, o precedence
// (order), k skinny state machine; `h=-` is the empty value, `mh=…` a Match cell, `id=1` the ObjectId.

import PortGroupModel

private let letters: [Substring: Field] = [
  "s": .service, "h": .host, "v": .hostV6, "p": .port, "t": .tlsPort, "o": .precedence,
  "k": .skinnyStateMachine,
]

/// The id with this number.
func id(_ number: Int) -> ObjectID {
  let digits = String(number)
  let text = "00000000-0000-0000-0000-" + String(repeating: "0", count: 12 - digits.count) + digits
  guard let id = ObjectID(text) else { preconditionFailure("no id: \(number)") }
  return id
}

/// Reads `s=102 h=a p=5060`.
func fields(_ text: String) -> FieldValues {
  var values = FieldValues()
  for part in text.split(separator: " ") {
    let (letter, value) = cell(part)
    if letter == "id" {
      values[.objectID] = .text(id(Int(value) ?? 0).text)
    } else if let field = letters[letter] {
      values[field] = value == "-" ? .empty : .text(value)
    } else {
      preconditionFailure("no field: \(part)")
    }
  }
  return values
}

/// Reads `update id=1 mh=b s=102 h=a`.
func row(_ text: String) -> Row {
  let parts = text.split(separator: " ")
  guard let operation = parts.first.flatMap({ Operation(word: String($0)) }) else {
    preconditionFailure("no operation: \(text)")
  }
  let isMatch = { (part: Substring) in part.hasPrefix("m") }
  return Row(
    operation: operation, group: GroupReference(name: "lab"),
    fields: fields(parts.dropFirst().filter { !isMatch($0) }.joined(separator: " ")),
    match: fields(parts.dropFirst().filter(isMatch).map { $0.dropFirst() }.joined(separator: " ")))
}

/// Reads `1 s=102 h=a`, a server with the id 1.
func server(_ text: String) -> PortGroupServer {
  let parts = text.split(separator: " ", maxSplits: 1)
  guard let number = Int(parts[0]) else { preconditionFailure("no id: \(text)") }
  return PortGroupServer(
    objectID: id(number), fields: fields(parts.count > 1 ? String(parts[1]) : ""))
}

/// Writes the fields that are not absent, without the ObjectId.
func notation(_ values: FieldValues) -> String {
  values.present.compactMap { field in
    letters.first { $0.value == field }.map { "\($0.key)=\(values[field].text ?? "-")" }
  }.joined(separator: " ")
}

/// Plans and writes the decisions: `create s=102 h=a`, `update 1 p=5070`, `refuse exists`.
func plan(
  _ rows: [String], _ servers: [String], integration: IntegrationMethod? = .sip,
  elsewhere: Set<Int> = [], claimed: Set<Int> = [], isPart: Bool = false
) -> [String] {
  let servers = servers.map(server)
  let planner = BatchPlanner(
    rows: rows.map(row), servers: servers, integration: integration,
    elsewhere: Set(elsewhere.map(id)), claimed: Set(claimed.map(id)), isPart: isPart)
  return planner.plan().rows.map { text($0.decision) }
}

/// Writes one decision.
func text(_ decision: Decision) -> String {
  func number(_ server: ObjectID?) -> String {
    server.map { " " + $0.text.suffix(12).drop { $0 == "0" }.description } ?? ""
  }
  func fields(_ change: Change) -> String {
    let set = notation(change.set)
    return set.isEmpty ? "" : " " + set
  }
  return switch decision {
  case .write(let change): change.verb.rawValue + number(change.server) + fields(change)
  case .unchanged(let server): "unchanged\(number(server))"
  case .refuse(let code): "refuse \(code.rawValue)"
  }
}

private func cell(_ part: Substring) -> (letter: Substring, value: String) {
  let halves = part.split(separator: "=", maxSplits: 1)
  guard halves.count == 2 else { preconditionFailure("no value: \(part)") }
  return (halves[0], String(halves[1]))
}
