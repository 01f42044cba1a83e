// The order of sending: creates, updates with those that free a value first, deletes.

import Testing

@testable import PortGroupModel

@Suite struct SendingOrderTests {
  private static func server(_ number: Int, _ host: String, _ precedence: Int) -> PortGroupServer {
    var fields = FieldValues()
    fields[.service] = .text("102")
    fields[.host] = .text(host)
    fields[.precedence] = .text("\(precedence)")
    return PortGroupServer(objectID: id(number), fields: fields)
  }

  private static func update(_ server: Int, host: String? = nil, precedence: Int? = nil) -> Decision
  {
    var fields = FieldValues()
    if let host { fields[.host] = .text(host) }
    if let precedence { fields[.precedence] = .text("\(precedence)") }
    return .write(.update(Self.server(server, "h\(server)", server), set: fields))
  }

  private static let servers = (0..<6).map { server($0, "h\($0)", $0) }

  private func order(_ decisions: [Decision], deletes: Set<Int> = []) -> SendingOrder {
    SendingOrder(
      of: decisions.indices.map { deletes.contains($0) ? .delete : .upsert }, decisions)
  }

  @Test func `creates come first and deletes last, each in file order`() {
    let decisions: [Decision] = [
      .write(.delete(Self.servers[0])), Self.update(1, host: "x"), .write(.create(FieldValues())),
      .write(.delete(Self.servers[2])),
      .write(.create(FieldValues())), Self.update(3, host: "y"),
    ]
    #expect(order(decisions).indices == [2, 4, 1, 5, 0, 3])
  }

  @Test func `rows for which nothing is sent are ordered like the others`() {
    let decisions: [Decision] = [
      .refuse(.noMatch), .unchanged(nil), Self.update(1, host: "x"), .write(.create(FieldValues())),
      .refuse(.ambiguousMatch),
    ]
    #expect(order(decisions, deletes: [1, 4]).indices == [3, 0, 2, 1, 4])
  }

  @Test func `a host or precedence is freed before it is taken, along any chain`() {
    let hosts = [
      Self.update(0, host: "H1"), Self.update(1, host: "h2"), Self.update(2, host: "h3"),
      Self.update(3, host: "new"), Self.update(4, host: "other"),
    ]
    #expect(order(hosts).indices == [3, 2, 1, 0, 4])
    #expect(order(hosts).circular.isEmpty)
    let precedences = [
      Self.update(0, precedence: 1), Self.update(5, host: "x"), Self.update(1, precedence: 7),
    ]
    #expect(order(precedences).indices == [2, 0, 1])
  }

  @Test func `updates that form a cycle keep their order, and are listed`() {
    let decisions = [
      Self.update(0, precedence: 1), Self.update(1, precedence: 0), Self.update(2, host: "x"),
      Self.update(3, host: "h4"), Self.update(4, host: "h5"), Self.update(5, host: "h3"),
    ]
    let found = order(decisions)
    #expect(Set(found.indices) == Set(0..<6))
    #expect(found.circular == [0, 1, 3, 4, 5])
  }

  @Test func `a chain of the maximum length is ordered`() {
    let count = 10_000
    let decisions = (0..<count).map { Self.update($0, host: "h\($0 + 1)") }
    let found = SendingOrder(
      of: Array(repeating: .upsert, count: count), decisions)
    #expect(found.indices == (0..<count).reversed())
  }
}
