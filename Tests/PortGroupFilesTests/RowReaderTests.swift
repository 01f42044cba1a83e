// Tests of reading rows: headings, aliases, null rules, constants, and their faults.

import BulkFiles
import PortGroupFiles
import PortGroupModel
import Testing

/// The rows of a file as texts, and the failure that ended it.
struct Reading {
  var rows: [ReadRow] = []
  var raw: [String] = []
  var failure: [String] = []
  var notes: [String] = []

  init(_ text: String, name: String = "x.csv", options: InputOptions = InputOptions()) {
    do throws(InputFailure) {
      let reader = try RowReader(
        ByteSource(name: name, bytes: Array(text.utf8), chunk: 7), options: options)
      while let row = try reader.next() {
        rows.append(row)
        raw.append(reader.raw)
      }
      notes = reader.notes.map(\.rendered)
    } catch {
      failure = error.diagnostics.map(\.rendered)
    }
  }

  var diagnostics: [String] { rows.flatMap(\.diagnostics).map(\.rendered) }
  var first: Row? { rows.first?.row }
}

private let id = "42ef5946-c5f2-4556-9897-6a4b6e116dfa"

@Suite struct RowReaderTests {
  static let proxy: [(name: String, text: String)] = [
    (
      "csv",
      "PortGroup,MediaRemoteServiceEnum,HostOrIPAddress,HostOrIPAddressV6,Port\nG,102,10.0.0.1,%null%,5060\n"
    ),
    ("aliases", "port group;SERVICE;Host;host v6;Port\nG;102;10.0.0.1;%NULL%;5060\n"),
    (
      "order",
      "Port\tJunk\tFailureReason\tHost\tHost V6\tService\tPort Group\n5060\tx\ty\t10.0.0.1\t%null%\t102\tG\n"
    ),
    (
      "xml",
      """
      <PortGroupServers total="1"><PortGroupServer><PortGroup>G</PortGroup>
      <MediaRemoteServiceEnum>102</MediaRemoteServiceEnum><HostOrIPAddress>10.0.0.1</HostOrIPAddress>
      <HostOrIPAddressV6/><Port>5060</Port></PortGroupServer></PortGroupServers>
      """
    ),
    (
      "json",
      #"{"@total":"1","PortGroupServer":{"PortGroup":"G","MediaRemoteServiceEnum":102,"HostOrIPAddress":"10.0.0.1","HostOrIPAddressV6":null,"Port":"5060"}}"#
    ),
    (
      "json lines",
      #"{"PortGroup":"G","MediaRemoteServiceEnum":"102","HostOrIPAddress":"10.0.0.1","HostOrIPAddressV6":"","Port":"5060"}"#
    ),
  ]

