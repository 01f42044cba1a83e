// Ids: their syntax, their canonical form, and the repair of damaged ids.

import PortGroupModel
import Testing

@Suite struct ObjectIDTests {
  private static let text = "42ef5946-c5f2-4556-9897-6a4b6e116dfa"

  @Test func `an id is a GUID in either case, kept in lower case`() {
    #expect(ObjectID(Self.text)?.text == Self.text)
    #expect(ObjectID(Self.text.uppercased())?.text == Self.text)
    #expect(ObjectID(Self.text.uppercased()) == ObjectID(Self.text))
    #expect(ObjectID(Self.text)?.description == Self.text)
  }

  @Test(arguments: [
    "", "42ef5946", "42ef5946-c5f2-4556-9897-6a4b6e116df", "42ef5946-c5f2-4556-9897-6a4b6e116dfaa",
    "42ef5946c5f245569897-6a4b6e116dfa0000", "42ef5946-c5f2-4556-9897-6a4b6e116dfg",
    "{42ef5946-c5f2-4556-9897-6a4b6e116dfa}", " 42ef5946-c5f2-4556-9897-6a4b6e116dfa",
    "42ef5946-c5f2-4556-9897-6a4b6e116dfa\n", "42ef5946–c5f2-4556-9897-6a4b6e116dfa",
    "42ef5946-c5f2-4556-9897-6a4b6e116df\u{E9}", "42ef5946-c5f2-4556-9897-6a4b6e116df\0",
  ])
  func `another text is not an id`(text: String) {
    #expect(ObjectID(text) == nil)
  }

  @Test func `every byte is compared`() {
    let text = Array(Self.text.utf8)
    for place in text.indices {
      let isHyphen = text[place] == UInt8(ascii: "-")
      for byte in UInt8.min...UInt8.max {
        var bytes = text
        bytes[place] = byte
        let isDigit = Character(UnicodeScalar(byte)).isHexDigit && byte < 0x80
        #expect(
          (ObjectID(utf8: bytes.span) != nil) == (isHyphen ? byte == UInt8(ascii: "-") : isDigit))
      }
    }
  }

  @Test func `ids sort as their texts do`() {
    let digits = Array("0189abcdef")
    // One digit in each place, and zeros in all others.
    let texts = Self.text.indices.filter { Self.text[$0] != "-" }.flatMap { place in
      digits.map { digit in
        String(Self.text.indices.map { $0 == place ? digit : Self.text[$0] == "-" ? "-" : "0" })
      }
    }
    let ids = texts.compactMap { ObjectID($0) }
    #expect(ids.map(\.text) == texts)
    #expect(ids.sorted().map(\.text) == texts.sorted())
    #expect(Set(ids).count == Set(texts).count)
  }

  @Test func `a part of a longer text can be read without a copy`() {
    #expect(ObjectID("id \(Self.text)".dropFirst(3))?.text == Self.text)
  }

  @Test(arguments: [
    "42ef5946-c5f2-4556-9897-\n6a4b6e116dfa", "42ef5946-c5f2-4556-9897-\r\n  6a4b6e116dfa",
    "42ef5946-c5f2-\t4556-9897-6a4b6e116dfa", " 42EF5946-c5f2-4556-9897-6a4b6e116dfa",
    "42ef5946-c5f2-4556-9897-\u{A0}6a4b6e116dfa", "{42EF5946-C5F2-4556-9897-6A4B6E116DFA}",
    "42ef5946c5f245569897 6a4b6e116dfa", "{42ef5946c5f2455698976a4b6e116dfa}",
  ])
  func `an id with white space or braces, or without dashes, is repaired`(text: String) {
    #expect(ObjectID.repaired(text)?.text == Self.text)
  }

  @Test(arguments: [
    "42ef5946-c5f2-4556-9897-6a4b6e116dfa", "", " ", "42ef5946-c5f2-4556-9897-\n6a4b6e116df",
    "42ef5946-c5f2-4556-9897- -6a4b6e116dfa", "{42ef5946-c5f2-4556-9897-6a4b6e116dfa",
    "{}", "zzef5946c5f2455698976a4b6e116dfa", "42ef5946c5f2455698976a4b6e116df",
  ])
  func `a text that is valid, or is not an id without its white space, is not repaired`(
    text: String
  ) {
    #expect(ObjectID.repaired(text) == nil)
  }

  @Test func `ids have an order, by their text`() throws {
    let low = try #require(ObjectID("00000000-0000-0000-0000-00000000000A"))
    let high = try #require(ObjectID("00000000-0000-0000-0000-00000000000b"))
    #expect(low < high)
    #expect(!(high < low))
  }
}

@Suite struct EnumerationTests {
  @Test func `services are 100 to 106, with their names`() {
    #expect(
      RemoteService.allCases.map { "\($0.rawValue) \($0.title)" } == [
        "100 call manager", "101 TFTP server", "102 SIP proxy", "103 AXL server", "104 PIMG unit",
        "105 speech recognition server", "106 text-to-speech server",
      ])
  }

  @Test func `integration methods are 1 to 3, with their names`() {
    #expect(
      IntegrationMethod.allCases.map { "\($0.rawValue) \($0.title)" } == [
        "1 SCCP", "2 SIP", "3 PIMG",
      ])
  }

  @Test func `three services are meant for one integration`() {
    let usual = RemoteService.allCases.map { $0.usualIntegration }
    #expect(usual == [.sccp, nil, .sip, nil, .pimg, nil, nil])
  }

  @Test(arguments: [("create", Operation.create), ("Update", .update), ("UPSERT", .upsert)])
  func `an operation is a word in any case`(word: String, operation: Operation) {
    #expect(Operation(word: word) == operation)
  }

  @Test func `other words are not operations, and two operations can create`() {
    #expect(Operation(word: "remove") == nil)
    #expect(Operation(word: "") == nil)
    #expect(Operation.allCases.filter(\.canCreate) == [.create, .upsert])
  }
}
