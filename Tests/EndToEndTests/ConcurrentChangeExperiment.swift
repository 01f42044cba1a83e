import Foundation
import HTTPMessages
import TestSupport
import Testing

/// Another client changes the group during a run: the verdicts report it, and its changes are not overwritten.
@Suite(.serialized) struct ConcurrentChangeExperiment {
  /// When the other client makes its change.
  enum Moment: String, Sendable {
    /// Between the before-image and the write.
    case beforeWrite = "hold"
    /// Between the write and the read-back.
    case afterWrite = "hold-reply"
  }

  /// A change of another client to the lab's first server, and the result of a row that sets its precedence to 5.
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var moment: Moment
    var method: HTTPMethod = .put
    var fields: [String: String] = [:]
    var status: Int32 = 0
    var state: String
    var verdict: String?
    /// The server afterwards; empty if it no longer exists.
    var server: String
    /// The result of an undo of the run, and the server after it.
    var undone: String
    var left: String
  }

  static let cases = [
    Case(
      testDescription: "another field changes before the write", moment: .beforeWrite,
      fields: ["Port": "5070"], state: "updated", verdict: "verified",
      server: "102 10.0.0.1 5070/5061 #5", undone: "failed[changed-since]",
      left: "102 10.0.0.1 5070/5061 #5"),
    Case(
      testDescription: "the same field changes before the write", moment: .beforeWrite,
      fields: ["Precedence": "9"], state: "updated", verdict: "verified",
      server: "102 10.0.0.1 5060/5061 #5", undone: "updated", left: "102 10.0.0.1 5060/5061 #0"),
    Case(
      testDescription: "the server goes before the write", moment: .beforeWrite, method: .delete,
      status: 3, state: "failed[refused]", server: "", undone: "", left: ""),
    Case(
      testDescription: "another field changes after the write", moment: .afterWrite,
      fields: ["Port": "5070"], state: "updated", verdict: "verified",
      server: "102 10.0.0.1 5070/5061 #5", undone: "failed[changed-since]",
      left: "102 10.0.0.1 5070/5061 #5"),
    Case(
      testDescription: "the same field changes after the write", moment: .afterWrite,
      fields: ["Precedence": "9"], state: "updated", verdict: "overwritten",
      server: "102 10.0.0.1 5060/5061 #9", undone: "failed[changed-since]",
      left: "102 10.0.0.1 5060/5061 #9"),
    Case(
      testDescription: "the write is taken back", moment: .afterWrite,
      fields: ["Precedence": "0"], status: 3, state: "failed[ignored]", verdict: "ignored",
      server: "102 10.0.0.1 5060/5061 #0", undone: "unchanged",
      left: "102 10.0.0.1 5060/5061 #0"),
    Case(
      testDescription: "the server goes after the write", moment: .afterWrite, method: .delete,
      status: 3, state: "failed[missing]", verdict: "missing", server: "",
      undone: "failed[changed-since]", left: ""),
  ]

  private static let path = "portgroups/\(Lab.groupID(1))/portgroupservers"

  /// The server that a row would create, created by another client.
  private static let sameServer = [
    "MediaPortGroupObjectId": Lab.groupID(1), "MediaRemoteServiceEnum": "102",
    "HostOrIPAddress": "10.0.0.9", "Precedence": "5",
  ]

  /// Imports rows, and makes a change while the first write or its answer is held.
  private func run(
    _ rows: String, on bench: Workbench, at moment: Moment,
    _ change: (SandboxProcess) async throws -> Void
  ) async throws -> ProgramRun {
    try bench.folder.write("PortGroup,Operation,Service,Host,Precedence\n" + rows, to: "rows.csv")
    try await bench.sandbox.faults("\(moment.rawValue)@1")
    let program = try bench.start(["import", "rows.csv", "--max-delete", "1"])
    try await bench.sandbox.waitUntilHeld()
    try await change(bench.sandbox)
    try await bench.sandbox.release()
    return await program.finish()
  }

  private func first(_ bench: Workbench) async throws -> String {
    try await bench.servers().first { $0.objectID == Lab.serverID(1) }?.brief ?? ""
  }

  @Test(arguments: cases)
  func `a change of another client is reported and not overwritten`(one: Case) async throws {
    let bench = try await Workbench(Lab("Branch", [.proxy("10.0.0.1"), .proxy("10.0.0.2")]))
    let run = try await run("Branch,update,102,10.0.0.1,5\n", on: bench, at: one.moment) {
      let status = try await $0.anotherClient(
        one.method, "\(Self.path)/\(Lab.serverID(1))", one.fields)
      #expect(status == 204)
    }
    #expect(run.status == one.status, "\(run.messages)")
    let row = try #require(try await bench.rows().first)
    #expect(row.stateText == one.state)
    #expect(row.verdict == one.verdict)
    #expect(try await first(bench) == one.server)
    #expect(try await bench.books().balances)

    let name = try #require(try await bench.newestRun())
    let undo = try await bench.run(["undo", name])
    #expect(undo.status == (one.undone.hasPrefix("failed") ? 3 : 0), "\(undo.messages)")
    if !one.undone.isEmpty { #expect(try await bench.states() == [one.undone]) }
    #expect(try await first(bench) == one.left)
    #expect(try await bench.servers(of: "Branch").contains("102 10.0.0.2 5060/5061 #0"))
  }

  @Test func `a server that another client creates meanwhile is not taken for the run's own`()
    async throws
  {
    let bench = try await Workbench(Lab("Branch", [.proxy("10.0.0.1")]))
    let run = try await run("Branch,create,102,10.0.0.9,5\n", on: bench, at: .afterWrite) {
      let status = try await $0.anotherClient(
        .post, Self.path,
        Self.sameServer)
      #expect(status == 201)
    }
    #expect(run.status == 0)
    #expect(try await bench.states() == ["created"])
    let both = try await bench.servers().filter { $0.host == "10.0.0.9" }
    #expect(both.count == 2)
    let row = try #require(try await bench.rows().first)
    let undo = try await bench.run(["undo", try #require(try await bench.newestRun())])
    #expect(undo.status == 0, "\(undo.messages)")
    let left = try await bench.servers().filter { $0.host == "10.0.0.9" }
    #expect(left.map(\.objectID) == both.map(\.objectID).filter { $0 != row.objectID })
  }

  @Test func `a group's last server is kept, even if another client deletes the others`()
    async throws
  {
    let bench = try await Workbench(
      Lab("Branch", [.proxy("10.0.0.1"), .proxy("10.0.0.2", precedence: 1)]))
    let run = try await run(
      "Branch,update,102,10.0.0.1,5\nBranch,delete,102,10.0.0.2,\n", on: bench, at: .beforeWrite
    ) {
      let status = try await $0.anotherClient(.delete, "\(Self.path)/\(Lab.serverID(1))")
      #expect(status == 204)
    }
    #expect(run.status == 3)
    #expect(try await bench.states() == ["failed[refused]", "failed[after-failure]"])
    #expect(try await bench.servers(of: "Branch") == ["102 10.0.0.2 5060/5061 #1"])
  }

  @Test func `a group that changes between a crash and the resume is handled`() async throws {
    let bench = try await Workbench(Lab("Branch", [.proxy("10.0.0.1"), .proxy("10.0.0.2")]))
    try bench.folder.write(
      """
      PortGroup,Operation,Service,Host,Precedence
      Branch,create,102,10.0.0.8,6
      Branch,create,102,10.0.0.9,5
      Branch,update,102,10.0.0.2,5

      """, to: "rows.csv")
    try await bench.sandbox.faults("hold-reply@1")
    let program = try bench.start(["import", "rows.csv"])
    try await bench.sandbox.waitUntilHeld()
    program.send(signal: SIGKILL)
    _ = await program.finish()
    try await bench.sandbox.release()
    // Another client creates the server of the second row, and deletes the server of the third one.
    #expect(
      try await bench.sandbox.anotherClient(
        .post, Self.path,
        Self.sameServer) == 201)
    #expect(
      try await bench.sandbox.anotherClient(.delete, "\(Self.path)/\(Lab.serverID(2))") == 204)
    let resume = try await bench.run(["resume", "--settle-wait", "0s"])
    #expect(resume.status == 3, "\(resume.messages)")
    let states = try await bench.states()
    #expect(states.first == "created")
    // Which client created it cannot be known: there is one, and no second one is created.
    #expect(["created", "unchanged"].contains(states[1]))
    #expect(states[2].hasPrefix("failed"))
    let servers = try await bench.servers(of: "Branch")
    #expect(
      servers == [
        "102 10.0.0.1 5060/5061 #0", "102 10.0.0.9 5060/5061 #5", "102 10.0.0.8 5060/5061 #6",
      ])
  }
}
