// The load of a run on the server: requests, simultaneous requests, logins.

import CommandLineTool
import HTTPMessages
import PortGroupModel
import RowLedger
import Synchronization
import Testing

@testable import BatchEngine

@Suite struct TrafficTests {
  @Test func `an unchanged group costs one GET`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    try rig.add(51, host: "10.0.0.1")
    try rig.add(61, to: EngineRig.sccp, service: 100, host: "10.1.0.1")
    let result = await rig.run([
      row(.upsert, host: "10.0.0.1", precedence: 0), row(.update, host: "10.0.0.77"),
      row(.upsert, in: EngineRig.sccp, service: 100, host: "10.1.0.1"),
    ])
    #expect(try await rig.states(result) == ["unchanged", "failed:no-match", "unchanged"])
    #expect(server.log.prefix(2) == ["login", "groups"])
    #expect(server.log.dropFirst(2).sorted() == ["list 1", "list 2"])
  }

  @Test func `a changed group costs two GETs and a write for each changed row`() async throws {
    var (rig, server) = try EngineRig.withFaultyServer()
    rig.options.maxDelete = 1
    for number in 1...4 { try rig.add(50 + number, host: "10.0.0.\(number)") }
    let result = await rig.run([
      row(.create, host: "10.0.0.9"), row(.update, host: "10.0.0.1", precedence: 1),
      row(.upsert, host: "10.0.0.2", precedence: 0), row(.delete, host: "10.0.0.3"),
      row(.upsert, host: "10.0.0.4", precedence: 4),
    ])
    #expect(
      try await rig.states(result) == ["created", "updated", "unchanged", "deleted", "updated"])
    #expect(
      server.log == [
        "login", "groups", "list 1", "create 1", "update 1/51", "update 1/54", "delete 1/53",
        "list 1", "groups",
      ], "and one look at the end for groups that need a reset")
  }

  @Test func `groups do not alternate, but are written one after another`() async throws {
    let groups = (1...4).map { EngineRig.group($0, "Branch \($0)", .sip) }
    var (rig, server) = try EngineRig.withFaultyServer(groups: groups)
    rig.options.pace = Pace(slots: 1)
    let result = await rig.run(
      groups.flatMap { group in
        (1...30).map { (number: Int) in
          row(.create, in: group, host: "10.0.0.\(number)", port: number)
        }
      })
    #expect(result.books?.created == 120)
    let creates = server.log.filter { $0.hasPrefix("create") }
    let changes = zip(creates, creates.dropFirst()).count { $0 != $1 }
    // While one is being recorded, another may begin; by alternating it would be a hundred.
    #expect(changes < 12, "\(creates)")
  }

  @Test func `a small group is not delayed by large ones that began before`() async throws {
    let groups = (1...4).map { EngineRig.group($0, "Branch \($0)", .sip) }
    var (rig, server) = try EngineRig.withFaultyServer(groups: groups)
    rig.options.pace = Pace(slots: 2)
    server.setRule { _ in
      // As over a network: workers with answers are not the only ones that continue.
      try? await Task.sleep(for: .milliseconds(1))
      return .pass
    }
    let large = groups.dropLast().flatMap { group in
      (1...60).map { (number: Int) in
        row(.create, in: group, host: "10.0.0.\(number)", port: number)
      }
    }
    let result = await rig.run(large + [row(.create, in: groups[3], host: "10.0.0.1")])
    #expect(result.books?.created == 181)
    let creates = server.log.filter { $0.hasPrefix("create") }
    let place = try #require(creates.firstIndex(of: "create 4"))
    #expect(place < 60, "it was written as number \(place + 1)")
  }

  @Test func `an update sends only the fields that differ`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    try rig.add(51, host: "10.0.0.1", port: 5060, precedence: 0)
    server.setRule { call in
      guard call.verb == "update" else { return .pass }
      let body = String(decoding: call.request.body, as: UTF8.self)
      #expect(body.contains("<PortGroupServer><Precedence>3</Precedence></PortGroupServer>"))
      return .pass
    }
    _ = await rig.run([row(.update, host: "10.0.0.1", port: 5060, precedence: 3)])
    #expect(server.count("update") == 1)
  }

  @Test(arguments: [1, 2, 4])
  func `there are never more requests in flight than slots, and all slots are used`(slots: Int)
    async throws
  {
    let groups = (1...20).map { EngineRig.group($0, "Branch \($0)", .sip) }
    var (rig, server) = try EngineRig.withFaultyServer(groups: groups)
    rig.options.pace.slots = slots
    // Each request takes some time, so that as many others as possible are in flight.
    server.setRule { _ in
      try? await Task.sleep(for: .milliseconds(5))
      return .pass
    }
    let result = await rig.run(
      groups.flatMap { group in
        [row(.create, in: group, host: "10.0.0.1"), row(.create, in: group, host: "10.0.0.2")]
      })
    #expect(result.books?.created == 40)
    #expect(server.mostInFlight == slots)
  }

  @Test func `the rows of one group are sent one at a time, in the order of the file`() async throws
  {
    let (rig, server) = try EngineRig.withFaultyServer()
    let hosts = Mutex<[String]>([])
    server.setRule { call in
      guard call.verb == "create" else { return .pass }
      let body = String(decoding: call.request.body, as: UTF8.self)
      let host = body.firstMatch(of: /<HostOrIPAddress>(.*?)</)?.1 ?? ""
      hosts.withLock { $0.append("begin \(host)") }
      for _ in 0..<50 { await Task.yield() }
      hosts.withLock { $0.append("end \(host)") }
      return .pass
    }
    let names = (1...9).map { "host\(10 - $0).example" }
    _ = await rig.run(names.map { row(.create, host: $0) })
    #expect(hosts.withLock { $0 } == names.flatMap { ["begin \($0)", "end \($0)"] })
  }

  @Test func `a run logs in once`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    _ = await rig.run((1...20).map { row(.create, host: "10.0.0.\($0)") })
    #expect(server.count("login") == 1)
  }

  @Test func `an expired session is replaced, and its write is sent again`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { call in call.verb == "create" && call.nth == 2 ? .status(401) : .pass }
    let result = await rig.run((1...3).map { row(.create, host: "10.0.0.\($0)") })
    #expect(result.books?.created == 3)
    #expect(server.count("login") == 2)
    #expect(server.count("create") == 4)
    #expect(try await rig.servers().count == 3)
  }

  @Test func `credentials that are refused during a run stop it at once`() async throws {
    let groups = (1...6).map { EngineRig.group($0, "Branch \($0)", .sip) }
    var (rig, server) = try EngineRig.withFaultyServer(groups: groups)
    rig.options.pace.slots = 1
    server.setRule { call in
      if call.name == "login", call.nth > 1 { return .status(401) }
      return call.verb == "create" && call.nth > 1 ? .status(401) : .pass
    }
    let result = await rig.run(
      groups.flatMap { group in
        [row(.create, in: group, host: "10.0.0.1"), row(.create, in: group, host: "10.0.0.2")]
      })

    #expect(result.status == .refused)
    guard case .refused = result.stop else {
      return #expect(Bool(false), "it was refused: \(String(describing: result.stop))")
    }
    #expect(server.log.last == "login", "nothing is sent any more")
    #expect(server.count("login") == 2, "refused credentials are not tried again: accounts lock")
    let books = try #require(result.books)
    #expect(books.created >= 1 && books.created + books.pending == 12)
    let run = try await rig.ledger.run(try #require(result.run))
    #expect(run.ending?.how == .stopped)
    #expect(run.exitCode == 7)
  }

  @Test func `credentials that are refused at the start end the attempt`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { _ in .status(401) }
    let result = await rig.run([row(.create, host: "10.0.0.1")])
    #expect(result.status == .refused)
    #expect(server.log == ["login"])
    #expect(try await rig.onlyAttempt() == result.stop?.ending)
  }

  @Test func `a refused write fails its row with the server's message`() async throws {
    let (rig, server) = try EngineRig.withFaultyServer()
    server.setRule { call in
      guard call.verb == "create" else { return .pass }
      let body =
        "<ErrorDetails><errors><code>NO</code><message>Not yours</message></errors></ErrorDetails>"
      return .answer(
        HTTPResponse(
          status: 400, headerFields: ["Content-Type": "application/xml"], body: Array(body.utf8)))
    }
    let result = await rig.run([row(.create, host: "10.0.0.1")])
    #expect(try await rig.states(result) == ["failed:refused"])
    #expect(try await rig.reports(result)[0].detail?.contains("Not yours") == true)
  }

  @Test func `a rate applies to all requests of a run`() async throws {
    var (rig, server) = try EngineRig.withFaultyServer()
    rig.options.pace.rate = 2
    _ = await rig.run((1...10).map { row(.create, host: "10.0.0.\($0)") })
    // Groups, two for the empty list, ten writes, list, groups; the login is part of the first.
    #expect(server.log.count == 16)
    #expect(rig.clock.now() >= .milliseconds(500 * 13))
  }
}
