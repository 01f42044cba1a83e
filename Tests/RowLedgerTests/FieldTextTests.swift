// The text form of field values in the ledger: values are read back as they were written.

import PortGroupModel
import Testing

@testable import RowLedger

@Suite struct FieldTextTests {
  private func back(_ values: FieldValues) -> FieldValues {
    FieldText.decode(FieldText.encode(values).span)
  }

  @Test(
    arguments: [
      [:], [.host: "a"], [.service: "102", .host: "a", .hostV6: "", .port: "5060"],
      [.host: "a\\b\n\\n\u{1E}\\s=", .hostV6: "=", .objectID: "\\"], [.precedence: "", .uri: ""],
      [.host: "ü \u{1F600} \u{0} \r\t", .groupURI: "/vmrest/x?a=b"],
    ] as [FieldValues])
  func `values are read back as they were written`(values: FieldValues) {
    #expect(back(values) == values)
    #expect(back(values).present == values.present)
  }

  @Test func `every byte of a text is read back`() {
    var values = FieldValues()
    let bytes = (0...255).map { UInt8($0) }
    values.set(.host, utf8: bytes.span)
    let kept = back(values).withUTF8(of: .host) { text in
      guard let text else { return nil as [UInt8]? }
      return text.indices.map { text[$0] }
    }
    #expect(kept == bytes)
  }

  @Test func `values that were read back can be changed and written again`() {
    var values = back([.host: "a-long-host.lab.example", .hostV6: "", .port: "5060"])
    values[.host] = "x"
    values[.port] = .absent
    #expect(back(values) == [.host: "x", .hostV6: ""])
  }

  @Test func `lists of servers are read back with their ids, in order`() {
    let servers = [3, 1, 2].map { number in
      PortGroupServer(
        objectID: LedgerFixture.id(number),
        fields: [.objectID: .text(LedgerFixture.id(number).text), .host: .text("h\u{1E}\(number)")])
    }
    #expect(FieldText.decodeServers(FieldText.encode(servers).span) == servers)
    #expect(FieldText.decodeServers(FieldText.encode([]).span) == [])
  }

  @Test func `an unknown name is ignored`() {
    let text = Array("Host=a\nHostOrIPAddress=b\n\nnothing\n=c".utf8)
    #expect(FieldText.decode(text.span) == [.host: "b"])
  }
}
