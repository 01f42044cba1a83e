// The plans of groups are reported by the names of the groups, in the order in which they are sent.

import PortGroupModel
import RowLedger
import Testing

@testable import BatchEngine

@Suite struct PlanOrderTests {
  @Test(arguments: 0..<8) func `a dry run prints the same lines in the same order each time`(
    round: Int
  ) async throws {
    let groups = (1...12).map { EngineRig.group($0, "G\(100 - $0)", .sip) }
    var rig = try EngineRig(groups: groups)
    rig.options.isDry = true
    rig.options.pace.slots = 4
    let rows = groups.flatMap { group in
      [
        row(.delete, in: group, host: "10.0.0.9"), row(.create, in: group, host: "10.0.0.2"),
        row(.update, in: group, host: "10.0.0.7"), row(.create, in: group, host: "10.0.0.1"),
      ]
    }
    _ = await rig.run(rows)
    let reported = rig.events.all.compactMap { event in
      if case .planned(let row) = event { "\(row.group) \(row.place.record)" } else { nil }
    }
    let expected = groups.indices.reversed().flatMap { index in
      [2, 4, 3, 1].map { "G\(99 - index) \(index * 4 + $0)" }
    }
    #expect(reported == expected)
  }
}
