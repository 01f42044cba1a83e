// A run stops when too many of its rows have failed, and continues with a higher limit.

import CommandLineTool
import HTTPMessages
import PortGroupModel
import RowLedger
import Testing

@testable import BatchEngine

@Suite struct FailureLimitTests {
  @Test(arguments: [
    ("0", RowLimit.rows(0)), ("10", .rows(10)), ("0%", .percent(0)), ("5%", .percent(5)),
    ("100%", .percent(100)), ("101%", nil), ("-1", nil), ("+1", nil), ("%", nil), ("", nil),
    ("5 %", nil), ("1.5%", nil), ("99999999999999999999", nil),
  ])
  func `a limit is a number or a percentage`(text: String, limit: RowLimit?) {
    #expect(RowLimit(text) == limit)
    if let limit { #expect(limit.description == text) }
  }

  @Test(arguments: [("3", 3), ("10%", 2), ("0%", 0), ("100%", 29), ("4%", 1)])
  func `a percentage is rounded down`(text: String, rows: Int) {
    #expect(RowLimit(text)?.rows(of: 29) == rows)
  }

  /// Ten creations in one group; the server refuses some ports.
  private func rig(
    _ limit: RowLimit?, refusing: Set<Int>
  ) throws -> (rig: EngineRig, server: FaultyServer, rows: [Row]) {
    var (rig, server) = try EngineRig.withFaultyServer()
    rig.options.maxFail = limit
    server.setRule { call in
      let body = String(decoding: call.request.body, as: UTF8.self)
      let isBad = refusing.contains { body.contains(">\(5000 + $0)<") }
      return call.verb == "create" && isBad ? .status(400) : .pass
    }
    return (rig, server, (0..<10).map { row(.create, host: "10.0.0.\($0)", port: 5000 + $0) })
  }

  @Test func `after the first failure over the limit nothing more is sent`() async throws {
    let (rig, server, rows) = try rig(.rows(1), refusing: [1, 3, 5])
    let result = await rig.run(rows)
    #expect(result.stop == .tooManyFailed(.rows(1)))
    #expect(result.status == .limitExceeded)
    #expect(server.count("create") == 4)
    #expect(
      try await rig.states(result)
        == ["created", "failed:refused", "created", "failed:refused"]
        + Array(repeating: "pending:stopped", count: 6))
    let run = try await rig.ledger.run(try #require(result.run))
    #expect(
      run.ending == RunEnding(.stopped, reason: "more rows failed than --max-fail 1 allows"))
    #expect(run.exitCode == 8)
  }

  @Test(arguments: [RowLimit.rows(3), .percent(30), .percent(100), nil])
  func `the allowed number of failures stops nothing`(limit: RowLimit?) async throws {
    let (rig, _, rows) = try rig(limit, refusing: [1, 3, 5])
    let result = await rig.run(rows)
    #expect(result.stop == nil)
    #expect(result.status == .rowsFailed)
    #expect(result.books?.failed == 3)
  }

  @Test func `a percentage refers to the rows of the run`() async throws {
    let (rig, server, rows) = try rig(.percent(29), refusing: [1, 3, 5])
    #expect(await rig.run(rows).status == .limitExceeded)
    #expect(server.count("create") == 6)
  }

  /// A group with one server, whose updates are answered with success but not done.
  private func forgetful() throws -> (rig: EngineRig, server: FaultyServer) {
    var (rig, server) = try EngineRig.withFaultyServer()
    rig.options.maxFail = .rows(1)
    try rig.add(52, host: "10.0.0.1", precedence: 4)
    server.setRule { call in
      call.verb == "update" ? .answer(HTTPResponse(status: 204)) : .pass
    }
    return (rig, server)
  }

  @Test func `rows that fail without being sent count`() async throws {
    let (rig, server) = try forgetful()
    let result = await rig.run([
      row(.update, host: "10.0.0.77"), row(.update, host: "10.0.0.1", precedence: 5),
      row(.update, host: "10.0.0.78"),
    ])
    #expect(result.status == .limitExceeded)
    #expect(
      try await rig.states(result) == ["failed:no-match", "pending:stopped", "failed:no-match"])
    #expect(server.writes == 0)
  }

  @Test func `rows whose write had no effect count, even if nothing is left to stop`()
    async throws
  {
    let (rig, _) = try forgetful()
    let result = await rig.run([
      row(.update, host: "10.0.0.77"), row(.update, host: "10.0.0.1", precedence: 5),
    ])
    #expect(result.stop == .tooManyFailed(.rows(1)))
    #expect(result.status == .limitExceeded)
    #expect(try await rig.states(result) == ["failed:no-match", "failed:ignored"])
  }

  @Test func `a resumed run keeps its limit unless a higher one is given`() async throws {
    var (rig, server, rows) = try rig(.rows(1), refusing: [1, 3, 5])
    _ = await rig.run(rows)
    rig.options.maxFail = nil
    var later = try rig.inSameLedger()
    let again = try await later.resume()
    #expect(again.stop == .tooManyFailed(.rows(1)))
    #expect(server.count("create") == 4, "what failed before counts")

    later = try rig.inSameLedger()
    later.options.maxFail = .percent(100)
    let last = try await later.resume()
    #expect(last.stop == nil)
    #expect(last.status == .rowsFailed)
    #expect(last.books?.failed == 2 && last.books?.created == 8)
  }
}

extension EngineRig {
  /// A later process with the current ledger.
  fileprivate func inSameLedger() throws -> EngineRig { try later(with: ledger.path) }
}
