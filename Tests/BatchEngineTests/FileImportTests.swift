// Imports and checks of real files: all errors are reported before anything is sent.

import CommandLineTool
import PortGroupFiles
import PortGroupModel
import RowLedger
import TestSupport
import Testing

@testable import BatchEngine

@Suite struct FileImportTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func importer(
    _ rig: EngineRig, _ files: [String], _ options: InputOptions = InputOptions()
  ) -> Importer {
    Importer(
      input: ImportInput(files: files, options: options), options: rig.options,
      setting: rig.setting())
  }

  private static let heading = "PortGroup,MediaRemoteServiceEnum,HostOrIPAddress,Port\n"

  @Test func `rows of several files and formats are one run`() async throws {
    let csv = try folder.write(Self.heading + "SIP,102,10.0.0.1,5060\n", to: "a.csv")
    let json = try folder.write(
      """
      {"@total":"1","PortGroupServer":{"PortGroup":"SIP","MediaRemoteServiceEnum":"102",
      "HostOrIPAddress":"10.0.0.2"}}
      """, to: "b.json")
    let xml = try folder.write(
      """
      <PortGroupServers total="1"><PortGroupServer><PortGroup>SIP</PortGroup>
      <MediaRemoteServiceEnum>102</MediaRemoteServiceEnum>
      <HostOrIPAddress>10.0.0.3</HostOrIPAddress></PortGroupServer></PortGroupServers>
      """, to: "c.xml")
    let rig = try EngineRig()
    let result = await importer(rig, [csv, json, xml]).run(on: rig.client)
    #expect(try await rig.states(result) == ["created", "created", "created"])
    #expect(try await rig.reports(result).map(\.place.file) == [csv, json, xml])
    #expect(
      try await rig.servers() == ["10.0.0.1:5060/0", "10.0.0.2:5060/0", "10.0.0.3:5060/0"])
    let first = try await rig.reports(result)[0]
    #expect(try await rig.ledger.rawRecord(of: first.id) == "SIP,102,10.0.0.1,5060")
  }

  @Test
  func `the faults of a row and of its unknown group are reported together, once for each name`()
    async throws
  {
    let file = try folder.write(
      Self.heading + "SPI,102,10.0.0.,1\nSPI,102,10.0.0.,1\nSIP,102,10.0.0.,1\n,102,10.0.0.,1\n"
        + "Both,102,10.0.0.,1\nBoth,102,10.0.0.1,1\n", to: "a.csv")
    let rig = try EngineRig()
    let result = await importer(rig, [file]).run(on: rig.client)
    #expect(result.status == .inputInvalid)
    #expect(
      rig.events.diagnostics.filter { $0.code == .groupUnknown }.map {
        "\($0.place.line): \($0.message)"
      }
        == [
          #"7: the target has no port group "Both""#,
          #"2: the target has no port group "SPI" (2 rows name it so)"#,
        ])
  }

  @Test func `errors of all files are reported together, each with its place, and nothing is sent`()
    async throws
  {
    let one = try folder.write(
      Self.heading + "SIP,102,10.0.0.1,99999\nSIP,102,10.0.0.2,5060\n", to: "one.csv")
    let two = try folder.write(
      Self.heading + "SIP,102,10.0.0.2,5060\nSIP,107,10.0.0.3,5060\nSPI,102,10.0.0.4,x\n",
      to: "two.csv")
    let (rig, server) = try EngineRig.withFaultyServer()

    let result = await importer(rig, [one, two]).run(on: rig.client)

    let reported = rig.events.diagnostics.map {
      "\($0.place.file):\($0.place.line) \($0.code.rawValue)"
    }
    #expect(
      reported.sorted() == [
        "\(one):2 port-out-of-range", "\(one):3 duplicate-row", "\(two):2 duplicate-row",
        "\(two):3 service-unknown", "\(two):4 group-unknown", "\(two):4 port-not-a-number",
      ])
    #expect(result.status == .inputInvalid)
    #expect(result.books?.invalid == 5)
    #expect(server.log == ["login", "groups"])
  }

  @Test(arguments: [true, false])
  func `a file that cannot be read to its end stops the run, and not even its valid rows are sent`(
    skipInvalid: Bool
  ) async throws {
    let good = try folder.write(Self.heading + "SIP,102,10.0.0.1,5060\n", to: "good.csv")
    var (rig, server) = try EngineRig.withFaultyServer()
    rig.options.skipInvalid = skipInvalid
    let result = await importer(rig, [folder.path("missing.csv"), good]).run(on: rig.client)
    #expect(rig.events.diagnostics.map(\.code) == [.fileUnreadable])
    #expect(result.status == .inputInvalid)
    #expect(result.stop == .input)
    #expect(server.log.isEmpty)
    #expect(try await rig.onlyAttempt() == RunEnding(.refused, reason: "the input cannot be read"))
  }

  @Test func `valid rows of an invalid file are sent if that is requested`() async throws {
    let path = try folder.write(
      Self.heading + "SIP,102,10.0.0.1,99999\nSIP,102,10.0.0.2,5060\n", to: "bad.csv")
    var rig = try EngineRig()
    rig.options.skipInvalid = true
    let result = await importer(rig, [path]).run(on: rig.client)
    #expect(try await rig.states(result) == ["invalid", "created"])
    #expect(result.status == .inputInvalid)
  }

  @Test func `the options that affect how files are read are stored in the ledger`() async throws {
    let path = try folder.write("Where,Host\nSIP,10.0.0.1\n", to: "a.csv")
    let rig = try EngineRig()
    let options = InputOptions(
      columns: ["Where": .portGroup], constants: [.field(.service): "102"], mode: .create,
      allowed: [.portOutOfRange])
    let result = await importer(rig, [path], options).run(on: rig.client)
    #expect(try await rig.states(result) == ["created"])
    let run = try await rig.ledger.run(try #require(result.run))
    #expect(run.opening.source == path)
    #expect(
      run.opening.options
        == #"{"allowLast":false,"isPart":false,"maxDelete":0,"reading":{"allow":["port-out-of-range"],"#
        + #""column":["Where=PortGroup"],"mode":"create","set":["MediaRemoteServiceEnum=102"]},"#
        + #""skipInvalid":false,"verify":"all"}"#)
  }

  @Test func `rows in several transactions keep their order`() async throws {
    let hosts = (0..<1_203).map { "10.1.\($0 / 250).\($0 % 250)" }
    let path = try folder.write(
      Self.heading + hosts.map { "SIP,102,\($0),5060\n" }.joined(), to: "many.csv")
    let rig = try EngineRig()
    let result = await importer(rig, [path]).run(on: rig.client)
    #expect(result.books?.created == 1_203)
    let recorded = try await rig.reports(result)
    #expect(recorded.map { $0.row?.fields[.host].text } == hosts)
    #expect(recorded.map(\.place.line) == Array(2...1_204))
  }

  @Test func `a stop while files are read leaves only the attempt`() async throws {
    let path = try folder.write(Self.heading + "SIP,102,10.0.0.1,5060\n", to: "a.csv")
    let (rig, server) = try EngineRig.withFaultyServer()
    rig.control.requestStop(.terminated)
    let result = await importer(rig, [path]).run(on: rig.client)
    #expect(result.status == .terminated)
    #expect(server.log.isEmpty)
    #expect(try await rig.onlyAttempt() == RunEnding(.interrupted, reason: "by the system"))
  }

  // MARK: Checking without a server

  private func validate(_ text: String) async throws -> (Validator.Findings, EventLog) {
    let path = try folder.write(text, to: "check.csv")
    let events = EventLog()
    let findings = await Validator(
      input: ImportInput(files: [path]), control: RunControl(), report: { events.append($0) }
    ).run()
    return (findings, events)
  }

  @Test func `a check counts rows and groups as the file names them`() async throws {
    let (findings, events) = try await validate(
      Self.heading + "SIP,102,10.0.0.1,\nSIP,102,10.0.0.2,\nOther,102,10.0.0.1,\n")
    #expect(findings == Validator.Findings(rows: 3, invalid: 0, groups: 2))
    #expect(findings.status == .success)
    #expect(events.diagnostics.isEmpty)
  }

  @Test func `a check finds the faults of single rows and of rows together`() async throws {
    let (findings, events) = try await validate(
      Self.heading + "SIP,102,10.0.0.1,\nSIP,102,10.0.0.1,\nOther,999,10.0.0.1,\n")
    #expect(findings.rows == 3 && findings.invalid == 3)
    #expect(findings.status == .inputInvalid)
    #expect(
      events.diagnostics.map(\.code.rawValue).sorted()
        == ["duplicate-row", "duplicate-row", "service-unknown"])
  }

  @Test func `a check of a missing file is invalid input`() async throws {
    let findings = await Validator(
      input: ImportInput(files: [folder.path("missing.csv")]), control: RunControl(),
      report: { _ in }
    ).run()
    #expect(findings.stop == .input)
    #expect(findings.status == .inputInvalid)
  }
}
