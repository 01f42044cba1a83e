// What each odd answer means for a write and for a read, against a server that we did not write.

import HTTPTransfers
import PortGroupModel
import TestSupport
import Testing
import UnityConnection

@Suite struct OddServerTests {
  /// One way to be odd, and what it must be taken for.
  struct Odd: Sendable, CustomTestStringConvertible {
    var name: String
    var write: String
    var read: String
    /// How often the server must have got the write.
    var writes = 1
    /// For cases that only end by this limit; all others have as long as they need.
    var patience: Duration?
    var limit = 1 << 20

    var testDescription: String { name }
    /// Whether the server says that it did what it was asked; the aged session counts no write.
    var isApplied: Bool { write.hasPrefix("done") && name != "session-aged" }
    var mayBeApplied: Bool { write.hasPrefix("done") || write.hasPrefix("unknown") }
  }

  /// Done, with and without the new server's id.
  private static let answers: [Odd] =
    [
      "good", "http10", "chunks", "tiny-chunks", "chunk-extras", "continue", "early-hints",
      "folded",
      "bare-line-feeds", "no-reason", "no-type", "wrong-type", "byte-order-mark", "other-wire",
      "many-cookies", "repeated-answer", "broken-location", "closed-when-idle",
    ].map { Odd(name: $0, write: "done with its id", read: "answer") } + [
      Odd(name: "ten-megabytes", write: "done with its id", read: "answer", limit: 16 << 20),
      Odd(name: "session-aged", write: "done with its id", read: "answer", writes: 2),
    ]
    + ["no-content", "empty", "gzip", "gzip-unnamed", "short-length"].map {
      Odd(name: $0, write: "done", read: "unexpected-answer")
    }

  /// Nobody knows whether the write was done; a read is asked again.
  private static let lost: [Odd] =
    [
      "cut-after-applying", "cut-before-applying", "reset-after-applying", "cut-in-status",
      "cut-in-header", "cut-in-body", "reset-in-body", "cut-in-chunk", "no-last-chunk",
      "bad-chunk-size", "huge-chunk-size", "long-header-line",
    ].map { Odd(name: $0, write: "unknown: no-answer", read: "no-answer, again") } + [
      Odd(
        name: "accepted-and-closed", write: "unknown: no-answer", read: "no-answer, again",
        writes: 0)
    ]
    + [
      "ssh", "html-alone", "noise", "http-3.7", "status-word", "bad-length", "negative-length",
      "nul-in-header", "status-99",
    ].map { Odd(name: $0, write: "unknown: not-http", read: "not-http, again") }
    + ["silence", "silence-in-header", "silence-in-body", "long-length", "slow-drip"].map {
      Odd(
        name: $0, write: "unknown: timed-out", read: "timed-out, again",
        patience: .milliseconds(400)
      )
    }
    + ["status-500", "status-502", "status-504"].map {
      Odd(name: $0, write: "unknown: failed", read: "failed, again")
    }
    + ["too-large", "endless-header", "endless-chunks"].map {
      Odd(name: $0, write: "unknown: unexpected-answer", read: "unexpected-answer")
    } + [Odd(name: "welcome-page", write: "unknown: web-page", read: "web-page")]

  /// The write was not done, and would be refused again.
  private static let refused: [Odd] =
    [301, 302, 303, 307, 308].map {
      Odd(name: "redirect-\($0)", write: "refused \($0)", read: "unexpected-answer")
    }
    + ["xml", "json", "html", "text", "empty"].map {
      Odd(name: "refused-\($0)", write: "refused 400", read: "refused")
    }
    + [403, 404, 405, 406, 409, 410, 413, 415, 501].map {
      let read = $0 == 403 ? "forbidden" : $0 == 404 || $0 == 410 ? "not-found" : "refused"
      return Odd(name: "status-\($0)", write: "refused \($0)", read: read)
    }

  /// The write was not done, and is sent again later.
  private static let notProcessed: [Odd] = [
    Odd(name: "busy-503", write: "not processed: busy", read: "busy, again"),
    Odd(name: "busy-429", write: "not processed: busy, after 7 s", read: "busy, again"),
    Odd(name: "busy-until", write: "not processed: busy, after 15 s", read: "busy, again"),
    Odd(name: "answer-before-request", write: "not processed: busy", read: "busy, again"),
    Odd(name: "session-refused", write: "not processed: busy", read: "busy, again", writes: 2),
  ]

  static let all = answers + lost + refused + notProcessed

  private func client(
    _ odd: Odd, of server: OddServer
  ) throws -> (ConnectionClient, TransferLoop) {
    var options = TransferOptions()
    options.responseLimit = odd.limit
    options.transferTimeout = odd.patience ?? .seconds(600)
    options.connectTimeout = .seconds(600)
    options.stallTimeout = .seconds(600)
    options.idleTimeout = .seconds(3600)
    let loop = TransferLoop(origin: try server.origin(of: odd.name), options: options)
    return (ConnectionClient(loop), loop)
  }

