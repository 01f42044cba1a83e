// The outcome of a write and of a read for each unusual response, with an independent server.

import HTTPTransfers
import PortGroupModel
import TestSupport
import Testing
import UnityConnection

@Suite struct OddServerTests {
  /// One unusual case, and its expected outcomes.
  struct OddCase: Sendable, CustomTestStringConvertible {
    var name: String
    var write: String
    var read: String
    /// The number of times that the server must receive the write.
    var writes = 1
    /// The timeout of cases that end only by it; all others have no practical timeout.
    var timeout: Duration?
    var limit = 1 << 20

    var testDescription: String { name }
    /// True if the server must report that it applied the write; for an expired session, it counts none.
    var isApplied: Bool { write.hasPrefix("done") && name != "session-aged" }
    var mayBeApplied: Bool { write.hasPrefix("done") || write.hasPrefix("unknown") }
  }

  /// The write was done; the outcome has or has not the new server's id.
  private static let completed: [OddCase] =
    [
      "good", "http10", "chunks", "tiny-chunks", "chunk-extras", "continue", "early-hints",
      "folded",
      "bare-line-feeds", "no-reason", "no-type", "wrong-type", "byte-order-mark", "other-wire",
      "many-cookies", "repeated-answer", "broken-location", "closed-when-idle",
    ].map { OddCase(name: $0, write: "done with its id", read: "answer") } + [
      OddCase(name: "ten-megabytes", write: "done with its id", read: "answer", limit: 16 << 20),
      OddCase(name: "session-aged", write: "done with its id", read: "answer", writes: 2),
    ]
    + ["no-content", "empty", "gzip", "gzip-unnamed", "short-length"].map {
      OddCase(name: $0, write: "done", read: "unexpected-answer")
    }

  /// It is unknown whether the write was done; a read is repeated.
  private static let lost: [OddCase] =
    [
      "cut-after-applying", "cut-before-applying", "reset-after-applying", "cut-in-status",
      "cut-in-header", "cut-in-body", "reset-in-body", "cut-in-chunk", "no-last-chunk",
      "bad-chunk-size", "huge-chunk-size", "long-header-line",
    ].map { OddCase(name: $0, write: "unknown: no-answer", read: "no-answer, again") } + [
      OddCase(
        name: "accepted-and-closed", write: "unknown: no-answer", read: "no-answer, again",
        writes: 0)
    ]
    + [
      "ssh", "html-alone", "noise", "http-3.7", "status-word", "bad-length", "negative-length",
      "nul-in-header", "status-99",
    ].map { OddCase(name: $0, write: "unknown: not-http", read: "not-http, again") }
    + ["silence", "silence-in-header", "silence-in-body", "long-length", "slow-drip"].map {
      OddCase(
        name: $0, write: "unknown: timed-out", read: "timed-out, again",
        timeout: .milliseconds(400)
      )
    }
    + ["status-500", "status-502", "status-504"].map {
      OddCase(name: $0, write: "unknown: failed", read: "failed, again")
    }
    + ["too-large", "endless-header", "endless-chunks"].map {
      OddCase(name: $0, write: "unknown: unexpected-answer", read: "unexpected-answer")
    } + [OddCase(name: "welcome-page", write: "unknown: web-page", read: "web-page")]

  /// The write was not processed, and would be refused again.
  private static let refused: [OddCase] =
    [301, 302, 303, 307, 308].map {
      OddCase(name: "redirect-\($0)", write: "refused \($0)", read: "unexpected-answer")
    }
    + ["xml", "json", "html", "text", "empty"].map {
      OddCase(name: "refused-\($0)", write: "refused 400", read: "refused")
    }
    + [403, 404, 405, 406, 409, 410, 413, 415, 501].map {
      let read = $0 == 403 ? "forbidden" : $0 == 404 || $0 == 410 ? "not-found" : "refused"
      return OddCase(name: "status-\($0)", write: "refused \($0)", read: read)
    }

  /// The write was not processed, and is sent again later.
  private static let notProcessed: [OddCase] = [
    OddCase(name: "busy-503", write: "not processed: busy", read: "busy, again"),
    OddCase(name: "busy-429", write: "not processed: busy, after 7 s", read: "busy, again"),
    OddCase(name: "busy-until", write: "not processed: busy, after 15 s", read: "busy, again"),
    OddCase(name: "answer-before-request", write: "not processed: busy", read: "busy, again"),
    OddCase(name: "session-refused", write: "not processed: busy", read: "busy, again", writes: 2),
  ]

  static let all = completed + lost + refused + notProcessed

  private func client(
    _ odd: OddCase, of server: OddServer
  ) throws -> (ConnectionClient, TransferLoop) {
    var options = TransferOptions()
    options.responseLimit = odd.limit
    options.transferTimeout = odd.timeout ?? .seconds(600)
    options.connectTimeout = .seconds(600)
    options.stallTimeout = .seconds(600)
    options.idleTimeout = .seconds(3600)
    let loop = TransferLoop(origin: try server.origin(of: odd.name), options: options)
    return (ConnectionClient(loop), loop)
  }

