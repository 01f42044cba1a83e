import Foundation
import TestSupport
import Testing

/// The program is killed at every commit of the ledger and at every request: nothing is lost or done twice.
@Suite(.serialized) struct KillPointExperiment {
  private let work = KillExperiment()

  // MARK: Requests

  /// Before a request has reached the server, or after the server has handled it.
  enum Moment: String, CaseIterable, Sendable {
    case before, after

    func hold(_ number: Int) -> HoldingGate.Hold {
      self == .before ? .request(number) : .answer(number)
    }
  }

  /// The numbers of the requests; an undisturbed run has fewer than 80, and is not killed at the rest.
  private static let requests = Experiment.isSoak ? Array(1...80) : [2, 9, 30, 56]

  @Test(arguments: requests, Moment.allCases)
  func `the program is killed at a request`(number: Int, moment: Moment) async throws {
    let bench = try await work.bench()
    let gate = try HoldingGate(before: bench.sandbox.url, moment.hold(number))
    let program = try work.start(bench, through: gate)
    let isHeld = try await gate.holds(program)
    #expect(isHeld || number > 56, "the run has more requests than that")
    await work.kill(program)
    gate.close()
    try await work.finish(bench, through: gate)
    #expect(try await bench.sandbox.log().writes == 48, "nothing is sent twice")
  }

  // MARK: Commits

  /// A system call of a commit, and the distance between the calls at which the program is killed.
  struct Call: Sendable, CustomTestStringConvertible {
    let name: String
    /// The calls at which the program is killed: all of them, or some in a short run.
    let points: [Int]
    var testDescription: String { name }
  }

  /// The number of calls depends on how many rows share a commit, and so on the load of the machine.
  ///
  /// At `fdatasync` a transaction is written but not yet durable; at `pwrite64` it is written in part.
  private static let calls = [
    Call(name: "fdatasync", points: Experiment.isSoak ? Array(1...400) : [2, 4, 11, 20]),
    Call(
      name: "pwrite64",
      points: Experiment.isSoak ? Array(stride(from: 1, through: 400, by: 3)) : [15, 60]),
  ]

  @Test(arguments: calls)
  func `the program is killed at a commit, and again in the resume`(call: Call) async throws {
    var kills = 0
    for point in call.points {
      let bench = try await work.bench()
      let isKilled = try await dies(
        ["import", "rows.csv"] + KillExperiment.options, at: call.name, point, bench)
      guard isKilled else {
        try await work.check(bench)
        break
      }
      kills += 1
      if try await bench.newestRun() != nil {
        try await bench.sandbox.waitForOrphans()
        let resume = ["resume", "--settle-wait", "0s"]
        _ = try await dies(resume, at: call.name, point % 9 + 1, bench)
      }
      try await work.finish(bench)
    }
    #expect(kills > 1, "the points are reached")
  }

  /// Runs the program until the given number of calls of that name; returns false if it ended before.
  private func dies(
    _ arguments: [String], at call: String, _ number: Int, _ bench: Workbench
  ) async throws -> Bool {
    let program = try bench.start(
      shell: "exec strace -f -qq -o /dev/null -e trace=\(call) "
        + "-e inject=\(call):signal=KILL:when=\(number) cupibulk \(arguments.joined(separator: " "))"
    )
    let run = await program.finish()
    #expect([0, 5, 6, -SIGKILL].contains(run.status), "\(run.messages)")
    return run.status == -SIGKILL
  }

  // MARK: Random moments

  @Test(arguments: Experiment.rounds(4, soak: 100))
  func `the program is killed at random moments until the run is complete`(round: Int) async throws
  {
    let time = try await KillExperiment.usual.value
    let bench = try await work.bench()
    var program = try work.start(bench)
    for _ in 0...round % 3 {
      try await work.wait(time)
      await work.kill(program)
      guard try await bench.newestRun() != nil else { break }
      try await bench.sandbox.waitForOrphans()
      program = try bench.start(["resume", "--settle-wait", "0s"])
    }
    await work.kill(program)
    try await work.finish(bench)
  }
}
