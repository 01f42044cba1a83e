// The table of decisions, cell by cell, with the exceptions for ids, PIMG groups and services.

import PortGroupModel
import Testing

@Suite struct DecisionTableTests {
  private static let equal = "1 s=102 h=a p=5060 t=5061 o=0"
  private static let different = "1 s=102 h=a p=5060 t=5061 o=7"
  private static let cells = "s=102 h=a p=5060 t=5061 o=0"

  /// The servers of the target's group: no match, one equal, one different, several.
  enum Group: CaseIterable {
    case noMatch
    case equal
    case different
    case several

    var servers: [String] {
      switch self {
      case .noMatch: ["1 s=102 h=other p=5060 t=5061 o=0", "2 s=101 h=a"]
      case .equal: [DecisionTableTests.equal]
      case .different: [DecisionTableTests.different]
      case .several: [DecisionTableTests.equal, "2 s=102 h=a p=5060 t=5061 o=1"]
      }
    }
  }

  @Test(arguments: [
    ("create", ["create \(cells)", "unchanged 1", "refuse exists", "refuse ambiguous-match"]),
    ("update", ["refuse no-match", "unchanged 1", "update 1 o=0", "refuse ambiguous-match"]),
    ("upsert", ["create \(cells)", "unchanged 1", "update 1 o=0", "refuse ambiguous-match"]),
    ("delete", ["unchanged", "delete 1", "delete 1", "refuse ambiguous-match"]),
  ])
  func `operation by match`(operation: String, decisions: [String]) {
    for (group, decision) in zip(Group.allCases, decisions) {
      #expect(plan(["\(operation) \(Self.cells)"], group.servers) == [decision], "\(group)")
    }
  }

  @Test(arguments: [
    // In the group: the id decides, not the key.
    ("create", "id=1 \(cells)", ["unchanged 1"]), ("create", "id=1 s=102 h=b", ["refuse exists"]),
    ("update", "id=1 \(cells)", ["unchanged 1"]), ("update", "id=1 h=b", ["update 1 h=b"]),
    ("upsert", "id=1 \(cells)", ["unchanged 1"]), ("upsert", "id=1 s=102 h=b", ["update 1 h=b"]),
    ("delete", "id=1", ["delete 1"]), ("delete", "id=1 s=102 h=b p=1", ["delete 1"]),
    // In another group: refused.
    ("create", "id=8 \(cells)", ["refuse elsewhere"]), ("update", "id=8 o=1", ["refuse elsewhere"]),
    ("upsert", "id=8 \(cells)", ["refuse elsewhere"]), ("delete", "id=8", ["refuse elsewhere"]),
    // Not on the target: an update fails, a delete is already done, other rows are matched by key.
    ("create", "id=9 \(cells)", ["unchanged 1"]),
    ("create", "id=9 s=102 h=b", ["create s=102 h=b"]),
    ("create", "id=9 s=102 h=a o=3", ["refuse exists"]),
    ("update", "id=9 \(cells)", ["refuse no-match"]),
    ("update", "id=9 mh=a s=102 h=b", ["refuse no-match"]),
    ("upsert", "id=9 \(cells)", ["unchanged 1"]),
    ("upsert", "id=9 s=102 h=a o=3", ["update 1 o=3"]),
    ("upsert", "id=9 s=102 h=b", ["create s=102 h=b"]),
    ("upsert", "id=9 mh=a s=102 h=b", ["update 1 h=b"]),
    ("delete", "id=9 \(cells)", ["unchanged"]), ("delete", "id=9 mh=a", ["unchanged"]),
  ])
  func `operation by id in the group, in another group, and not on the target`(
    operation: String, cells: String, decision: [String]
  ) {
    #expect(plan(["\(operation) \(cells)"], [Self.equal], elsewhere: [8]) == decision)
  }

  @Test func `a row without a service cannot create`() {
    #expect(plan(["upsert id=9 p=5070"], [Self.equal]) == ["refuse no-match"])
    #expect(plan(["upsert id=9 h=a p=5070"], [Self.equal]) == ["refuse no-match"])
  }

