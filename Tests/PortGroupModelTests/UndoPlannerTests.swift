// How the changes of a run to a group are reverted, and which changes are not reverted.

import PortGroupModel
import Testing

@Suite struct UndoPlannerTests {
  private static let group = PortGroup(objectID: id(9), displayName: "lab", integration: .sip)

  /// An effect by its kind and the notations of before and after.
  private func effect(_ verb: Change.Verb, _ before: String?, _ after: String?) -> Effect {
    Effect(
      verb, objectID: id(1), before: before.map { server("1 \($0)").fields },
      after: after.map { server("1 \($0)").fields })
  }

  private func plan(_ effect: Effect, on servers: [String]) throws -> String {
    let row = try #require(UndoPlanner.row(undoing: effect, in: Self.group, id(1)))
    let servers = servers.map { server($0) }
    let decisions = UndoPlanner(
      steps: [UndoPlanner.Step(row: row, effect: effect)], servers: servers
    ).plan()
    return text(decisions[0].decision)
  }

  @Test(arguments: [
    (["1 s=102 h=a p=5060"], "delete 1"), (["1 s=102 h=A. p=05060"], "delete 1"),
    ([], "unchanged"), (["1 s=102 h=b p=5060"], "refuse changed-since"),
    (["1 s=102 h=a p=5070"], "refuse changed-since"), (["2 s=102 h=a p=5060"], "unchanged"),
  ])
  func `a created server is deleted, unless it was changed later`(
    servers: [String], decision: String
  ) throws {
    #expect(try plan(effect(.create, nil, "s=102 h=a p=5060"), on: servers) == decision)
  }

  @Test(arguments: [
    (["1 s=102 h=b p=5060 o=1"], "update 1 h=a o=0"), (["1 s=102 h=a p=5060 o=0"], "unchanged 1"),
    (["1 s=102 h=b p=5060 o=2"], "refuse changed-since"), ([], "refuse changed-since"),
    (["1 s=102 h=b p=5070 o=1"], "refuse changed-since"),
  ])
  func `an updated server gets the old values of the fields that the run changed`(
    servers: [String], decision: String
  ) throws {
    let effect = effect(.update, "s=102 h=a p=5060 o=0", "s=102 h=b p=5060 o=1")
    #expect(try plan(effect, on: servers) == decision)
  }

  @Test func `a host that the run filled is emptied again`() throws {
    let effect = effect(.update, "s=102 h=a v=-", "s=102 h=a v=::1")
    #expect(try plan(effect, on: ["1 s=102 h=a v=::1"]) == "update 1 v=-")
  }

  @Test func `a port that the run filled is reported, and the rest is reverted`() throws {
    let both = effect(.update, "s=102 h=a", "s=102 h=b p=5060")
    let port = effect(.update, "s=102 h=a", "s=102 h=a p=5060")
    #expect(try plan(both, on: ["1 s=102 h=b p=5060"]) == "update 1 h=a p=-")
    #expect(try plan(port, on: ["1 s=102 h=a p=5060"]) == "refuse cannot-empty")
    #expect(try plan(port, on: ["1 s=102 h=a"]) == "unchanged 1")
    #expect(try plan(port, on: ["1 s=102 h=a p=5070"]) == "refuse changed-since")
  }

  @Test(arguments: [
    ([], "create s=102 h=a v=- p=5060 t=- o=0 k=-"),
    (["2 s=102 h=b p=5060"], "create s=102 h=a v=- p=5060 t=- o=0 k=-"),
    (["2 s=102 h=a p=5060 o=0"], "unchanged 2"), (["2 s=102 h=a p=5060 o=3"], "refuse exists"),
  ])
  func `a deleted server is recreated, unless another server has its key`(
    servers: [String], decision: String
  ) throws {
    #expect(try plan(effect(.delete, "s=102 h=a p=5060 o=0", nil), on: servers) == decision)
  }

  @Test func `a row without an effect needs no undo`() {
    #expect(UndoPlanner.row(undoing: .none, in: Self.group, id(1)) == nil)
  }
}
