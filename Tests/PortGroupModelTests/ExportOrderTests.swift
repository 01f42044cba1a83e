// The order of an export as bytes: the same as by comparing the servers field by field.

import PortGroupModel
import Testing

@Suite struct ExportOrderTests {
  private typealias Entry = (group: PortGroup, server: PortGroupServer)

  private static func id(_ number: Int) throws -> ObjectID {
    try #require(
      ObjectID(
        "00000000-0000-0000-0000-" + String(repeating: "0", count: 12 - String(number).count)
          + String(number)))
  }

  private static func key(_ entry: Entry) -> [UInt8] {
    ExportOrder.key(of: entry.server, in: entry.group)
  }

  /// Compares field by field, as documented.
  private static func isBefore(_ left: Entry, _ right: Entry) -> Bool {
    func compare(_ left: [UInt8]?, _ right: [UInt8]?) -> Int {
      switch (left, right) {
      case (nil, nil): 0
      case (nil, _): -1
      case (_, nil): 1
      case (let left?, let right?):
        left == right ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
      }
    }
    func compare(_ left: Int?, _ right: Int?) -> Int {
      let (left, right) = (left ?? .min, right ?? .min)
      return left == right ? 0 : left < right ? -1 : 1
    }
    func text(_ entry: Entry, _ field: Field) -> [UInt8]? {
      entry.server.fields[field].text.map { Array($0.utf8) }
    }
    func number(_ entry: Entry, _ field: Field) -> Int? {
      entry.server.fields[field].text.flatMap { Int($0) }
    }
    let order = [
      compare(Array(left.group.displayName.utf8), Array(right.group.displayName.utf8)),
      compare(number(left, .service), number(right, .service)),
      compare(number(left, .precedence), number(right, .precedence)),
      compare(text(left, .host), text(right, .host)),
      compare(text(left, .hostV6), text(right, .hostV6)),
      compare(number(left, .port), number(right, .port)),
      compare(number(left, .tlsPort), number(right, .tlsPort)),
      compare(Array(left.server.objectID.text.utf8), Array(right.server.objectID.text.utf8)),
      compare(Array(left.group.objectID.text.utf8), Array(right.group.objectID.text.utf8)),
    ]
    return order.first { $0 != 0 } == -1
  }

  @Test func `keys compare as the servers do`() throws {
    var random = SystemRandomNumberGenerator()
    let names = ["", "a", "a\u{0}", "a\u{0}b", "a\u{1}", "ab", "B", "é", "\u{10FFFF}"]
    let hosts: [FieldValue] = [
      .absent, .empty, .text("10.1.1.1"), .text("10.1.1.10"), .text("Z"), .text("a"),
    ]
    let numbers: [FieldValue] = [
      .absent, .text("0"), .text("9"), .text("10"), .text("100"), .text("99999"),
    ]
    let entries: [Entry] = try (0..<300).map { _ in
      let group = PortGroup(
        objectID: try Self.id(.random(in: 1...3)),
        displayName: names.randomElement(using: &random) ?? "",
        integration: .sip)
      var fields = FieldValues()
      for field in [Field.host, .hostV6] {
        fields[field] = hosts.randomElement(using: &random) ?? .absent
      }
      for field in [Field.service, .precedence, .port, .tlsPort] {
        fields[field] = numbers.randomElement(using: &random) ?? .absent
      }
      return (group, PortGroupServer(objectID: try Self.id(.random(in: 1...5)), fields: fields))
    }
    for left in entries {
      for right in entries {
        #expect(
          Self.key(left).lexicographicallyPrecedes(Self.key(right)) == Self.isBefore(left, right))
      }
    }
  }
}
