// What a restore drill damages, server by server.

import Testing

@testable import PortGroupModel

@Suite struct DrillDamageTests {
  private static func id(_ number: Int) -> ObjectID {
    ObjectID("00000000-0000-4000-8000-" + String(String(number + 1_000_000_000_000).dropFirst()))
      ?? ObjectID(madeUp: 0)
  }

  /// A group whose servers are given as `service host v6 port tls precedence skinny`; `-` for an empty field.
  private static func group(
    _ number: Int, _ integration: IntegrationMethod?, _ servers: [String]
  ) -> DrilledGroup {
    DrilledGroup(
      group: PortGroup(
        objectID: id(number), displayName: "G\(number)", integration: integration),
      servers: servers.enumerated().map { index, text in
        var fields = FieldValues()
        for (field, value) in zip(Field.compared, text.split(separator: " ")) {
          fields[field] = value == "-" ? .empty : .text(String(value))
        }
        return PortGroupServer(objectID: id(number * 100 + index + 1), fields: fields)
      })
  }

  /// The servers of each group as `number of the id: fields`; `new` for an id that was made up.
  private static func texts(_ damage: DrillDamage) -> [[String]] {
    damage.groups.map { group in
      group.servers.map { server in
        let digits = server.objectID.text.suffix(6).drop { $0 == "0" }
        let isNew = server.objectID.text.hasPrefix("d211")
        return "\(isNew ? "new" : digits): "
          + Field.compared.map { server.fields[$0].text ?? "-" }.joined(separator: " ")
      }
    }
  }

  private static func damage(_ groups: [DrilledGroup], turn: Int = 0) -> DrillDamage {
    DrillDamage(groups, turn: turn, ids: DrillIDs(besides: []))
  }

  private static let seven = group(
    1, .sip, (1...7).map { "102 10.0.0.\($0) - 5060 5061 \($0) -" })

