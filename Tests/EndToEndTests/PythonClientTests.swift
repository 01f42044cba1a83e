import Foundation
import TestSupport
import Testing

/// An independent client, the PyPI package ciscounityapi, works with the sandbox.
@Suite struct PythonClientTests {
  private static let python = Package.root + "/.build/clients/bin/python"

  /// The reason why the client is not installed, written by `Tools/clients.sh`.
  private static let reason: String = {
    let text = try? Package.text(".build/clients.reason").split(separator: "\n").last.map(
      String.init)
    return text ?? "Tools/clients.sh has not been run"
  }()

  private static var isThere: Bool { FileManager.default.isExecutableFile(atPath: python) }

  /// The compared part of the script's output.
  private struct Seen: Decodable {
    struct List: Decodable {
      var total: String
      var servers: [[String: String]]?

      enum CodingKeys: String, CodingKey {
        case total = "@total"
        case servers = "PortGroupServer"
      }
    }

    var groups: List?
    var created: Int
    var uri: String
    var item: [String: String]?
    var updated: Int
    var list: List?
    var deleted: Int
    var gone: [String: String]?
    var refused: Int
    var reason: String
  }

  private static func talk(_ options: [String]) async throws -> (Seen, SandboxProcess.Log) {
    let folder = try TemporaryFolder()
    let sandbox = try await SandboxProcess(["--tls"] + options, in: folder)
    let place = try #require(sandbox.url.split(separator: "//").last.map(String.init))
    let run = try await ProgramRun.run(
      [Package.root + "/Tests/Clients/ciscounityapi_talk.py", place], program: python,
      in: folder.path)
    try #require(run.status == 0, "\(run.messages)")
    let seen = try JSONDecoder().decode(Seen.self, from: Data(run.output.utf8))
    return (seen, try await sandbox.log())
  }

  @Test(.enabled(if: isThere, "ciscounityapi is not installed: \(reason)"))
  func `the client reads, creates, updates and deletes`() async throws {
    let (seen, log) = try await Self.talk([])
    #expect(seen.groups?.total == "1")
    #expect(seen.created == 201)
    let id = try #require(seen.uri.split(separator: "/").last.map(String.init))
    #expect(
      seen.uri
        == "/vmrest/portgroups/42ef5946-c5f2-4556-9897-6a4b6e116dfa/portgroupservers/\(id)")
    #expect(seen.item?["ObjectId"] == id)
    #expect(seen.item?["HostOrIPAddress"] == "12.12.12.12")
    #expect(seen.updated == 204)
    #expect(seen.list?.total == "3")
    #expect(seen.list?.servers?.last?["Port"] == "5070")
    #expect(seen.deleted == 204)
    #expect(seen.gone == nil)
    #expect(seen.refused == 404)
    #expect(seen.reason.hasPrefix(#"{"errors":{"code":"NOT_FOUND","message":"PortGroupServer"#))
    #expect(log.requests == ["GET": 4, "POST": 1, "PUT": 2, "DELETE": 1])
    #expect(log.logins == 8)
  }

  /// The number of its calls in a second depends on the machine, but the limit always applies.
  @Test(.enabled(if: isThere, "ciscounityapi is not installed: \(reason)"))
  func `the client logs in with each call, and is refused if it sends too many`() async throws {
    let (seen, log) = try await Self.talk(["--login-limit", "2"])
    #expect((log.mostLoginsInOneSecond > 2) == (log.turnedAway > 0))
    #expect(log.logins + log.turnedAway == 8)
    let refusals = [seen.created, seen.updated, seen.deleted, seen.refused].count { $0 == 503 }
    #expect(refusals <= log.turnedAway)
    if seen.refused == 503 { #expect(seen.reason.contains("The server is busy")) }
  }
}
