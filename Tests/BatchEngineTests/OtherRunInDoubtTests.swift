// A run with a group in which an earlier run has a write with an unknown outcome.

import CommandLineTool
import HTTPMessages
import PortGroupModel
import RowLedger
import TestSupport
import Testing

@testable import BatchEngine

@Suite struct OtherRunInDoubtTests {
  private static let host = "10.0.0.1"
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A ledger in which an import is in doubt about a creation in the group `SIP`.
  private func doubtful(
    _ rows: [Row] = [row(.create, host: host)]
  ) async throws -> (rig: EngineRig, server: FaultyServer, first: RunID) {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { [control = rig.control] call in
      if call.verb == "create" {
        control.requestStop(.interrupted)
        return .requestLost
      }
      return .pass
    }
    let first = await rig.run(rows)
    #expect(first.status == .interrupted)
    #expect(first.books?.inDoubt == 1)
    return (rig, server, try #require(first.run))
  }

  /// The same ledger and sandbox, in a new process.
  private func next(_ rig: EngineRig) throws -> (rig: EngineRig, server: FaultyServer) {
    let path = folder.path("ledger.sqlite")
    try rig.copyLedger(to: path)
    return try rig.meddledLater(with: path)
  }

  /// How long a write may still arrive: the timeout of a request, and the server's queue.
  private static let wait = Duration.seconds(60 + 255)

  @Test func `a creation that arrives late is not repeated by another run`() async throws {
    let (old, _, first) = try await doubtful()
    let (rig, server) = try next(old)
    rig.clock.onSleep { [sandbox = rig.sandbox] duration in
      if duration > .seconds(300) { sandbox.createProxy(Self.host) }
    }
    let result = await rig.run([
      row(.upsert, host: Self.host),
      row(.create, in: EngineRig.sccp, service: 100, host: "10.1.0.1"),
    ])
    #expect(try await rig.states(result) == ["unchanged", "created"])
    #expect(try await rig.servers() == ["10.0.0.1:5060/0"])
    #expect(rig.events.postponed == ["SIP by \(first) for \(Self.wait)"])
    #expect(
      server.log.filter { $0 != "group 2" } == [
        "login", "groups", "list 2", "create 2", "list 2", "list 1", "groups",
      ], "groups that wait go last, and are listed after the wait")
    #expect(rig.clock.now() == Self.wait)
  }

  @Test func `a creation that did not arrive is done by the other run`() async throws {
    let (old, _, _) = try await doubtful()
    let (rig, server) = try next(old)
    let result = await rig.run([row(.upsert, host: Self.host)])
    #expect(try await rig.states(result) == ["created"])
    #expect(server.count("create") == 1)
    #expect(rig.clock.now() == Self.wait)
  }

  @Test func `a server that another run has created is not taken for the first run's server`()
    async throws
  {
    let (old, _, first) = try await doubtful()
    let (second, _) = try next(old)
    let result = await second.run([row(.upsert, host: Self.host)])
    #expect(try await second.states(result) == ["created"])
    let path = folder.path("third.sqlite")
    try second.copyLedger(to: path)
    let (third, server) = try second.meddledLater(with: path)
    let resumed = await Resumer(
      run: try await third.ledger.run(first), options: third.options, setting: third.setting()
    ).run(on: third.client)
    #expect(try await third.states(resumed) == ["unchanged"])
    #expect(try await third.reports(resumed).map(\.detail) == ["it already exists"])
    #expect(resumed.status == .success)
    #expect(server.writes == 0)
    #expect(try await third.servers() == ["10.0.0.1:5060/0"])
  }

  @Test func `a row with an intent and no outcome counts as in doubt`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    let path = folder.path("killed.sqlite")
    server.setRule { [rig] call in
      // The ledger while the request is in flight, as after a kill.
      if call.verb == "create" { try? rig.copyLedger(to: path) }
      return .pass
    }
    let first = try #require(await rig.run([row(.create, host: Self.host)]).run)
    let later = try rig.later(with: path)
    let result = await later.run([row(.upsert, host: "10.0.0.2")])
    #expect(later.events.postponed == ["SIP by \(first) for \(Self.wait)"])
    #expect(try await later.states(result) == ["created"])
  }

  @Test func `after the first run is settled, no run waits`() async throws {
    let (old, _, first) = try await doubtful()
    let (rig, _) = try next(old)
    let settled = try await rig.resume()
    #expect(settled.run == first && settled.status == .success)
    #expect(rig.events.postponed == [], "a run does not wait for its own doubt in this way")
    let before = rig.clock.now()
    _ = await rig.run([row(.upsert, host: Self.host)])
    #expect(rig.events.postponed == [])
    #expect(rig.clock.now() == before)
  }

  @Test func `other groups, other servers and dry runs do not wait`() async throws {
    let (old, _, _) = try await doubtful()
    var (rig, _) = try next(old)
    _ = await rig.run([row(.create, in: EngineRig.sccp, service: 100, host: "10.1.0.1")])
    #expect(rig.events.postponed == [])
    rig.target = RunTarget(url: "https://other.example.com", identity: "other.example.com:443")
    _ = await rig.run([row(.upsert, host: "10.0.0.2")])
    #expect(rig.events.postponed == [])
    rig.target = RunTarget(url: "sandbox:")
    rig.options.isDry = true
    _ = await rig.run([row(.upsert, host: "10.0.0.3")])
    #expect(rig.events.postponed == [])
    rig.options.isDry = false
    _ = await rig.run([row(.upsert, host: "10.0.0.3")])
    #expect(rig.events.postponed.count == 1, "what the others did not wait for is still there")
  }

  @Test func `a stop while it waits sends nothing`() async throws {
    let (old, _, _) = try await doubtful()
    let (rig, server) = try next(old)
    rig.clock.onSleep { [control = rig.control] _ in control.requestStop(.interrupted) }
    let result = await rig.run([row(.upsert, host: Self.host)])
    #expect(result.status == .interrupted)
    #expect(try await rig.states(result) == ["pending:staged"])
    #expect(server.writes == 0)
  }
}

extension EventLog {
  /// Which groups were postponed, because of which run, and for how long.
  fileprivate var postponed: [String] {
    all.compactMap { event in
      guard case .postponed(let group, let run, let wait) = event else { return nil }
      return "\(group.displayName) by \(run) for \(wait)"
    }
  }
}