  @Test func `each server is changed in another field, every third is deleted, and one is added`() {
    let damage = Self.damage([Self.seven])
    #expect(
      Self.texts(damage) == [
        [
          // The first two of five that are left have exchanged their hosts, the next two all fields.
          "101: 102 10.0.0.2 - 5060 5061 1 -",
          "102: 102 10.0.0.1 - 5060 5061 2 -",
          "104: 102 10.0.0.5 2001:db8::2 5060 5061 5 -",
          "105: 102 changed-1.invalid - 5060 5061 4 -",
          "107: 102 10.0.0.7 - 9999 5061 7 -",
          "new: 102 added-3.invalid - 5060 5061 1 -",
        ]
      ])
    var counts = DrillDamage.Counts()
    counts.changed = [.host: 1, .hostV6: 1, .port: 1]
    counts.deleted = 2
    counts.added = 1
    counts.swappedHosts = 2
    counts.swapped = 2
    #expect(damage.counts == counts)
  }

  @Test func `the fields come in turn, and those without a value are left out`() {
    let group = Self.group(
      1, .sccp,
      [
        "100 a - 2000 2443 0 10", "100 b - 2000 2443 1 10", "100 c - 2000 2443 2 20",
        "101 d - - - 0 -", "101 e - 69 - 9999 -", "101 f - - - 0 -", "101 g - - 6970 0 -",
        "101 h - - - 0 -", "101 i - - - 0 -", "100 j - 2000 2443 9999 20",
        "100 k x 2000 2443 9999 20", "100 l y - - 3 -", "100 m x 9999 9999 3 10",
      ])
    let damage = Self.damage([group])
    let changed = damage.counts.changed
    #expect(
      changed == [.host: 2, .hostV6: 1, .tlsPort: 1, .precedence: 2, .skinnyStateMachine: 1])
    #expect(
      Self.texts(damage)[0].suffix(4) == [
        "110: 100 j - 2000 2443 9998 20", "111: 100 k x 2000 2443 9999 10",
        "113: 100 - x 9999 9999 3 10", "new: 100 added-3.invalid - 2000 2443 0 10",
      ])
  }

  @Test func `in the second turn other servers are deleted, and other fields are changed`() {
    let groups = [Self.seven, Self.group(2, .sip, ["102 x - 5060 5061 0 -"])]
    let damage = Self.damage(groups, turn: 1)
    #expect(
      Self.texts(damage) == [
        [
          "101: 102 10.0.0.3 - 5060 5061 1 -", "103: 102 10.0.0.1 - 5060 5061 3 -",
          "104: 102 10.0.0.4 2001:db8::1 5060 5061 4 -", "106: 102 10.0.0.6 - 9999 5061 6 -",
          "107: 102 10.0.0.7 - 5060 9999 7 -", "new: 102 added-2.invalid - 5060 5061 1 -",
        ], [],
      ])
    #expect(damage.counts.emptied == 1)
    #expect(damage.counts.deleted == 3)
    #expect(damage.counts.swapped == 0)
  }

  @Test(arguments: [
    // The number of servers of each group, and the groups that are emptied in the two turns.
    ([1], nil, 0), ([0], nil, nil), ([], nil, nil), ([2, 5, 5, 1, 1], 1, 3), ([0, 2, 0], nil, 1),
  ])
  func `a large group is emptied first, then a small one, and an only one in the second turn`(
    sizes: [Int], first: Int?, second: Int?
  ) {
    let groups = sizes.enumerated().map { index, size in
      Self.group(
        index + 1, .sip, (0..<size).map { "102 10.0.\(index).\($0) - 5060 5061 \($0) -" })
    }
    for (turn, emptied) in [first, second].enumerated() {
      let damage = Self.damage(groups, turn: turn)
      #expect(damage.groups.firstIndex { $0.servers.isEmpty } == emptied)
      #expect(damage.counts.emptied == (emptied == nil ? 0 : 1))
      // Each of the others has got a server.
      #expect(damage.counts.added == sizes.count - damage.counts.emptied)
      #expect(damage == Self.damage(groups, turn: turn))
    }
  }

  @Test func `PIMG groups and servers of other services are left alone`() {
    let groups = [
      Self.group(1, .pimg, ["104 a - 5060 5061 0 -", "102 b - 5060 5061 0 -"]),
      Self.group(
        2, .sip, ["103 c - 443 - 0 -", "104 d - - - 0 -", "105 e - - - 0 -", "999 f - - - 0 -"]),
    ]
    for turn in 0...1 {
      let damage = Self.damage(groups, turn: turn)
      #expect(damage.groups[0] == groups[0])
      #expect(Array(damage.groups[1].servers.dropLast()) == groups[1].servers)
      #expect(Self.texts(damage)[1].last == "new: 102 added-1.invalid - 5060 5061 0 -")
    }
    #expect(Self.damage([groups[0]]).counts.isNone)
    #expect(!Self.damage([groups[1]]).counts.isNone)
  }

  @Test(arguments: [
    ("102 a - 5060 5061 0 -", "102 A. - 5060 - 0 -"), ("102 a x 5060 5061 0 -", "102 b x - - 0 -"),
    ("102 - - 5060 5061 0 -", "102 127.0.0.1 - 5060 5061 0 10"),
  ])
  func `servers with one host and values in other fields are not changed`(
    one: String, other: String
  ) {
    let damage = Self.damage([Self.group(1, .sip, [one, other])])
    #expect(damage.counts.changed == [:])
    #expect(Self.texts(damage)[0].prefix(2) == ["101: \(one)", "102: \(other)"])
    // Of another service, or with values in the same fields, they are.
    for other in [other.replacing("102 ", with: "101 "), one] {
      let damage = Self.damage([Self.group(1, .sip, [one, other])])
      #expect(damage.counts.changed.values.reduce(0, +) == 2)
    }
  }

  @Test func `a host is emptied only where the server has the other one`() {
    // Six changes come before those that empty: first an IPv4 host, then an IPv6 host.
    func damaged(_ server: String, after count: Int) -> String? {
      let before = (1...count).map { "102 before\($0) - 5060 5061 \($0) -" }
      let damage = Self.damage([Self.group(1, .sip, before + [server])])
      return Self.texts(damage)[0].first { $0.hasPrefix("1\(count + 1): ") }
    }
    let servers = [
      "102 a x - - - -", "102 a - - - - -", "102 - x - - - -", "102 127.0.0.1 x - - - -",
    ]
    #expect(
      servers.map { damaged($0, after: 12) } == [
        "113: 102 - x - - - -", "113: 102 changed-4.invalid - - - - -",
        "113: 102 changed-4.invalid x - - - -", "113: 102 changed-4.invalid x - - - -",
      ])
    #expect(
      servers.map { damaged($0, after: 13) } == [
        "114: 102 a - - - - -", "114: 102 a 2001:db8::5 - - - -",
        "114: 102 - 2001:db8::5 - - - -", "114: 102 127.0.0.1 2001:db8::5 - - - -",
      ])
  }

  @Test func `made-up hosts and ids are those of no server`() {
    let group = Self.group(
      1, .sip,
      ["102 CHANGED-1.invalid. 2001:db8:0::2 5060 5061 0 -", "102 added-2.invalid - - - 0 -"])
    let damage = Self.damage([group])
    #expect(Self.texts(damage)[0].last == "new: 102 added-4.invalid - 5060 5061 0 -")
    let taken = DrillIDs(besides: [ObjectID(madeUp: 1)])
    var ids = taken
    #expect(ids.next() == ObjectID(madeUp: 2))
    #expect(ids.take(Self.id(1)) == Self.id(1))
    #expect(ids.take(Self.id(1)) == ObjectID(madeUp: 3))
    #expect(ObjectID(madeUp: 1).text == "d2110000-0000-8000-8000-000000000001")
  }
}

extension DrillDamage {
  fileprivate static func == (left: DrillDamage, right: DrillDamage) -> Bool {
    left.groups == right.groups && left.counts == right.counts
  }
}