  @Test(arguments: proxy)
  func `the same row is read from every format`(_ file: (name: String, text: String)) {
    let reading = Reading(file.text, name: "-")
    #expect(reading.failure == [])
    #expect(reading.diagnostics == [])
    #expect(
      reading.rows.map(\.row) == [
        Row(
          operation: .upsert, group: GroupReference(name: "G"),
          fields: [
            .service: "102", .host: "10.0.0.1", .hostV6: .empty, .port: "5060",
          ])
      ])
  }

  @Test func `an empty cell or a missing element leaves a field unchanged`() {
    let csv = Reading("PortGroup,Service,Host,Port,TlsPort\nG,102,h,, \n")
    #expect(csv.first?.fields.present == [.service, .host])
    let xml = Reading(
      "<PortGroupServer><PortGroup>G</PortGroup><Service>102</Service><Host>h</Host></PortGroupServer>",
      name: "x.xml")
    #expect(xml.first?.fields.present == [.service, .host])
  }

  @Test func `a group may have the name of the word that clears a field`() {
    let reading = Reading("PortGroup,Service,Host\n%null%,102,h\n")
    #expect(reading.first?.group == GroupReference(name: "%null%"))
    var options = InputOptions()
    options.constants = [.portGroup: "%null%"]
    #expect(Reading("Service,Host\n102,h\n", options: options).first?.group.name == "%null%")
  }

  @Test func `the word that clears a field is read in any case, for any field`() {
    for word in ["%null%", "%NULL%"] {
      let reading = Reading("PortGroup,Service,Host,Port,URI\nG,102,h,\(word),\(word)\n")
      #expect(reading.diagnostics == [])
      #expect(reading.first?.fields == [.service: "102", .host: "h", .port: .empty])
    }
  }

  @Test func `operation, Match cells, mode, constants and mapped columns are read`() {
    let reading = Reading(
      "Gruppe,Operation,Match Host,Host\nG,update,old,new\nG,,old,%null%\nG,create,,new\n",
      options: InputOptions(
        columns: ["gruppe": .portGroup],
        constants: [.field(.service): "102", .field(.host): "unused"], mode: .update))
    #expect(reading.diagnostics == [])
    #expect(reading.rows.map(\.row?.operation) == [.update, .update, .create])
    #expect(reading.rows.map(\.row?.match[.host]) == ["old", "old", .absent])
    #expect(reading.rows.map(\.row?.fields[.host]) == ["new", .empty, "new"])
    #expect(reading.rows.map(\.row?.fields[.service]) == ["102", "102", "102"])
    #expect(reading.rows.map(\.row?.group.name) == ["G", "G", "G"])
  }

  @Test func `a GUID broken over two lines is joined in CSV and XML, but not in JSON`() {
    let broken = "42ef5946-c5f2-4556-9897-\n6a4b6e116dfa"
    let csv = Reading("MediaPortGroupObjectId,Service,Host\n\"\(broken)\",102,h\n")
    let xml = Reading(
      "<PortGroupServer><MediaPortGroupObjectId>\(broken)</MediaPortGroupObjectId>"
        + "<Service>102</Service><Host>h</Host></PortGroupServer>", name: "x.xml")
    for reading in [csv, xml] {
      #expect(reading.first?.group.objectID?.text == id)
      #expect(reading.rows.flatMap(\.diagnostics).map(\.code) == [.guidRepaired])
    }
    let json = Reading("{\"MediaPortGroupObjectId\":\"\(broken)\"}", name: "x.json")
    #expect(
      json.failure == [
        "x.json:1:52: error[malformed-json]: there is a line break within a string "
          + "(0 complete records came before)\n    hint: join the lines, or write \\n for it"
      ])
  }

  @Test func `a row has its record's text, number and line`() {
    let csv = Reading("PortGroup,Service,Host\n\n\"G\",102,h\n,x,\n")
    #expect(csv.raw == ["\"G\",102,h", ",x,"])
    #expect(csv.rows.map(\.record) == [1, 2])
    #expect(csv.rows.map(\.line) == [3, 4])
    #expect(csv.rows.map { $0.row == nil } == [false, true])
  }
}

