// Child runs: retries of failed rows, undos of changes, and dry runs of both.

import CommandLineTool
import HTTPMessages
import PortGroupModel
import RowLedger
import Testing

@testable import BatchEngine

@Suite struct ChildRunTests {
  private static let rows = [
    row(.create, host: "10.0.0.21", port: 5060), row(.update, host: "10.0.0.1", precedence: 7),
    row(.update, host: "10.0.0.22", match: "10.0.0.2"), row(.delete, host: "10.0.0.4"),
    row(.upsert, host: "10.0.0.3", precedence: 0),
    row(.create, in: EngineRig.sccp, service: 100, host: "10.1.0.1"),
  ]

  private static let before = (1...4).map { "10.0.0.\($0):5060/0" }
  private static let after = [
    "10.0.0.1:5060/7", "10.0.0.21:5060/0", "10.0.0.22:5060/0", "10.0.0.3:5060/0",
  ]

  private func rig() throws -> (EngineRig, FaultyServer) {
    var (rig, server) = try EngineRig.withFaultyServer()
    rig.options.maxDelete = 1
    for host in 1...4 { try rig.add(50 + host, host: "10.0.0.\(host)") }
    try rig.add(60, to: EngineRig.sccp, service: 100, host: "10.1.0.9")
    return (rig, server)
  }

  // MARK: Undo

  @Test func `an undo reverts everything, and an undo of the undo restores it`() async throws {
    let (rig, server) = try rig()
    let first = await rig.run(Self.rows)
    #expect(first.status == .success)
    let done = try await rig.servers()

    let undo = try await rig.child(.undo, of: first)
    #expect(undo.status == .success)
    #expect(
      try await rig.states(undo) == ["deleted", "created", "updated", "updated", "deleted"],
      "the last change first, group by group")
    #expect(try await rig.servers() == Self.before)
    #expect(try await rig.servers(of: EngineRig.sccp) == ["10.1.0.9:5060/0"])
    let run = try await rig.ledger.run(try #require(undo.run))
    #expect(run.opening.kind == .undo && run.opening.parent == first.run)

    let writes = server.writes
    let again = try await rig.child(.undo, of: first)
    #expect(again.books?.unchanged == 5, "what is back already is left as it is")
    #expect(server.writes == writes)

    let redo = try await rig.child(.undo, of: undo)
    #expect(redo.status == .success)
    #expect(try await rig.servers() == done)
    let last = try await rig.child(.undo, of: redo)
    #expect(last.status == .success)
    #expect(try await rig.servers() == Self.before)
  }

