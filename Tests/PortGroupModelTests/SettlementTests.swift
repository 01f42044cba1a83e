import Testing

@testable import PortGroupModel

@Suite struct SettlementTests {
  private static let ids = (1...4).compactMap {
    ObjectID("00000000-0000-0000-0000-00000000000\($0)")
  }

  private func server(_ id: Int, host: String, port: String = "5060") -> PortGroupServer {
    PortGroupServer(
      objectID: Self.ids[id],
      fields: [.service: "102", .host: .text(host), .port: .text(port), .tlsPort: "5061"])
  }

  private func sent(_ host: String) -> FieldValues { [.service: "102", .host: .text(host)] }

  @Test func `a creation is done if a new server has its key, also in another form`() {
    var settlement = Settlement(
      before: [server(0, host: "10.0.0.1")],
      after: [server(0, host: "10.0.0.1"), server(1, host: "sip.example.net")], claimed: [])
    #expect(settlement.creation(sent("SIP.example.net.")) == .done(Self.ids[1]))
  }

  @Test func `one new server is claimed by one row only`() {
    var settlement = Settlement(before: [], after: [server(0, host: "10.0.0.1")], claimed: [])
    #expect(settlement.creation(sent("10.0.0.1")) == .done(Self.ids[0]))
    #expect(settlement.creation(sent("10.0.0.1")) == .notDone)
  }

  @Test func `a server that existed before, or that another row created, is not claimed`() {
    var settlement = Settlement(
      before: [server(0, host: "10.0.0.1")],
      after: [server(0, host: "10.0.0.1"), server(1, host: "10.0.0.1")], claimed: [Self.ids[1]])
    #expect(settlement.creation(sent("10.0.0.1")) == .notDone)
  }

  @Test func `a new server of unknown origin leaves a creation unclear`() {
    var settlement = Settlement(before: [], after: [server(2, host: "10.9.9.9")], claimed: [])
    #expect(settlement.creation(sent("10.0.0.1")) == .unclear(Self.ids[2]))
  }

  private func update(_ id: Int, _ set: FieldValues) -> Change {
    .update(server(id, host: "old.example"), set: set)
  }

  @Test func `an update is done if the server shows every field that was sent`() {
    var settlement = Settlement(before: [], after: [server(0, host: "a.example")], claimed: [])
    #expect(
      settlement.finding(of: update(0, [.host: "A.example", .port: "5060"])) == .done(nil))
    #expect(settlement.finding(of: update(0, [.host: "a.example", .port: "5070"])) == .notDone)
    #expect(settlement.finding(of: update(1, [.host: "a.example"])) == .notDone)
  }

  @Test func `a deletion is done if the server is not listed`() {
    var settlement = Settlement(before: [], after: [server(0, host: "a.example")], claimed: [])
    #expect(settlement.finding(of: .delete(server(1, host: "a.example"))) == .done(nil))
    #expect(settlement.finding(of: .delete(server(0, host: "a.example"))) == .notDone)
  }
}

@Suite struct GroupPictureTests {
  private func server(_ id: String, _ service: String) throws -> PortGroupServer {
    PortGroupServer(
      objectID: try #require(ObjectID("00000000-0000-0000-0000-0000000000\(id)")),
      fields: [.service: .text(service)])
  }

  @Test func `the last call manager or SIP proxy is known at the time of the delete`() throws {
    let first = try server("01", "102")
    let second = try server("02", "102")
    let tftp = try server("03", "101")
    var picture = GroupPicture([first, second, tftp])
    #expect(!picture.isLast(first.objectID))
    picture.deleted(first.objectID)
    #expect(picture.isLast(second.objectID))
    #expect(!picture.isLast(tftp.objectID), "the rule is for services 100 and 102")
    picture.created(first.objectID, service: .sipProxy)
    #expect(!picture.isLast(second.objectID))
  }
}