  @Test(arguments: ["update id=1 s=101", "upsert id=1 s=101 h=a", "update mh=a s=102 h=a o=0"])
  func `the service of a server is fixed at its creation`(text: String) {
    // The third row has the service of the server, so it finds the server and changes nothing.
    let expected = text.contains("s=101") ? "refuse service-fixed" : "unchanged 1"
    #expect(plan([text], [Self.equal]) == [expected])
  }

  // MARK: What is sent

  @Test(arguments: [
    // Only the fields that differ in canonical form; an absent field is not changed.
    ("upsert s=102 h=A p=05060 t=5062", "1 s=102 h=a p=5060 t=5061 o=7", "update 1 t=5062"),
    ("upsert s=102 h=A.", "1 s=102 h=a p=5060 t=5061 o=7", "unchanged 1"),
    ("upsert s=102 h=a v=-", "1 s=102 h=a v=-", "unchanged 1"),
    ("upsert s=102 h=a v=-", "1 s=102 h=a", "unchanged 1"),
    ("upsert s=102 h=a v=-", "1 s=102 h=a v=::1", "update 1 v=-"),
    ("upsert s=102 h=a v=2001:DB8::1", "1 s=102 h=a v=2001:db8:0::1", "unchanged 1"),
    ("upsert s=102 h=- v=::1", "1 s=102 h=127.0.0.1 v=::1", "unchanged 1"),
    ("upsert s=102 h=- v=::1", "1 s=102 h=a v=::1", "update 1 h=-"),
    ("upsert s=100 h=a k=10", "1 s=100 h=a", "update 1 k=10"),
    ("create id=9 s=102 h=- v=::1 p=5060", "1 s=101 h=x", "create s=102 h=- v=::1 p=5060"),
    ("upsert s=102 h=a v=-", "1 s=101 h=x", "create s=102 h=a v=-"),
    ("upsert s=102", "1 s=101 h=x", "create s=102"),
    // Only the hosts can be emptied; another empty field is equal to a field that the server does not show.
    ("upsert s=102 h=a p=- t=- o=-", "1 s=102 h=a", "unchanged 1"),
    ("upsert s=102 h=a p=- t=-", "1 s=102 h=a t=5061", "refuse cannot-empty"),
    ("upsert s=102 h=a o=-", "1 s=102 h=a o=0", "refuse cannot-empty"),
    ("update id=1 s=- h=b", "1 s=102 h=a", "refuse cannot-empty"),
    ("create s=102 h=a p=-", "1 s=102 h=a p=5060", "refuse exists"),
    // A delete means the server with the values of the row.
    ("delete s=102 h=a p=-", "1 s=102 h=a", "delete 1"),
    ("delete s=102 h=a p=-", "1 s=102 h=a p=5060", "unchanged"),
    ("update mh=a mp=- o=3", "1 s=102 h=a", "update 1 o=3"),
    ("update mh=a mp=- o=3", "1 s=102 h=a p=5060", "refuse no-match"),
  ])
  func `only fields that differ are sent, and nulls only for fields with a value`(
    row: String, server: String, decision: String
  ) {
    #expect(plan([row], [server], integration: nil) == [decision])
  }

  // MARK: PIMG

  @Test(arguments: [
    ("upsert s=104 h=a", "unchanged 1"), ("upsert s=104 h=a p=1", "refuse pimg-read-only"),
    ("upsert s=104 h=b", "refuse pimg-read-only"), ("upsert id=1 h=b", "refuse pimg-read-only"),
    ("delete id=1", "refuse pimg-read-only"), ("update id=1 h=b", "refuse pimg-read-only"),
    ("create s=104 h=a p=1", "refuse pimg-read-only"), ("delete s=104 h=b", "unchanged"),
  ])
  func `PIMG units are only compared, in any group`(row: String, decision: String) {
    for integration in [IntegrationMethod.pimg, .sip, nil] {
      #expect(plan([row], ["1 s=104 h=a"], integration: integration) == [decision])
    }
  }

  @Test func `nothing is written to a PIMG group, for any service`() {
    #expect(plan(["upsert s=102 h=a"], [], integration: .pimg) == ["refuse pimg-read-only"])
    #expect(
      plan(["upsert s=102 h=a"], ["1 s=102 h=a"], integration: .pimg) == ["unchanged 1"])
    #expect(
      plan(["delete s=102 h=a"], ["1 s=102 h=a"], integration: .pimg) == ["refuse pimg-read-only"])
  }
}