  @Test func `an undo does not revert what another client has changed since, and reports it`()
    async throws
  {
    let (rig, _) = try rig()
    let first = await rig.run(Self.rows)
    let sip = EngineRig.sip.objectID.text
    rig.sandbox.meanwhile(
      .put, "\(sip)/portgroupservers/\(EngineRig.id(51))", [.precedence: "9"])
    rig.sandbox.meanwhile(.delete, "\(sip)/portgroupservers/\(EngineRig.id(52))")
    rig.sandbox.createProxy("10.0.0.4")

    let undo = try await rig.child(.undo, of: first)
    #expect(undo.status == .rowsFailed)
    #expect(
      try await rig.states(undo) == [
        "deleted", "unchanged", "failed:changed-since", "failed:changed-since",
        "failed:after-failure",
      ])
    #expect(
      try await rig.servers() == [
        "10.0.0.1:5060/9", "10.0.0.21:5060/0", "10.0.0.3:5060/0", "10.0.0.4:5060/0",
      ])
  }

  @Test func `undos follow a server through its successive ids`() async throws {
    let (rig, _) = try rig()
    let change = await rig.run([row(.update, host: "10.0.0.1", precedence: 7)])
    let removal = await rig.run([row(.delete, host: "10.0.0.1")])
    #expect(try await rig.child(.undo, of: removal).status == .success)
    #expect(try await rig.child(.undo, of: change).status == .success)
    #expect(try await rig.servers() == Self.before)
  }

  @Test func `an undo deletes a group's last server only if that is allowed`() async throws {
    var (rig, _) = try EngineRig.withFaultyServer()
    let first = await rig.run([row(.create, host: "10.0.0.1")])
    let held = try await rig.child(.undo, of: first)
    #expect(try await rig.states(held) == ["failed:last-server"])
    rig.options.allowLast = true
    #expect(try await rig.child(.undo, of: first).books?.deleted == 1)
  }

  @Test func `the rows of a group that is gone fail one by one`() async throws {
    let (rig, _) = try rig()
    let first = await rig.run(Self.rows)
    rig.sandbox.meanwhile(.delete, EngineRig.sccp.objectID.text)
    let undo = try await rig.child(.undo, of: first)
    #expect(try await rig.states(undo).first == "failed:group-gone")
    #expect(try await rig.servers() == Self.before)
  }

  @Test func `an undo does not accept that a server is gone while it is listed`() async throws {
    let (rig, server) = try rig()
    let first = await rig.run([row(.create, host: "10.0.0.21", port: 5060)])
    server.setRule { call in call.verb == "delete" ? .status(404) : .pass }
    let undo = try await rig.child(.undo, of: first)
    #expect(try await rig.states(undo) == ["failed:refused"])
    #expect(undo.status == .rowsFailed)
  }

  // MARK: Retry

  @Test func `a retry takes only the failed rows, and a retry of a retry continues`() async throws {
    let (rig, server) = try rig()
    server.setRule { call in call.verb == "create" || call.verb == "delete" ? .status(400) : .pass }
    let first = await rig.run(Self.rows)
    #expect(first.books?.failed == 3)

    server.setRule { call in call.verb == "delete" ? .status(400) : .pass }
    let second = try await rig.child(.retry, of: first)
    #expect(try await rig.states(second) == ["created", "failed:refused", "created"])
    #expect(try await rig.ledger.run(try #require(second.run)).opening.kind == .retry)

    server.setRule { _ in .pass }
    let third = try await rig.child(.retry, of: second)
    #expect(try await rig.states(third) == ["deleted"])
    #expect(try await rig.servers() == Self.after)
    #expect(try await rig.ledger.run(try #require(third.run)).opening.parent == second.run)
  }

  @Test func `a retried row does not match the server of a row that was done`()
    async throws
  {
    let (rig, server) = try EngineRig.withFaultyServer()
    try rig.add(51, host: "10.0.0.1")
    server.setRule { call in call.verb == "create" ? .status(400) : .pass }
    let first = await rig.run([
      row(.upsert, host: "10.0.0.1", port: 5060), row(.upsert, host: "10.0.0.1", port: 5070),
    ])
    #expect(try await rig.states(first) == ["unchanged", "failed:refused"])
    server.setRule { _ in .pass }
    let second = try await rig.child(.retry, of: first)
    #expect(try await rig.states(second) == ["created"])
    #expect(try await rig.servers() == ["10.0.0.1:5060/0", "10.0.0.1:5070/0"])
  }

  @Test(arguments: [Operation.create, .upsert])
  func `a retry sets the ignored fields of the server that the row has created`(
    operation: Operation
  ) async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { call in
      call.verb == "create"
        ? .replaced(
          call.request.edited {
            // Another host, so that it is not found by its key either.
            $0.replacing("10.0.0.1", with: "10.0.0.99").replacing(
              "<Precedence>7</Precedence>", with: "")
          }) : .pass
    }
    let first = await rig.run([row(operation, host: "10.0.0.1", precedence: 7)])
    #expect(try await rig.states(first) == ["failed:ignored"])
    #expect(try await rig.servers() == ["10.0.0.99:5060/0"])

    server.setRule { call in call.verb == "update" ? .status(400) : .pass }
    let refused = try await rig.child(.retry, of: first)
    #expect(try await rig.states(refused) == ["failed:refused"])
    server.setRule { _ in .pass }
    let second = try await rig.child(.retry, of: refused)
    #expect(try await rig.states(second) == ["updated"])
    #expect(try await rig.servers() == ["10.0.0.1:5060/7"])
    #expect(server.count("create") == 1)
    let again = try await rig.child(.retry, of: refused)
    #expect(try await rig.states(again) == ["unchanged"])
  }

  @Test func `a retry of an undo continues the undo`() async throws {
    let (rig, server) = try rig()
    let first = await rig.run(Self.rows)
    server.setRule { call in call.verb == "update" ? .status(400) : .pass }
    let undo = try await rig.child(.undo, of: first)
    #expect(undo.books?.failed == 3, "no delete after a failure")
    server.setRule { _ in .pass }
    let retry = try await rig.child(.retry, of: undo)
    #expect(try await rig.states(retry) == ["updated", "updated", "deleted"])
    #expect(try await rig.servers() == Self.before)
  }

  // MARK: Dry runs

  @Test func `a dry run reports what each row would do, and sends and records nothing`()
    async throws
  {
    var (rig, server) = try rig()
    rig.options.isDry = true
    let result = await rig.run(Self.rows + [row(.update, host: "10.0.0.77")])
    #expect(
      rig.events.planned
        == [
          "create 10.0.0.21 beside 10.0.0.4", "update 10.0.0.1 Precedence 0>7",
          "update 10.0.0.2 HostOrIPAddress "
            + "10.0.0.2>10.0.0.22", "fail(after-failure) 10.0.0.4", "unchanged 10.0.0.3",
          "create 10.1.0.1 beside 10.1.0.9",
          "fail(no-match) 10.0.0.77",
        ].sorted())
    #expect(server.writes == 0)
    #expect(result.books?.pending == 7)
    #expect(try await rig.reports(result).allSatisfy { $0.entry == nil })
  }

  @Test func `a dry run shows which deletes would be held back`() async throws {
    var (rig, server) = try EngineRig.withFaultyServer()
    rig.options.maxDelete = 4
    for number in 1...2 {
      try rig.add(50 + number, host: "10.0.0.\(number)")
      try rig.add(60 + number, to: EngineRig.sccp, service: 100, host: "10.1.0.\(number)")
    }
    let rows =
      (1...2).map { row(.delete, host: "10.0.0.\($0)") } + [
        row(.delete, in: EngineRig.sccp, service: 100, host: "10.1.0.1"),
        row(.update, in: EngineRig.sccp, service: 100, host: "10.1.0.9"),
        row(.delete, in: EngineRig.sccp, service: 100, host: "10.1.0.2"),
      ]
    rig.options.isDry = true
    _ = await rig.run(rows)
    #expect(
      rig.events.planned == [
        "delete 10.0.0.1", "fail(after-failure) 10.1.0.1", "fail(after-failure) 10.1.0.2",
        "fail(last-server) 10.0.0.2", "fail(no-match) 10.1.0.9",
      ])
    #expect(server.writes == 0)

    rig.options.isDry = false
    let result = await rig.run(rows)
    #expect(
      try await rig.states(result) == [
        "deleted", "failed:last-server", "failed:after-failure", "failed:no-match",
        "failed:after-failure",
      ])
  }

  @Test func `a dry run names the server that would exist in addition to a created one`()
    async throws
  {
    var (rig, _) = try EngineRig.withFaultyServer()
    rig.options.isDry = true
    try rig.add(51, host: "10.0.0.1")
    _ = await rig.run([row(.upsert, host: "10.9.0.1", port: 5060)])
    #expect(rig.events.planned == ["create 10.9.0.1 beside 10.0.0.1"])
  }
}

