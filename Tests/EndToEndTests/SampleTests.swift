import Foundation
import TestSupport
import Testing

/// Imports of the sample files over a real socket.
@Suite(.serialized) struct SampleTests {
  /// A sample, and the result of its first import into the lab.
  struct Sample: CustomTestStringConvertible, Sendable {
    var file: String
    var outcome: String

    init(_ file: String, _ outcome: String) {
      self.file = file
      self.outcome = outcome
    }

    var testDescription: String { file }
  }

  static let samples = [
    Sample("sip-proxies.csv", "read 5, created 3, updated 1, unchanged 1"),
    Sample("spreadsheet.csv", "read 3, created 3"),
    Sample("move-hosts.csv", "read 2, updated 2"),
    Sample("tftp-servers.xml", "read 2, created 2"),
    Sample("call-managers.xml", "read 2, created 2"),
    Sample("api-page/sip-proxy.xml", "read 1, created 1"),
    Sample("api-page/sip-proxy.json", "read 1, created 1"),
    Sample("api-page/tftp.xml", "read 1, created 1"),
    Sample("api-page/tftp.json", "read 1, created 1"),
    Sample("api-page/call-manager.xml", "read 1, created 1"),
    Sample("api-page/call-manager.json", "read 1, created 1"),
  ]

  @Test(arguments: samples)
  func `a sample imports, and imported again it changes nothing`(sample: Sample) async throws {
    let bench = try await Workbench()
    let file = "samples/" + sample.file

    let first = try await bench.imports([file])
    #expect(first.run.status == 0)
    #expect(first.summary == sample.outcome)
    let writes = try await bench.sandbox.log().writes
    #expect(writes > 0)

    let second = try await bench.imports([file])
    #expect(second.run.status == 0)
    #expect(
      try await bench.states() == Array(repeating: "unchanged", count: first.books?.read ?? 0))
    #expect(try await bench.sandbox.log().writes == writes)
  }

  @Test func `every sample is tested`() throws {
    let folder = URL(filePath: Package.root + "/samples")
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .filter { !URL(filePath: $0, relativeTo: folder).hasDirectoryPath && $0.contains(".") }
    #expect(Set(files) == Set(Self.samples.map(\.file) + ["mistakes.csv", "forty-mistakes.csv"]))
  }

  @Test func `the sample of mistakes sends nothing, or only its valid row`() async throws {
    let bench = try await Workbench()
    let refused = try await bench.imports(["samples/mistakes.csv"])
    #expect(refused.run.status == 4)
    #expect(refused.summary == "read 9, invalid 8, pending 1")
    #expect(try await bench.sandbox.log().writes == 0)

    let skipping = try await bench.imports(["samples/mistakes.csv", "--skip-invalid"])
    #expect(skipping.run.status == 4)
    #expect(skipping.summary == "read 9, invalid 8, created 1")
    #expect(try await bench.sandbox.log().writes == 1)
  }

  @Test func `all forty mistakes are reported, and nothing is sent`() async throws {
    let bench = try await Workbench()
    let refused = try await bench.imports(["samples/forty-mistakes.csv"])
    #expect(refused.run.status == 4)
    #expect(refused.summary == "read 40, invalid 40")
    #expect(refused.run.messages.ranges(of: ": error[").count == 40)
    #expect(try await bench.sandbox.log().writes == 0)
  }

  @Test func `all samples in one run are one run`() async throws {
    let bench = try await Workbench()
    // The samples for one service of the API page have the same server in two forms.
    let files = Self.samples.map(\.file)
      .filter { !["move-hosts.csv", "spreadsheet.csv"].contains($0) && !$0.hasSuffix(".json") }
      .map { "samples/" + $0 }
    let first = try await bench.imports(files)
    #expect(first.run.status == 0)
    #expect(first.summary == "read 12, created 10, updated 1, unchanged 1")
    #expect(
      try await bench.rows().map(\.file) == [
        files[0], files[0], files[0], files[0], files[0], files[1], files[1], files[2], files[2],
        files[3], files[4], files[5],
      ])
    let second = try await bench.imports(files)
    #expect(second.summary == "read 12, unchanged 12")
  }
}
