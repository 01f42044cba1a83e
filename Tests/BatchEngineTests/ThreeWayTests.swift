// Each cell of the three-way comparison: what an approved step does, by how its server is when the plan is applied.

import CommandLineTool
import PortGroupFiles
import PortGroupModel
import RowLedger
import TestSupport
import Testing

@testable import BatchEngine

@Suite struct ThreeWayTests {
  /// Where the plan comes from.
  enum Origin: String, CaseIterable {
    case `import`
    case restore
    case undo
  }

  /// What another client has done since the plan was made.
  enum Change: String, CaseIterable {
    case nothing
    /// Exactly what the plan is to do.
    case same
    /// Another value in a field.
    case other
    case rowGone
    case hostMoved
    /// The server was deleted, and created again as it was.
    case idReplaced
    case groupGone
  }

  struct Cell: Sendable {
    var verb: PortGroupModel.Change.Verb
    var change: Change
    var state: String
  }

  static let cells = [
    Cell(verb: .create, change: .nothing, state: "created"),
    Cell(verb: .create, change: .same, state: "unchanged"),
    Cell(verb: .create, change: .other, state: "failed:changed-since-plan"),
    Cell(verb: .create, change: .groupGone, state: "failed:group-gone"),
    Cell(verb: .update, change: .nothing, state: "updated"),
    Cell(verb: .update, change: .same, state: "unchanged"),
    Cell(verb: .update, change: .other, state: "failed:changed-since-plan"),
    Cell(verb: .update, change: .rowGone, state: "failed:changed-since-plan"),
    Cell(verb: .update, change: .hostMoved, state: "failed:changed-since-plan"),
    Cell(verb: .update, change: .idReplaced, state: "failed:changed-since-plan"),
    Cell(verb: .update, change: .groupGone, state: "failed:group-gone"),
    Cell(verb: .delete, change: .nothing, state: "deleted"),
    Cell(verb: .delete, change: .same, state: "unchanged"),
    Cell(verb: .delete, change: .other, state: "failed:changed-since-plan"),
    Cell(verb: .delete, change: .hostMoved, state: "failed:changed-since-plan"),
    // The server that was to be deleted is gone; nobody has approved to delete another one.
    Cell(verb: .delete, change: .idReplaced, state: "unchanged"),
    Cell(verb: .delete, change: .groupGone, state: "failed:group-gone"),
  ]

  /// The server of the step has the host 10.0.0.1 (to update), 10.0.0.2 (to delete) or 10.0.0.9 (to create).
  private static func row(_ verb: PortGroupModel.Change.Verb) -> Row {
    switch verb {
    case .create: BatchEngineTests.row(.create, host: "10.0.0.9", port: 5060, precedence: 3)
    case .update: BatchEngineTests.row(.update, host: "10.0.0.1", precedence: 4)
    case .delete: BatchEngineTests.row(.delete, host: "10.0.0.2")
    }
  }

  @Test(arguments: cells, Origin.allCases)
  func `a step is done only if its server is as before`(cell: Cell, origin: Origin) async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    var (rig, server) = try EngineRig.withFaultyServer(groups: [EngineRig.sip])
    rig.options.maxDelete = 5
    try rig.add(1, host: "10.0.0.1")
    try rig.add(2, host: "10.0.0.2")
    try rig.add(3, host: "10.0.0.3")
    let path = folder.path("change.plan")
    switch origin {
    case .import: _ = await rig.plan([Self.row(cell.verb)], to: path)
    case .undo:
      // The plan takes back the opposite of the step.
      let opposite =
        switch cell.verb {
        case .create: BatchEngineTests.row(.delete, host: "10.0.0.9")
        case .update: BatchEngineTests.row(.update, host: "10.0.0.1", precedence: 0)
        case .delete: BatchEngineTests.row(.create, host: "10.0.0.2", port: 5060, precedence: 0)
        }
      try await prepare(rig, for: cell.verb)
      let done = await rig.run([opposite])
      #expect(done.status == .success)
      _ = try await rig.plan(undoing: done, to: path)
    case .restore:
      var wanted = ConfigurationPair.Group(
        id: EngineRig.sip.objectID, name: EngineRig.sip.displayName, integration: .sip,
        servers: try await rig.content(of: EngineRig.sip))
      switch cell.verb {
      case .create:
        var new = wanted.servers[0]
        new[.objectID] = .text(EngineRig.id(77).text)
        new[.host] = .text("10.0.0.9")
        new[.precedence] = .text("3")
        wanted.servers.append(new)
      case .update: wanted.servers[0][.precedence] = .text("4")
      case .delete: wanted.servers.remove(at: 1)
      }
      rig.target = RunTarget(url: "https://lab", identity: MemorySnapshot.server)
      _ = await rig.plan(restoring: .stored(MemorySnapshot(content: [wanted])), to: path)
    }
    let steps = try entries(of: path).entries.compactMap { entry -> PortGroupModel.Change.Verb? in
      guard case .step(let step) = entry else { return nil }
      return step.change.verb
    }
    try #require(steps == [cell.verb])
    try await change(cell.change, of: cell.verb, rig)
    if cell.change == .groupGone {
      server.setRule { ["list", "group"].contains($0.verb) ? .status(404) : .pass }
    }
    let writes = server.writes
    let result = try await rig.apply(path)
    #expect(try await rig.states(result) == [cell.state])
    let isSent = ["created", "updated", "deleted"].contains(cell.state)
    #expect(server.writes == writes + (isSent ? 1 : 0))
  }

  /// Makes the state before the run that is undone.
  private func prepare(_ rig: EngineRig, for verb: PortGroupModel.Change.Verb) async throws {
    switch verb {
    case .create: _ = await rig.run([Self.row(.create)])
    case .update: _ = await rig.run([Self.row(.update)])
    case .delete: _ = await rig.run([Self.row(.delete)])
    }
  }

  /// Does what another client does, around the server of the test.
  private func change(
    _ change: Change, of verb: PortGroupModel.Change.Verb, _ rig: EngineRig
  ) async throws {
    var other = try rig.again()
    other.options.maxDelete = 5
    func does(_ rows: Row...) async { for row in rows { _ = await other.run([row]) } }
    func made(_ operation: Operation, _ host: String, port: Int? = nil, precedence: Int? = nil)
      -> Row
    { BatchEngineTests.row(operation, host: host, port: port, precedence: precedence) }
    let host = verb == .update ? "10.0.0.1" : "10.0.0.2"
    switch (change, verb) {
    case (.nothing, _), (.groupGone, _): break
    case (.same, _): await does(Self.row(verb))
    case (.other, .create): await does(made(.create, "10.0.0.9", port: 5060, precedence: 8))
    case (.other, _): await does(made(.update, host, port: 5070))
    case (.rowGone, _): await does(made(.delete, host))
    case (.hostMoved, _):
      await does(
        Row(
          operation: .update, group: GroupReference(name: EngineRig.sip.displayName),
          fields: [.service: "102", .host: "10.0.0.88"], match: [.host: .text(host)]))
    case (.idReplaced, _):
      await does(made(.delete, host), made(.create, host, port: 5060, precedence: 0))
    }
  }
}