@Suite struct RowReaderFaultTests {
  @Test func `all faults of a heading line are reported together`() {
    #expect(
      Reading("Prot,Host,host,IP Address,,Xyzzy\n1,2,3,4,5,6\n").failure == [
        """
        x.csv:1:1: error[heading-unknown]: the heading "Prot" names no field
            hint: did you mean Port? Otherwise rename it to Junk to skip it
        """,
        """
        x.csv:1:11: error[heading-duplicate]: the headings "Host" and "host" both mean HostOrIPAddress
            hint: rename one of them to Junk to skip it
        """,
        """
        x.csv:1:16: error[heading-duplicate]: the headings "host" and "IP Address" both mean HostOrIPAddress
            hint: rename one of them to Junk to skip it
        """,
        """
        x.csv:1:27: error[heading-unknown]: a column has no heading
            hint: add a heading, or the heading Junk to skip the column
        """,
        """
        x.csv:1:28: error[heading-unknown]: the heading "Xyzzy" names no field
            hint: rename it to Junk to skip it
        """,
        """
        x.csv:1: error[heading-missing]: no column names the port group
            hint: add PortGroup or MediaPortGroupObjectId
        """,
        """
        x.csv:1: error[heading-missing]: no column gives the service
            hint: add MediaRemoteServiceEnum
        """,
      ])
  }

  @Test func `a file without headings has its own fault`() {
    #expect(
      Reading("PhoneSystem-1,102,10.0.0.1\n").failure == [
        """
        x.csv:1: error[heading-missing]: the first line has no known heading
            hint: the first line must name the columns, such as PortGroup, MediaRemoteServiceEnum and HostOrIPAddress
        """
      ])
  }

  @Test func `a constant or another way to find the server can replace a mandatory column`() {
    #expect(Reading("ObjectId,PortGroup,Port\n\(id),G,1\n").failure == [])
    #expect(Reading("MatchPort,PortGroup,Port\n2,G,1\n").failure == [])
    let constants: [Column: String] = [.portGroup: "G", .field(.service): "102"]
    let reading = Reading("Host\nh\n", options: InputOptions(constants: constants))
    #expect(reading.failure == [])
    #expect(reading.first?.group.name == "G")
  }

  @Test func `constants fill missing cells, independent of the previous row`() {
    let constants: [Column: String] = [
      .portGroup: "G", .field(.service): "102", .field(.port): "5061", .field(.hostV6): "%null%",
    ]
    let long = String(repeating: "a", count: 60) + ".example"
    let reading = Reading(
      "Host,Port,Host V6\n\(long),5060,::1\nh,,\n\(long),,::2\nh.example.com,7,\n",
      options: InputOptions(constants: constants))
    #expect(reading.diagnostics == [])
    #expect(
      reading.rows.map { row in
        [Field.service, .host, .hostV6, .port].map { row.row?.fields[$0] ?? .absent }
      } == [
        ["102", FieldValue(text: long), "::1", "5060"], ["102", "h", "", "5061"],
        ["102", FieldValue(text: long), "::2", "5061"], ["102", "h.example.com", "", "7"],
      ])
  }

  @Test func `unknown and duplicate elements and keys are errors of their record`() {
    let xml = """
      <PortGroupServers>
        <PortGroupServer><PortGroup>G</PortGroup><Service>102</Service><Hostt>h</Hostt></PortGroupServer>
        <PortGroupServer><PortGroup>G</PortGroup><Service>102</Service><Host>h</Host></PortGroupServer>
      </PortGroupServers>
      """
    let reading = Reading(xml, name: "x.xml")
    #expect(reading.rows.map { $0.row == nil } == [true, false])
    #expect(
      reading.rows[0].diagnostics.first?.rendered == """
        x.xml:2:66: error[element-unknown]: "Hostt" names no field
            hint: did you mean HostOrIPAddress? Otherwise remove it
        """)
    #expect(reading.rows[0].diagnostics.first?.place.value == "h")
    let json = Reading(
      #"[{"PortGroup":"G","Service":"102","Host":"h","HostOrIPAddress":"i"}]"#, name: "x.json")
    #expect(
      json.diagnostics == [
        """
        x.json:1:64: error[element-duplicate]: HostOrIPAddress is given twice in one record
            hint: keep one of them
        """
      ])
  }

  @Test func `a wrong total is an error, or a warning if it is allowed`() {
    let xml = """
      <PortGroupServers total="3"><PortGroupServer><PortGroup>G</PortGroup><Service>102</Service>\
      <Host>h</Host></PortGroupServer></PortGroupServers>
      """
    let text =
      "the file declares 3 rows; 1 was found\n    "
      + "hint: get the whole list or fix the total"
    let strict = Reading(xml, name: "x.xml")
    #expect(strict.failure == ["x.xml:1:1: error[total-mismatch]: " + text])
    #expect(strict.rows.count == 1)
    let lenient = Reading(xml, name: "x.xml", options: InputOptions(allowed: [.totalMismatch]))
    #expect(lenient.failure == [])
    #expect(lenient.notes == ["x.xml:1:1: warning[total-mismatch]: " + text])
  }

  @Test(arguments: [
    "PortGroup,Service\n", "<PortGroupServers total='0'/>", "{\"@total\":\"0\"}", "[]",
  ])
  func `a file without rows gives a warning`(_ text: String) {
    let reading = Reading(text)
    #expect(reading.failure == [])
    #expect(reading.rows.isEmpty)
    #expect(
      reading.notes == [
        "x.csv: warning[file-empty]: the file has no rows\n    hint: there is nothing to do"
      ])
  }

  @Test func `a missing file gives one message`() {
    let failure = #expect(throws: InputFailure.self) {
      try RowReader(path: "/nowhere/x.csv", options: InputOptions())
    }
    #expect(
      failure?.diagnostics.map(\.rendered) == [
        """
        /nowhere/x.csv: error[file-unreadable]: there is no such file
            hint: check the name and the folder
        """
      ])
  }

  @Test func `every kind of fault has a code in the model`() {
    for kind in FaultKind.allCases {
      #expect(DiagnosticCode(rawValue: kind.rawValue) != nil, "\(kind)")
    }
  }
}
