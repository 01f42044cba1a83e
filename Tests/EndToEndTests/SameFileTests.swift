import TestSupport
import Testing

/// The same content in every format and from every kind of input.
@Suite(.serialized) struct SameFileTests {
  private static let csv = """
    PortGroup,MediaRemoteServiceEnum,HostOrIPAddress,HostOrIPAddressV6,Port,Precedence
    Branch,102,10.0.0.1,,5062,4
    Branch,102,%null%,2001:db8::5,5060,
    Branch,101,tftp.example.com,,,2

    """
  private static let objects = [
    #"{"PortGroup":"Branch","MediaRemoteServiceEnum":"102","HostOrIPAddress":"10.0.0.1","Port":5062,"Precedence":"4"}"#,
    #"{"PortGroup":"Branch","MediaRemoteServiceEnum":102,"HostOrIPAddress":null,"HostOrIPAddressV6":"2001:db8::5","Port":"5060"}"#,
    #"{"PortGroup":"Branch","MediaRemoteServiceEnum":"101","HostOrIPAddress":"tftp.example.com","Precedence":2}"#,
  ]
  private static let xml = """
    <?xml version="1.0" encoding="UTF-8"?>
    <PortGroupServers total="3">
      <PortGroupServer>
        <PortGroup>Branch</PortGroup><MediaRemoteServiceEnum>102</MediaRemoteServiceEnum>
        <HostOrIPAddress>10.0.0.1</HostOrIPAddress><Port>5062</Port><Precedence>4</Precedence>
      </PortGroupServer>
      <PortGroupServer>
        <MediaRemoteServiceEnum>102</MediaRemoteServiceEnum><PortGroup>Branch</PortGroup>
        <HostOrIPAddress/><HostOrIPAddressV6>2001:db8::5</HostOrIPAddressV6><Port>5060</Port>
      </PortGroupServer>
      <PortGroupServer>
        <PortGroup>Branch</PortGroup><MediaRemoteServiceEnum>101</MediaRemoteServiceEnum>
        <HostOrIPAddress>tftp.example.com</HostOrIPAddress><Precedence>2</Precedence>
      </PortGroupServer>
    </PortGroupServers>

    """

  /// The content in one form; the names do not show the format.
  static let forms = [
    "CSV": csv,
    "CSV with semicolons and plain words": csv.replacing(",", with: ";")
      .replacing("MediaRemoteServiceEnum", with: "service")
      .replacing("HostOrIPAddressV6", with: "Host V6").replacing("PortGroup", with: "PORT GROUP"),
    "XML": xml,
    "JSON as the API answers":
      #"{"@total":"3","PortGroupServer":[\#(objects.joined(separator: ","))]}"#,
    "JSON list": "[\(objects.joined(separator: ","))]",
    "JSON lines": objects.joined(separator: "\n"),
  ]

  /// The group before and after; the proxy is updated, the others are created.
  private static let lab = Lab("Branch", [.proxy("10.0.0.1")])
  private static let expected = [
    "101 tftp.example.com #2", "102 2001:db8::5 5060/5061 #0", "102 10.0.0.1 5062/5061 #4",
  ]

  @Test(arguments: forms.keys.sorted(), [false, true])
  func `the same content in any form gives the same result`(
    form: String, standardInput: Bool
  ) async throws {
    let bench = try await Workbench(Self.lab)
    let text = try #require(Self.forms[form])
    let file = standardInput ? "-" : try bench.folder.write(text, to: "rows")
    let input = standardInput ? text : ""

    let first = try await bench.imports([file], input: input)
    #expect(first.run.status == 0, "\(first.run.messages)")
    #expect(first.summary == "read 3, created 2, updated 1")
    #expect(try await bench.states() == ["updated", "created", "created"])
    #expect(try await bench.servers(of: "Branch") == Self.expected)
    #expect(try await bench.imports([file], input: input).summary == "read 3, unchanged 3")
    #expect(try await bench.sandbox.log().writes == 3)
  }

  @Test func `a single object, a list of one and a JSON line each give one row`() async throws {
    let object = Self.objects[0]
    let forms = [
      object, "[\(object)]", object + "\n", #"{"@total":"1","PortGroupServer":\#(object)}"#,
      #"{"PortGroupServer":[\#(object)]}"#,
    ]
    let bench = try await Workbench(Self.lab)
    #expect(try await bench.imports(forms[0], as: "first.json").summary == "read 1, updated 1")
    for form in forms {
      #expect(try await bench.imports(form, as: "rows.json").summary == "read 1, unchanged 1")
    }
  }

  @Test func `several files, standard input among them, are one run`() async throws {
    let bench = try await Workbench(Self.lab)
    try bench.folder.write(Self.objects[1], to: "two.json")
    try bench.folder.write(
      "PortGroup,Service,Host,Precedence\nBranch,101,tftp.example.com,2\n", to: "three.csv")
    let outcome = try await bench.imports(
      ["two.json", "-", "three.csv"],
      input: "PortGroup|Service|Host|Port|Precedence\nBranch|102|10.0.0.1|5062|4\n")
    #expect(outcome.summary == "read 3, created 2, updated 1")
    #expect(try await bench.rows().map(\.file) == ["two.json", "-", "three.csv"])
    #expect(try await bench.servers(of: "Branch") == Self.expected)
  }

  @Test func `a gzip file and gzip on standard input are read`() async throws {
    let bench = try await Workbench(Self.lab)
    try bench.folder.write(Self.csv, to: "rows.csv")
    let packed = try await ProgramRun.run(
      ["-k", "rows.csv"], program: "/usr/bin/gzip", in: bench.folder.path)
    #expect(packed.status == 0)
    #expect(try await bench.imports(["rows.csv.gz"]).summary == "read 3, created 2, updated 1")
    let piped = try await ProgramRun.run(
      ["-c", #""$0" validate - < rows.csv.gz"#, Package.program], program: "/bin/sh",
      in: bench.folder.path)
    #expect(piped.output == "3 rows for 1 group: all are valid.\n")
  }
}
