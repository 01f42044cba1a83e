// Field values: present and absent fields, equal values, and the keys that are made of them.

import PortGroupModel
import Testing

@Suite struct FieldValuesTests {
  @Test func `fields that were not set are absent`() {
    let values: FieldValues = [.port: "5060", .host: .empty]
    #expect(values[.port] == .text("5060"))
    #expect(values[.host] == .empty)
    #expect(values[.tlsPort] == .absent)
    #expect(values.present == [.host, .port])
    #expect(!values.isEmpty)
    #expect(FieldValues().isEmpty)
    #expect(FieldValues().present == [])
  }

  @Test func `an empty text is the empty value`() {
    #expect(FieldValue(text: "") == .empty)
    #expect(FieldValue(text: "a") == .text("a"))
    #expect(("" as FieldValue) == .empty)
    #expect(FieldValue.text("a").text == "a")
    #expect(FieldValue.empty.text == nil)
    #expect(FieldValue.absent.text == nil)
  }

  @Test func `values are equal if every field is literally equal`() {
    let values: FieldValues = [.host: "a", .port: "5060"]
    #expect(values == [.port: "5060", .host: "a"])
    #expect(values != [.host: "A", .port: "5060"])
    #expect(values != [.host: "a", .port: "5060", .hostV6: .empty])
  }

  @Test func `filtering does not change the remaining fields`() {
    let values: FieldValues = [.host: "a", .hostV6: .empty, .port: "5060"]
    #expect(values.filtered { $0 != .port } == [.host: "a", .hostV6: .empty])
  }

  @Test(
    arguments: [
      // Hosts in canonical form; an unset IPv4 host is what the server stores in its place.
      (Field.host, "SIP.example.", "sip.example", true), (.host, "a", "b", false),
      (.host, nil, "127.0.0.1", true), (.host, "", "127.0.0.1", true), (.host, nil, "", true),
      (.host, nil, "10.1.1.1", false),
      (.hostV6, "2001:DB8:0::1", "2001:db8::1", true), (.hostV6, nil, "", true),
      (.hostV6, nil, "127.0.0.1", false), (.hostV6, "", "::1", false),
      // Numbers by their value.
      (.port, "05060", "5060", true), (.port, "5060", "5061", false), (.port, nil, "0", false),
      (.port, "x", "x", true), (.service, "102", "0102", true),
      (.skinnyStateMachine, nil, "10", false),
      // Ids in any case, addresses literally.
      (.objectID, "ABC", "abc", true), (.groupObjectID, "abd", "abc", false),
      (.uri, "/A", "/a", false), (.groupURI, "/a", "/a", true),
    ] as [(Field, String?, String?, Bool)])
  func `two values agree in a field`(field: Field, left: String?, right: String?, agree: Bool) {
    var one = FieldValues()
    var other = FieldValues()
    if let left { one[field] = FieldValue(text: left) }
    if let right { other[field] = FieldValue(text: right) }
    #expect(one.agrees(with: other, in: field) == agree)
    #expect(other.agrees(with: one, in: field) == agree)
  }

  @Test(
    arguments: [
      ([:], "127.0.0.1"),
      (
        [.service: "102", .host: "10.1.1.1", .port: "5060", .tlsPort: "5061"],
        "SIP proxy 10.1.1.1 port 5060 tls 5061"
      ),
      ([.service: "101", .host: .empty, .hostV6: "::1"], "TFTP server ::1"),
      ([.service: "107", .host: "a", .hostV6: "::1", .tlsPort: "5061"], "a tls 5061"),
    ] as [(FieldValues, String)])
  func `the summary names service, host and ports`(values: FieldValues, summary: String) {
    #expect(values.summary == summary)
  }

  @Test func `the id of a server is one of its fields`() throws {
    let id = try #require(ObjectID("00000000-0000-0000-0000-000000000001"))
    let server = PortGroupServer(objectID: id, fields: [.service: "100", .host: "a"])
    #expect(server.fields[.objectID].text == id.text)
    #expect(server.service == .callManager)
    #expect(server.summary == "call manager a")
    #expect(PortGroupServer(objectID: id, fields: [.service: "107"]).service == nil)
  }
}

@Suite struct ServerKeyTests {
  @Test(
    arguments: [
      ([:], "? 127.0.0.1 - -"),
      (
        [.service: "102", .host: "SIP.example.", .port: "05060", .tlsPort: "5061"],
        "102 sip.example 5060 5061"
      ),
      ([.service: "101", .hostV6: "2001:DB8::0:1"], "101 2001:db8::1 - -"),
      ([.service: "101", .host: "127.0.0.1", .hostV6: "2001:db8::1"], "101 2001:db8::1 - -"),
      ([.service: "101", .host: "10.1.1.1", .hostV6: "2001:db8::1"], "101 10.1.1.1 - -"),
      ([.service: "101", .host: .empty, .hostV6: .empty], "101 127.0.0.1 - -"),
    ] as [(FieldValues, String)])
  func `a key is service, host and ports in canonical form`(fields: FieldValues, text: String) {
    #expect(ServerKey(fields).text == text)
  }

  @Test(arguments: [
    ("s=102 h=a p=5060 t=5061", "s=102 h=a p=5060 t=5061", true),
    ("s=102 h=a", "s=102 h=a p=5060 t=5061", true),
    ("s=102 h=a p=5060", "s=102 h=a t=5061", true),
    ("s=102 h=a p=5060", "s=102 h=a p=5070", false),
    ("s=102 h=a p=5060 t=5061", "s=102 h=a p=5060 t=5071", false),
    ("s=102 h=a", "s=101 h=a", false), ("s=102 h=a", "s=102 h=b", false),
    ("h=a", "s=102 h=a", false),
  ])
  func `keys cover each other if no part of them differs`(
    left: String, right: String, covers: Bool
  ) {
    let (left, right) = (ServerKey(fields(left)), ServerKey(fields(right)))
    #expect(left.covers(right) == covers)
    #expect(right.covers(left) == covers)
  }

  @Test(arguments: [
    ("upsert s=102 h=A", "102 a - -"), ("upsert s=102", "102 127.0.0.1 - -"),
    ("delete s=102 v=::1 p=5060", "102 ::1 5060 -"),
    // The server that is found has the rest of the key, so this is not a duplicate.
    ("update id=1 h=a", "id \(id(1))"), ("delete id=1", "id \(id(1))"),
    ("update mp=5060 s=102 h=a", nil),
    ("update id=1 s=102 p=5060 t=5061", "id \(id(1))"), ("update mh=b mp=5060 s=102 h=a", nil),
    // An export may have two servers with the same key; their ids distinguish them.
    ("update id=1 s=102 h=a p=5060 t=5061", "id \(id(1))"),
    ("update mh=b s=102 h=a p=5060 t=5061", "102 a 5060 5061"),
  ])
  func
    `a row is a duplicate by its id or key, unless a part of the key comes from the server that it finds`(
      text: String, key: String?
    )
  {
    #expect(row(text).duplicateKey == key)
  }
}