extension EngineRig {
  /// Performs a child run, and checks its books.
  fileprivate func child(
    _ purpose: ChildRun.Purpose, of parent: RunResult
  ) async throws -> RunResult {
    let run = try await ledger.run(try #require(parent.run))
    let result = try await ChildRun(of: run, to: purpose, options: options, setting: setting())
      .run(on: client)
    #expect(result.books?.balances == true)
    return result
  }
}

extension EventLog {
  /// The report of a dry run in short form, sorted, because groups are planned at the same time.
  fileprivate var planned: [String] {
    all.compactMap { event -> String? in
      guard case .planned(let row) = event else { return nil }
      let host = row.server.split(separator: " ").first { $0.hasPrefix("10.") } ?? ""
      let changes = row.changes.map { change in
        "\(change.field.name) \(change.before.text ?? "-")>\(change.after.text ?? "-")"
      }
      let action =
        switch row.decision {
        case .write(let change): change.verb.rawValue
        case .unchanged: "unchanged"
        case .refuse(let code): "fail(\(code.rawValue))"
        }
      let neighbour = row.neighbour?.split(separator: " ").first { $0.hasPrefix("10.") }
      return ([action, "\(host)"] + changes + (neighbour.map { ["beside", "\($0)"] } ?? []))
        .joined(separator: " ")
    }.sorted()
  }
}
