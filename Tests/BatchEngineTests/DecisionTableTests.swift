import CommandLineTool
import PortGroupModel
import RowLedger
import SandboxServer
import Testing

@testable import BatchEngine

/// The table of operations against matches, cell by cell, against a sandbox.
@Suite struct DecisionTableTests {
  struct Cell: CustomTestStringConvertible, Sendable {
    var operation: Operation
    /// `none`, `equal`, `different` or `several`.
    var match: String
    var state: String
    var servers: [String]
    var writes: Int

    init(_ operation: Operation, _ match: String, _ state: String, _ servers: [String], writes: Int)
    {
      self.operation = operation
      self.match = match
      self.state = state
      self.servers = servers
      self.writes = writes
    }

    var testDescription: String { "\(operation.rawValue), \(match)" }
  }

  static let cells = [
    Cell(.create, "none", "created", ["10.0.0.1:5060/0", "10.0.0.9:5060/0"], writes: 1),
    Cell(.create, "equal", "unchanged", ["10.0.0.1:5060/0", "10.0.0.9:5060/0"], writes: 0),
    Cell(.create, "different", "failed:exists", ["10.0.0.1:5060/7", "10.0.0.9:5060/0"], writes: 0),
    Cell(
      .create, "several", "failed:ambiguous-match",
      ["10.0.0.1:5070/0", "10.0.0.1:5080/0", "10.0.0.9:5060/0"], writes: 0),
    Cell(.update, "none", "failed:no-match", ["10.0.0.9:5060/0"], writes: 0),
    Cell(.update, "equal", "unchanged", ["10.0.0.1:5060/0", "10.0.0.9:5060/0"], writes: 0),
    Cell(.update, "different", "updated", ["10.0.0.1:5060/0", "10.0.0.9:5060/0"], writes: 1),
    Cell(
      .update, "several", "failed:ambiguous-match",
      ["10.0.0.1:5070/0", "10.0.0.1:5080/0", "10.0.0.9:5060/0"], writes: 0),
    Cell(.upsert, "none", "created", ["10.0.0.1:5060/0", "10.0.0.9:5060/0"], writes: 1),
    Cell(.upsert, "equal", "unchanged", ["10.0.0.1:5060/0", "10.0.0.9:5060/0"], writes: 0),
    Cell(.upsert, "different", "updated", ["10.0.0.1:5060/0", "10.0.0.9:5060/0"], writes: 1),
    Cell(
      .upsert, "several", "failed:ambiguous-match",
      ["10.0.0.1:5070/0", "10.0.0.1:5080/0", "10.0.0.9:5060/0"], writes: 0),
    Cell(.delete, "none", "unchanged", ["10.0.0.9:5060/0"], writes: 0),
    Cell(.delete, "equal", "deleted", ["10.0.0.9:5060/0"], writes: 1),
    Cell(.delete, "different", "deleted", ["10.0.0.9:5060/0"], writes: 1),
    Cell(
      .delete, "several", "failed:ambiguous-match",
      ["10.0.0.1:5070/0", "10.0.0.1:5080/0", "10.0.0.9:5060/0"], writes: 0),
  ]

  @Test(arguments: cells)
  func `each operation has the result of the table for each match`(cell: Cell) async throws {
    var rig = try EngineRig()
    rig.options.maxDelete = 1
    // One more proxy, so that a delete never affects the last one.
    try rig.add(50, host: "10.0.0.9")
    switch cell.match {
    case "equal": try rig.add(51)
    case "different": try rig.add(51, precedence: 7)
    case "several":
      try rig.add(51, port: 5070)
      try rig.add(52, port: 5080)
    default: break
    }
    let several = cell.match == "several"
    let asked = row(
      cell.operation, host: "10.0.0.1", port: several ? nil : 5060, precedence: 0)

    let result = await rig.run([asked])

    #expect(try await rig.states(result) == [cell.state])
    #expect(try await rig.servers() == cell.servers)
    #expect(rig.sandbox.counts.writes == cell.writes)
    #expect(result.books?.balances == true)
    #expect(result.status == (cell.state.hasPrefix("failed") ? .rowsFailed : .success))

    if !cell.state.hasPrefix("failed") {
      let again = await rig.run([asked])
      #expect(try await rig.states(again) == ["unchanged"])
      #expect(rig.sandbox.counts.writes == cell.writes, "a second run writes nothing")
    }
  }

  @Test func `a host moves in eighty groups, and a second run changes nothing`() async throws {
    let groups = (1...80).map { EngineRig.group($0, "Branch \($0)", .sip) }
    let rig = try EngineRig(groups: groups)
    for (index, group) in groups.enumerated() {
      try rig.add(100 + index, to: group, host: "10.0.0.1")
    }
    let rows = groups.map { row(.update, in: $0, host: "10.0.0.2", match: "10.0.0.1") }

    let first = await rig.run(rows)
    #expect(try await rig.states(first) == Array(repeating: "updated", count: 80))
    #expect(rig.sandbox.counts.writes == 80)
    #expect(try await rig.servers(of: groups[79]) == ["10.0.0.2:5060/0"])
    #expect(first.groupsToReset.count == 80)

    let second = await rig.run(rows)
    #expect(try await rig.states(second) == Array(repeating: "unchanged", count: 80))
    #expect(rig.sandbox.counts.writes == 80)
  }

  @Test func `two servers swap their precedences, and a second run changes nothing`() async throws {
    let rig = try EngineRig()
    try rig.add(51, host: "10.0.0.1", precedence: 0)
    try rig.add(52, host: "10.0.0.2", precedence: 1)
    let rows = [
      row(.update, host: "10.0.0.1", precedence: 1), row(.update, host: "10.0.0.2", precedence: 0),
    ]
    #expect(try await rig.states(await rig.run(rows)) == ["updated", "updated"])
    #expect(try await rig.servers() == ["10.0.0.1:5060/1", "10.0.0.2:5060/0"])
    #expect(try await rig.states(await rig.run(rows)) == ["unchanged", "unchanged"])
  }

  @Test func `a chain of moves in one group works, and a second run changes nothing`() async throws
  {
    let rig = try EngineRig()
    try rig.add(51, host: "10.0.0.1", precedence: 0)
    try rig.add(52, host: "10.0.0.2", precedence: 1)
    let rows = [
      row(.update, host: "10.0.0.2", match: "10.0.0.1"),
      row(.update, host: "10.0.0.3", match: "10.0.0.2"),
    ]
    #expect(try await rig.states(await rig.run(rows)) == ["updated", "updated"])
    #expect(try await rig.servers() == ["10.0.0.2:5060/0", "10.0.0.3:5060/1"])
    #expect(try await rig.states(await rig.run(rows)) == ["unchanged", "unchanged"])
    #expect(rig.sandbox.counts.writes == 2)
  }
}
