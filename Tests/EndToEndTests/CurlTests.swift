import Foundation
import TestSupport
import Testing

/// The requests of the API page, sent to the sandbox with curl, with and without TLS.
@Suite(.serialized) struct CurlTests {
  private static let group = "42ef5946-c5f2-4556-9897-6a4b6e116dfa"

  /// Runs curl, and returns the body followed by the status.
  private func curl(
    _ bench: Workbench, _ path: String, _ options: [String] = []
  ) async throws -> (status: String, body: String) {
    let trust = bench.sandbox.isSecure ? ["--cacert", "lab.db.crt"] : []
    let run = try await ProgramRun.run(
      ["-sS", "-u", "admin:sandbox", "-w", "\n%{http_code}"] + trust + options
        + [bench.sandbox.url + path],
      program: "/usr/bin/curl", in: bench.folder.path)
    #expect(run.status == 0, "\(run.messages)")
    let end = try #require(run.output.lastIndex(of: "\n"))
    return (String(run.output[run.output.index(after: end)...]), String(run.output[..<end]))
  }

  /// Each sample of the page, with and without TLS.
  static let talks = ["sip-proxy", "tftp", "call-manager"].flatMap { sample in
    [(sample: sample, isSecure: false), (sample: sample, isSecure: true)]
  }

  @Test(arguments: talks, ["xml", "json"])
  func `the API page's creations, list and deletion work with curl`(
    talk: (sample: String, isSecure: Bool), format: String
  ) async throws {
    let sample = talk.sample
    let bench = try await Workbench(talk.isSecure ? ["--tls", "--state", "lab.db"] : [])
    let path = "/vmrest/portgroups/\(Self.group)/portgroupservers"
    let accept = ["-H", "Accept: application/\(format)"]
    let before = try await curl(bench, path, accept)
    #expect(before.status == "200")

    let created = try await curl(
      bench, path,
      accept + [
        "-H", "Content-Type: application/\(format)",
        "--data-binary", "@samples/api-page/\(sample).\(format)",
      ])
    #expect(created.status == "201")
    let uri = created.body
    let id = try #require(uri.split(separator: "/").last.map(String.init))
    #expect(uri == "\(path)/\(id)")

    let listed = try await curl(bench, path, accept)
    #expect(listed.status == "200")
    #expect(listed.body.contains(id))
    // An import of the same file finds the server that curl created.
    let imported = try await bench.imports(["samples/api-page/\(sample).\(format)"])
    #expect(imported.summary == "read 1, unchanged 1")
    #expect(try await bench.servers().map(\.objectID).contains(id))

    let changed = try await curl(
      bench, uri,
      ["-X", "PUT", "-H", "Content-Type: application/json", "-d", #"{"Precedence":"3"}"#])
    #expect(changed.status == "204")
    #expect(try await bench.servers().first { $0.objectID == id }?.precedence == "3")

    let deleted = try await curl(bench, uri, ["-X", "DELETE"])
    #expect(deleted.status == "204")
    #expect(deleted.body.isEmpty)
    #expect(try await curl(bench, path, accept).body == before.body)
    #expect(try await curl(bench, uri, accept).status == "404")
  }

  @Test(arguments: ["xml", "json"])
  func `an answer of the server can be imported as a file`(format: String) async throws {
    let bench = try await Workbench()
    let list = "/vmrest/portgroups/\(Self.group)/portgroupservers"
    let item = list + "/1f0e6c52-88d3-4b7a-a1c9-5e2d90b7f301"
    // A list of two, one server alone, a list of one (in JSON an object), and an empty list.
    let answers = [
      (list, "read 2, unchanged 2"), (item, "read 1, unchanged 1"),
      (
        "/vmrest/portgroups/0a7f3c85-e1bd-405e-a0e2-9926fcdc5a37/portgroupservers",
        "read 1, unchanged 1"
      ),
      ("/vmrest/portgroups/99999999-0000-4000-8000-000000000001/portgroupservers", ""),
    ]
    for (path, summary) in answers {
      let answer = try await curl(bench, path, ["-H", "Accept: application/\(format)"])
      let outcome = try await bench.imports(answer.body, as: "answer")
      #expect(outcome.run.status == 0, "\(outcome.run.messages)")
      #expect(outcome.summary == summary, "\(path)")
    }
  }

  @Test func `curl and cupibulk trust the sandbox's certificate file`() async throws {
    let bench = try await Workbench(["--tls", "--state", "lab.db"])
    #expect(bench.sandbox.url.hasPrefix("https://127.0.0.1:"))
    let version = try await curl(bench, "/vmrest/version")
    #expect(version.status == "200")
    #expect(version.body.contains("<name>vmrest</name>"))

    let export = try await bench.run(["export", "--ca-cert", "lab.db.crt", "-o", "out.csv"])
    #expect(export.status == 0, "\(export.messages)")
    let imported = try await bench.imports(["out.csv", "--ca-cert", "lab.db.crt"])
    #expect(imported.run.status == 0, "\(imported.run.messages)")
    #expect(imported.books?.unchanged == imported.books?.read)
  }

  @Test func `a sandbox that was stopped continues with its stored state`() async throws {
    let bench = try await Workbench(["--state", "lab.db"])
    #expect(try await bench.imports(["samples/sip-proxies.csv"]).run.status == 0)
    let before = try await bench.servers().map(\.objectID)
    #expect(await bench.sandbox.stop().status == 0)
    let again = try await Workbench(bench.folder, ["--state", "lab.db"])
    #expect(try await again.servers().map(\.objectID) == before)
    #expect(try await again.imports(["samples/sip-proxies.csv"]).summary == "read 5, unchanged 5")
  }
}
