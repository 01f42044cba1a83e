// What a dry run prints, what the plan holds, and the order in which the server sees the writes are the same.

import PortGroupFiles
import PortGroupModel
import RowLedger
import SandboxServer
import TestSupport
import Testing

@testable import BatchEngine

@Suite struct PlanRecordTests {
  /// Work that is planned, printed, and then done.
  enum Work: CaseIterable {
    case restore
    case undo
    case `import`
  }

  @Test(arguments: Work.allCases, Array(UInt64(0)..<12))
  func `what is printed, what is in the plan and what is sent are the same, in the same order`(
    work: Work, seed: UInt64
  ) async throws {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let path = folder.path("change.plan")
    let pair = ConfigurationPair(seed: seed)
    var (rig, server) = try EngineRig.holding(pair.before, habits: .withoutDefaultPorts)
    // With several slots the groups are sent at the same time.
    rig.options.pace.slots = 1
    let planned: RunResult
    switch work {
    case .restore:
      planned = await rig.plan(restoring: .stored(MemorySnapshot(content: pair.after)), to: path)
    case .undo:
      let restored = await rig.restore(pair.after)
      planned = try await rig.plan(undoing: restored, to: path)
    case .import:
      planned = await rig.plan(Self.rows(making: pair), to: path)
    }
    #expect(planned.stop == nil)
    let printed = rig.events.all.compactMap { event -> String? in
      guard case .planned(let row) = event, let change = row.decision.change else { return nil }
      return "\(row.place.origin) \(change.verb.rawValue)"
    }
    let steps = try entries(of: path).entries.compactMap { entry -> PlanStep? in
      if case .step(let step) = entry { step } else { nil }
    }
    let before = server.writePaths.count
    #expect(steps.map { "\($0.from) \($0.change.verb.rawValue)" } == printed.suffix(steps.count))
    let applied = try await rig.apply(path)
    #expect(Array(server.writePaths[before...]) == steps.map(\.call), "\(pair)")
    let states = try await rig.states(applied)
    // A port that the restore has given to a server cannot be taken from it.
    let known = work == .undo ? ["failed:cannot-empty", "failed:after-failure"] : []
    #expect(
      states.allSatisfy { (["created", "updated", "deleted"] + known).contains($0) },
      "\(states) \(pair)")
  }

  /// Rows that change, create and delete servers of the first configuration.
  private static func rows(making pair: ConfigurationPair) -> [Row] {
    pair.before.enumerated().flatMap { place, group in
      group.servers.enumerated().compactMap { index, server -> Row? in
        guard server.service != .pimg, let id = server.objectID else { return nil }
        let reference = GroupReference(objectID: group.id, name: group.name)
        var fields: FieldValues = [.objectID: .text(id.text)]
        switch (Int(pair.seed) + place + index) % 4 {
        case 0: return Row(operation: .delete, group: reference, fields: fields)
        case 1: fields[.precedence] = .text("\(20 + index)")
        case 2: fields[.host] = .text("10.200.\(place).\(index)")
        default: return nil
        }
        return Row(operation: .update, group: reference, fields: fields)
      }
    }
  }
}

extension PlanStep {
  /// The request of the step, as the server's log names it.
  fileprivate var call: String {
    "\(change.verb.rawValue) /vmrest/portgroups/\(group.text)/portgroupservers"
      + (change.server.map { "/\($0.text)" } ?? "")
  }
}
