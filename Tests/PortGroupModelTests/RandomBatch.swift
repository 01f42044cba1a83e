// Random batches with few different values, in which rows and servers often match, do not match, or clash.

import PortGroupModel
import TestSupport
import Testing

/// Random rows and servers from a seed; the rows would pass the checks of a file.
struct RandomBatch: Sendable, CustomTestStringConvertible {
  let seed: UInt64
  private(set) var servers: [PortGroupServer] = []
  private(set) var rows: [Row] = []
  private(set) var defaults: FieldValues = [:]
  let elsewhere: Set<ObjectID> = [id(90)]

  /// The seed, and the batch in the notation of the tables.
  var testDescription: String {
    let servers = servers.map { "\($0.objectID.text.suffix(2)) \(notation($0.fields))" }
    let rows = rows.map { row in
      let id = row.objectID.map { "id=\($0.text.suffix(2)) " } ?? ""
      let match = row.hasMatch ? "match(\(notation(row.match))) " : ""
      return "\(row.operation) \(id)\(match)\(notation(row.fields))"
    }
    return "seed \(seed); servers: \(servers); defaults: \(notation(defaults)); rows: \(rows)"
  }

  init(seed: UInt64, withMatchCells: Bool) {
    self.seed = seed
    var chance = SeededGenerator(seed: seed)
    if chance.chance(50) { defaults = [.port: "5060", .tlsPort: "5061", .precedence: "0"] }
    let serverCount = Int.random(in: 0...6, using: &chance)
    for number in 1...(serverCount + 1) where number <= serverCount {
      var fields = Self.fields(&chance)
      // The server always stores a host.
      if fields[.host].text == nil { fields[.host] = .text(Host.loopback) }
      servers.append(PortGroupServer(objectID: id(number), fields: fields))
    }
    var keys: Set<String> = []
    for _ in 0...Int.random(in: 0...6, using: &chance) {
      let row = Self.row(&chance, withMatchCells: withMatchCells)
      guard Self.passes(row), row.duplicateKey.map({ keys.insert($0).inserted }) ?? true else {
        continue
      }
      rows.append(row)
    }
  }

  /// The same rows in another order: `order[n]` is the old index of the row with the new index `n`.
  func shuffledRows() -> (rows: [Row], order: [Int]) {
    var chance = SeededGenerator(seed: ~seed)
    let order = Array(rows.indices).shuffled(using: &chance)
    return (order.map { rows[$0] }, order)
  }

  private static func fields(_ chance: inout SeededGenerator) -> FieldValues {
    var fields: FieldValues = [.service: .text(chance.pick(["102", "102", "102", "101", "104"]))]
    fields[.host] = chance.pick(["a", "a", "A.", "b", "c", "", "127.0.0.1", .absent])
    fields[.hostV6] = chance.pick([.absent, .absent, .absent, "", "2001:db8::1", "2001:DB8:0::1"])
    fields[.port] = chance.pick([.absent, "5060", "5060", "5070"])
    fields[.tlsPort] = chance.pick([.absent, "5061", "5061", "5071"])
    fields[.precedence] = chance.pick([.absent, "0", "1", "2"])
    return fields
  }

  private static func row(_ chance: inout SeededGenerator, withMatchCells: Bool) -> Row {
    var fields = fields(&chance)
    var match = FieldValues()
    if chance.chance(25) { fields[.objectID] = .text(id(chance.pick([1, 2, 3, 4, 90, 91])).text) }
    if withMatchCells, chance.chance(40) {
      match[.host] = chance.pick(["a", "b", "c", "d"])
      if chance.chance(30) { match[.port] = chance.pick(["5060", "5070"]) }
    }
    if fields[.objectID] != .absent || !match.isEmpty, chance.chance(30) {
      fields[.service] = .absent
    }
    return Row(
      operation: chance.pick(Operation.allCases), group: GroupReference(name: "lab"),
      fields: fields, match: match)
  }

  /// What the checks of a row require.
  private static func passes(_ row: Row) -> Bool {
    let hasHost = row.fields[.host].text != nil || row.fields[.hostV6].text != nil
    let isFound = row.objectID != nil || row.hasMatch
    if row.operation == .create { return !row.hasMatch && row.fields[.service] != .absent }
    if row.fields[.service] == .absent, !isFound { return false }
    return row.operation == .upsert || hasHost || isFound
  }
}