  /// Creates a server; doubles the timeout while it is too short even for a login, on a slow machine.
  private func write(_ odd: OddCase, to server: OddServer) async throws -> WriteOutcome {
    var odd = odd
    while true {
      let (client, loop) = try client(odd, of: server)
      defer { loop.shutDown() }
      let outcome = try await client.create([.service: "102"], in: ExampleID.group)
      guard let timeout = odd.timeout, outcome.meaning == "not processed: timed-out" else {
        return outcome
      }
      odd.timeout = timeout * 2
    }
  }

  private func client(
    named name: String, of server: OddServer
  ) throws -> (ConnectionClient, TransferLoop) {
    try client(OddCase(name: name, write: "", read: ""), of: server)
  }

  @Test(arguments: all)
  func `each unusual response has one outcome`(odd: OddCase) async throws {
    let server = try await OddServer.shared
    let before = try await server.counts(of: odd.name)
    let outcome = try await write(odd, to: server)
    #expect(outcome.meaning == odd.write)
    var counts = try await server.counts(of: odd.name)
    // A server that responds before it has read the request counts the request slightly later.
    for _ in 0..<1_000 where odd.timeout == nil && counts.writes - before.writes < odd.writes {
      try await Task.sleep(for: .milliseconds(5))
      counts = try await server.counts(of: odd.name)
    }
    if odd.timeout == nil {
      #expect(counts.writes - before.writes == odd.writes)
    } else {
      // The server may not have read the write yet.
      #expect(counts.writes - before.writes <= odd.writes)
    }
    if odd.isApplied { #expect(counts.applied > 0) }
    if !odd.mayBeApplied { #expect(counts.applied == 0) }

    let (reader, reading) = try client(odd, of: server)
    defer { reading.shutDown() }
    do throws(ServerError) {
      let groups = try await reader.portGroups()
      #expect(groups.map(\.objectID) == [ExampleID.group])
      #expect(odd.read == "answer")
    } catch {
      #expect(error.kind.rawValue + (error.isRepeatable ? ", again" : "") == odd.read)
    }
  }

  @Test func `the table contains each case of the server once`() async throws {
    let names = Self.all.map(\.name)
    #expect(names.count == Set(names).count)
    #expect(Set(names) == (try await OddServer.shared.cases))
    #expect(names.count >= 40)
  }

  @Test func `a second response to a request is not used for the next request`() async throws {
    let server = try await OddServer()
    let (client, loop) = try client(named: "repeated-answer", of: server)
    defer { loop.shutDown() }
    for _ in 1...3 {
      #expect(try await client.portGroups().map(\.objectID) == [ExampleID.group])
      let outcome = try await client.create([.service: "102"], in: ExampleID.group)
      #expect(outcome.meaning == "done with its id")
    }
  }

  @Test func `a connection that was closed while idle causes no errors`() async throws {
    let server = try await OddServer()
    let name = "closed-when-idle"
    let (client, loop) = try client(named: name, of: server)
    defer { loop.shutDown() }
    for number in 1...3 {
      let outcome = try await client.create([.service: "102"], in: ExampleID.group)
      #expect(outcome.meaning == "done with its id")
      try await server.waitUntilClosed(number, of: name)
    }
  }

  @Test func `redirects are not followed`() async throws {
    let server = try await OddServer()
    for status in [301, 302, 303, 307, 308] {
      let (client, loop) = try client(named: "redirect-\(status)", of: server)
      _ = try? await client.portGroups()
      _ = try await client.create([.service: "102"], in: ExampleID.group)
      loop.shutDown()
    }
    #expect(try await server.redirected() == 0)
  }

  @Test(arguments: [
    ("refused-xml", "status 400: INVALID_PARAMETER: Port"),
    ("refused-json", "status 400: INVALID_PARAMETER: Port"),
    ("refused-html", "status 400: java.lang.IllegalStateException: queue is full"),
    ("refused-text", "status 400: No way"), ("refused-empty", "status 400: Bad Request"),
  ])
  func `the message is found in every kind of body`(name: String, sentence: String) async throws {
    let server = try await OddServer()
    let (client, loop) = try client(named: name, of: server)
    defer { loop.shutDown() }
    #expect(
      try await client.create([.service: "102"], in: ExampleID.group)
        == .refused(
          Refusal(
            status: 400,
            sentence: sentence + " (POST /vmrest/portgroups/\(ExampleID.group)/portgroupservers, "
              + "\(ConnectionClient.address))")))
  }
}

extension WriteOutcome {
  /// A short description, as used in the table of cases.
  fileprivate var meaning: String {
    switch self {
    case .done(let id): id == ExampleID.server ? "done with its id" : "done"
    case .refused(let refusal): "refused" + (refusal.status.map { " \($0)" } ?? "")
    case .notProcessed(let failure):
      "not processed: \(failure.kind.rawValue)"
        + (failure.retryAfter.map { ", after \($0) s" } ?? "")
    case .unknown(let failure): "unknown: \(failure.kind.rawValue)"
    }
  }
}
