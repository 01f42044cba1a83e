// The states of a row: every allowed change, and the refusal of all others.

import PortGroupModel
import Testing

@Suite struct RowStateTests {
  private static let states: [RowState] =
    [.invalid, .inDoubt, .created, .updated, .deleted, .unchanged, .exported]
    + RowState.PendingReason.allCases.map(RowState.pending)
    + FailureCode.allCases.map(RowState.failed)

  /// The states that may follow a state, listed independently of the code.
  private static func allowed(from state: RowState) -> Set<RowState> {
    switch state {
    case .pending: Set(states).subtracting([.exported])
    case .inDoubt:
      Set([.inDoubt, .created, .updated, .deleted, .unchanged, .pending(.settled)])
        .union(FailureCode.allCases.map(RowState.failed))
    // A late read-back.
    case .created, .updated, .deleted:
      [state, .failed(.ignored), .failed(.missing), .failed(.cannotEmpty)]
    default: []
    }
  }

  @Test(arguments: states)
  func `a row changes only to an allowed state`(from: RowState) {
    for next in Self.states {
      let isAllowed = Self.allowed(from: from).contains(next)
      #expect(from.canMove(to: next) == isAllowed, "\(from) to \(next)")
    }
  }

  @Test func `a final state cannot become an open one`() {
    for state in Self.states {
      let isFinal = !Self.allowed(from: state).contains { $0.name == "pending" }
      #expect(state.isFinal == isFinal, "\(state)")
    }
  }

  @Test(arguments: states)
  func `a state can be made from its name and detail`(state: RowState) {
    #expect(RowState(name: state.name, detail: state.detail) == state)
    #expect(RowState.names.contains(state.name))
  }

  @Test func `every name of the books is the name of a state`() {
    #expect(Set(RowState.names) == Set(Self.states.map(\.name)))
    #expect(RowState.names.count == Set(RowState.names).count)
  }

  @Test(
    arguments: [
      ("pending", nil), ("pending", "exists"), ("failed", nil), ("failed", "staged"), ("", nil),
      ("Created", nil), ("indoubt", nil),
    ] as [(String, String?)])
  func `another name is not a state`(name: String, detail: String?) {
    #expect(RowState(name: name, detail: detail) == nil)
  }

  @Test func `no effect has no object`() {
    #expect(Effect.none == Effect(nil))
    #expect(Effect.none.objectID == nil)
    #expect(Effect.none.verb == nil)
  }
}
