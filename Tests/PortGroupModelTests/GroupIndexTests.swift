// The group that a row means: every outcome, with its whole text.

import PortGroupModel
import Testing

@Suite struct GroupIndexTests {
  private static let sales = PortGroup(
    objectID: id(1), displayName: "Sales", integration: .sip)
  private static let support = PortGroup(
    objectID: id(2), displayName: "Support", integration: .sccp)
  private static let twins = [3, 4].map {
    PortGroup(objectID: id($0), displayName: "Twin", integration: nil)
  }
  private static let index = GroupIndex([sales, support] + twins)

  private let place = Place(file: "f.csv", line: 2)

  private func resolve(_ reference: GroupReference) -> (ObjectID?, [String]) {
    let resolution = Self.index.resolve(reference, at: place)
    #expect(resolution.diagnostics.allSatisfy { $0.place == place })
    #expect((resolution.group == nil) == resolution.diagnostics.contains { $0.severity == .error })
    return (resolution.group?.objectID, resolution.diagnostics.map(\.rendered))
  }

  @Test func `if two names are equivalent, the one with the same bytes is selected`() {
    let composed = PortGroup(objectID: id(5), displayName: "Z\u{FC}rich", integration: .sip)
    let marked = PortGroup(objectID: id(6), displayName: "Zu\u{308}rich", integration: .sip)
    let both = GroupIndex([composed, marked])
    for group in [composed, marked] {
      let found = both.resolve(GroupReference(name: group.displayName), at: place)
      #expect(found == GroupIndex.Resolution(group: group))
    }
    let one = GroupIndex([composed]).resolve(GroupReference(name: marked.displayName), at: place)
    #expect(one.group == composed, "there is no other that it could be")
  }

  @Test(arguments: [
    (GroupReference(objectID: id(1)), 1), (GroupReference(name: "Sales"), 1),
    (GroupReference(objectID: id(1), name: "Sales", integration: .sip), 1),
    // An id of another system, with a name that is known here.
    (GroupReference(objectID: id(9), name: "Support"), 2),
    // The id distinguishes groups with the same name.
    (GroupReference(objectID: id(4), name: "Twin"), 4),
    // A group of unknown integration matches every integration.
    (GroupReference(objectID: id(3), integration: .pimg), 3),
  ])
  func `a group is found by its id, otherwise by its exact name`(
    reference: GroupReference, group: Int
  ) {
    #expect(resolve(reference) == (id(group), []))
  }

  @Test(arguments: [
    (
      GroupReference(objectID: id(9)),
      """
      f.csv:2: error[group-unknown]: the target has no port group 00000000-0000-0000-0000-000000000009
          hint: ids differ between systems; add a PortGroup column with the group's name
      """
    ),
    (
      GroupReference(name: "sales"),
      """
      f.csv:2: error[group-unknown]: the target has no port group "sales"
          hint: did you mean "Sales"? names must be exact
      """
    ),
    (
      GroupReference(objectID: id(9), name: "Purchase"),
      """
      f.csv:2: error[group-unknown]: the target has no port group "Purchase"
          hint: create the group on the target first, or correct the name
      """
    ),
    (
      GroupReference(objectID: id(9), name: "Twin"),
      """
      f.csv:2: error[group-ambiguous]: the target has 2 port groups named "Twin"
          hint: give MediaPortGroupObjectId instead: \
      00000000-0000-0000-0000-000000000003, 00000000-0000-0000-0000-000000000004
      """
    ),
    (
      GroupReference(objectID: id(1), name: "Support"),
      """
      f.csv:2: error[group-conflict]: MediaPortGroupObjectId belongs to group "Sales", \
      but PortGroup names another group, "Support"
          hint: correct one of the two, or leave one out
      """
    ),
    (
      GroupReference(objectID: id(1), name: "Twin"),
      """
      f.csv:2: error[group-conflict]: MediaPortGroupObjectId belongs to group "Sales", \
      but PortGroup names another group, "Twin"
          hint: correct one of the two, or leave one out
      """
    ),
    (
      GroupReference(),
      """
      f.csv:2: error[group-unknown]: the target has no port group (none)
          hint: ids differ between systems; add a PortGroup column with the group's name
      """
    ),
    (
      GroupReference(name: "a\u{1B}[2J\nb"),
      """
      f.csv:2: error[group-unknown]: the target has no port group "a\\u{1B}[2J\\nb"
          hint: create the group on the target first, or correct the name
      """
    ),
  ])
  func `a group that cannot be determined is an error`(reference: GroupReference, text: String) {
    #expect(resolve(reference) == (nil, [text]))
  }

