// Which rows the ledger selects to be checked against their groups.

import PortGroupModel
import RowLedger
import Testing

@Suite struct FittingTests {
  let fixture: LedgerFixture

  init() throws { fixture = try LedgerFixture() }

  /// Every integration, known or not, with every operation, service and skinny state machine.
  private static let cases: [(group: PortGroup, row: Row)] = {
    var cases: [(group: PortGroup, row: Row)] = []
    for (number, integration) in ([nil] + IntegrationMethod.allCases).enumerated() {
      let group = PortGroup(
        objectID: LedgerFixture.id(number + 1), displayName: "G\(number)", integration: integration)
      for operation in Operation.allCases {
        for service in [nil] + RemoteService.allCases.map({ "\($0.rawValue)" }) + ["0102", "99"] {
          for skinny in [FieldValue.absent, .empty, "0", "1"] {
            var row = LedgerFixture.row("h\(cases.count)", group: group.displayName, operation)
            row.fields[.service] = service.map { .text($0) } ?? .absent
            row.fields[.skinnyStateMachine] = skinny
            cases.append((group, row))
          }
        }
      }
    }
    return cases
  }()

  @Test func `a row that is not rechecked has no fault`() async throws {
    let groups = Set(Self.cases.map(\.group.displayName)).count
    let resolved = Dictionary(
      Self.cases.map { ($0.group.displayName, $0.group) }, uniquingKeysWith: { first, _ in first })
    let run = try await fixture.stage(Self.cases.map(\.row), resolving: Array(resolved.values))
    let handedOut = Set(try await fixture.ledger.rowsToRecheck(of: run).all().map(\.id.number))
    var spared = 0
    for (index, (group, row)) in Self.cases.enumerated() where !handedOut.contains(index + 1) {
      spared += 1
      let found = row.check(in: group.integration, at: Place(file: "f"), allowed: [])
      #expect(found == [], "\(group.displayName) \(row)")
    }
    #expect(try await fixture.ledger.prescan(in: run).needsRecheck)
    #expect(groups == 4)
    #expect(spared > Self.cases.count / 4, "plain rows are spared")
    #expect(
      Set(handedOut) == Set(handedOut.filter { Self.cases[$0 - 1].group.integration != nil }))
  }
}