  /// Creates a server; on a machine so slow that not even a login fits into the limit, with a larger
  /// one.
  private func write(_ odd: Odd, to server: OddServer) async throws -> WriteAnswer {
    var odd = odd
    while true {
      let (client, loop) = try client(odd, of: server)
      defer { loop.shutDown() }
      let answer = try await client.create([.service: "102"], in: Example.group)
      guard let patience = odd.patience, answer.meaning == "not processed: timed-out" else {
        return answer
      }
      odd.patience = patience * 2
    }
  }

  private func client(
    named name: String, of server: OddServer
  ) throws -> (ConnectionClient, TransferLoop) {
    try client(Odd(name: name, write: "", read: ""), of: server)
  }

  @Test(arguments: all)
  func `an odd answer has one meaning`(odd: Odd) async throws {
    let server = try await OddServer.shared
    let before = try await server.counts(of: odd.name)
    let answer = try await write(odd, to: server)
    #expect(answer.meaning == odd.write)
    var counts = try await server.counts(of: odd.name)
    // A server that answers before it has read the request counts it a little later.
    for _ in 0..<1_000 where odd.patience == nil && counts.writes - before.writes < odd.writes {
      try await Task.sleep(for: .milliseconds(5))
      counts = try await server.counts(of: odd.name)
    }
    if odd.patience == nil {
      #expect(counts.writes - before.writes == odd.writes)
    } else {
      // The server may still be about to read it.
      #expect(counts.writes - before.writes <= odd.writes)
    }
    if odd.isApplied { #expect(counts.applied > 0) }
    if !odd.mayBeApplied { #expect(counts.applied == 0) }

    let (reader, reading) = try client(odd, of: server)
    defer { reading.shutDown() }
    do throws(ServerError) {
      let groups = try await reader.portGroups()
      #expect(groups.map(\.objectID) == [Example.group])
      #expect(odd.read == "answer")
    } catch {
      #expect(error.kind.rawValue + (error.isRepeatable ? ", again" : "") == odd.read)
    }
  }

  @Test func `each case of the server stands in the table once`() async throws {
    let names = Self.all.map(\.name)
    #expect(names.count == Set(names).count)
    #expect(Set(names) == (try await OddServer.shared.cases))
    #expect(names.count >= 40)
  }

  @Test func `a second answer to one request is not taken for that of the next`() async throws {
    let server = try await OddServer()
    let (client, loop) = try client(named: "repeated-answer", of: server)
    defer { loop.shutDown() }
    for _ in 1...3 {
      #expect(try await client.portGroups().map(\.objectID) == [Example.group])
      let answer = try await client.create([.service: "102"], in: Example.group)
      #expect(answer.meaning == "done with its id")
    }
  }

  @Test func `a connection that was closed in between costs nothing`() async throws {
    let server = try await OddServer()
    let name = "closed-when-idle"
    let (client, loop) = try client(named: name, of: server)
    defer { loop.shutDown() }
    for number in 1...3 {
      let answer = try await client.create([.service: "102"], in: Example.group)
      #expect(answer.meaning == "done with its id")
      try await server.waitUntilClosed(number, of: name)
    }
  }

  @Test func `no redirect is followed`() async throws {
    let server = try await OddServer()
    for status in [301, 302, 303, 307, 308] {
      let (client, loop) = try client(named: "redirect-\(status)", of: server)
      _ = try? await client.portGroups()
      _ = try await client.create([.service: "102"], in: Example.group)
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
  func `the sentence is found in every kind of body`(name: String, sentence: String) async throws {
    let server = try await OddServer()
    let (client, loop) = try client(named: name, of: server)
    defer { loop.shutDown() }
    #expect(
      try await client.create([.service: "102"], in: Example.group)
        == .refused(
          Refusal(
            status: 400,
            sentence: sentence + " (POST /vmrest/portgroups/\(Example.group)/portgroupservers, "
              + "\(ConnectionClient.address))")))
  }
}

extension WriteAnswer {
  /// In short, as the table of odd answers has it.
  fileprivate var meaning: String {
    switch self {
    case .done(let id): id == Example.server ? "done with its id" : "done"
    case .refused(let refusal): "refused" + (refusal.status.map { " \($0)" } ?? "")
    case .notProcessed(let setback):
      "not processed: \(setback.kind.rawValue)"
        + (setback.retryAfter.map { ", after \($0) s" } ?? "")
    case .unknown(let setback): "unknown: \(setback.kind.rawValue)"
    }
  }
}