  @Test func `another name in the row is a note`() {
    #expect(
      resolve(GroupReference(objectID: id(1), name: "Vendors")) == (
        id(1),
        [
          """
          f.csv:2: note[group-renamed]: the row names the group "Vendors"; \
          its name on the target is "Sales"
          """
        ]
      ))
  }

  @Test(arguments: [
    GroupReference(objectID: id(1), integration: .sccp),
    GroupReference(name: "Sales", integration: .sccp),
  ])
  func `another integration in the row is a warning`(reference: GroupReference) {
    #expect(
      resolve(reference) == (
        id(1),
        [
          """
          f.csv:2: warning[integration-differs]: the row gives the group's integration as SCCP; \
          on the target it is SIP
              hint: make sure that the file is meant for this target
          """
        ]
      ))
  }

  @Test func `another name and another integration are both reported`() {
    let (group, texts) = resolve(
      GroupReference(objectID: id(1), name: "Vendors", integration: .pimg))
    #expect(group == id(1))
    #expect(texts.count == 2)
  }

  @Test func `a group that is listed twice is one group`() {
    let index = GroupIndex([Self.sales, Self.sales])
    #expect(index.resolve(GroupReference(name: "Sales"), at: place).group == Self.sales)
  }

  @Test func `in a target without groups no group is found`() {
    let resolution = GroupIndex([]).resolve(GroupReference(name: "Sales"), at: place)
    #expect(resolution.group == nil)
    #expect(resolution.diagnostics.map(\.code) == [.groupUnknown])
  }

  @Test func `a reference is printed as its name in quotes, otherwise as its id`() {
    #expect(GroupReference(objectID: id(1), name: "Sales").text == "\"Sales\"")
    #expect(GroupReference(objectID: id(1)).text == id(1).text)
    #expect(GroupReference().text == "(none)")
    #expect(GroupReference(integration: .sip).isEmpty)
  }
}

@Suite struct RowCheckTests {
  private func check(
    _ text: String, in integration: IntegrationMethod?, claimed: IntegrationMethod? = nil,
    allowed: Set<DiagnosticCode> = []
  ) -> [String] {
    var row = row(text)
    row.group.integration = claimed
    let place = Place(file: "f.csv", line: 2)
    return row.check(in: integration, at: place, allowed: allowed).map(\.rendered)
  }

  private static let pimg = """
    f.csv:2: error[pimg-read-only]: the servers of a PIMG group cannot be changed over the API
        hint: take the row out
    """

  private static func skinny(_ severity: String, _ group: String) -> String {
    """
    f.csv:2: \(severity)[skinny-not-sccp]: SkinnyStateMachineEnum is for SCCP groups only, \
    and the group is \(group)
        hint: leave it out
    """
  }

  private static func unusual(_ service: String, _ group: String, _ usual: String) -> String {
    """
    f.csv:2: warning[service-unusual]: service \(service) is unusual in a \(group) group
        hint: it belongs in a group whose integration is \(usual)
    """
  }

  @Test(arguments: [
    ("upsert s=102 h=a", IntegrationMethod.sip), ("create s=100 h=a k=10", .sccp),
    ("upsert s=101 h=a", .sip), ("upsert s=101 h=a", .sccp), ("update id=1 p=5070", .sip),
    ("upsert s=104 h=a", .pimg), ("upsert s=103 h=a", .pimg),
  ])
  func `a row that fits its group has no diagnostics`(text: String, integration: IntegrationMethod)
  {
    #expect(check(text, in: integration) == [])
  }

  @Test(arguments: ["create s=104 h=a", "update id=1 p=5070", "delete id=1"])
  func `a PIMG group accepts only upserts, which compare`(text: String) {
    #expect(check(text, in: .pimg) == [Self.pimg])
  }

  @Test(arguments: [
    ("upsert s=100 h=a", IntegrationMethod.sip, unusual("100 (call manager)", "SIP", "SCCP")),
    ("upsert s=102 h=a", .sccp, unusual("102 (SIP proxy)", "SCCP", "SIP")),
    ("upsert s=102 h=a", .pimg, unusual("102 (SIP proxy)", "PIMG", "SIP")),
    ("upsert s=104 h=a", .sip, unusual("104 (PIMG unit)", "SIP", "PIMG")),
    ("upsert s=101 h=a k=10", .sip, skinny("error", "SIP")),
    ("upsert s=101 h=a k=10", .pimg, skinny("error", "PIMG")),
  ])
  func `an unusual service is a warning, a skinny state machine in another group an error`(
    text: String, integration: IntegrationMethod, expected: String
  ) {
    #expect(check(text, in: integration) == [expected])
  }

  @Test func `a skinny state machine can be allowed`() {
    #expect(
      check("upsert s=101 h=a k=10", in: .sip, allowed: [.skinnyNotSCCP])
        == [Self.skinny("warning", "SIP").split(separator: "\n")[0].description])
  }

  @Test func `a skinny state machine is reported once if the row itself has another integration`() {
    #expect(check("upsert s=101 h=a k=10", in: .sip, claimed: .sip) == [])
    #expect(check("upsert s=101 h=a k=10", in: .sip, claimed: .pimg) == [])
    #expect(check("upsert s=101 h=a k=10", in: .sip, claimed: .sccp).count == 1)
  }

  @Test func `several remarks are reported together`() {
    #expect(
      check("create s=100 h=a k=10", in: .pimg) == [
        Self.pimg, Self.skinny("error", "PIMG"), Self.unusual("100 (call manager)", "PIMG", "SCCP"),
      ])
  }

  @Test func `nothing is reported if the integration is not known`() {
    #expect(check("create s=104 h=a k=10", in: nil) == [])
  }
}
