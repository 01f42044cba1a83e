// When a server counts as slow, compared with itself.

import CommandLineTool
import PortGroupModel
import Testing

@testable import BatchEngine

@Suite struct LatencyWatchTests {
  /// Which of these answers show a load, counted from 1; times in milliseconds.
  private func loads(
    _ times: [Int], of request: LatencyWatch.Request = .read, by watch: inout LatencyWatch
  ) -> [Int] {
    times.indices.filter { watch.isLoad(.milliseconds(times[$0]), of: request) }.map { $0 + 1 }
  }

  private func loads(_ times: [Int]) -> [Int] {
    var watch = LatencyWatch()
    return loads(times, by: &watch)
  }

  @Test func `answers that take over three times as long as the baseline mean load`() {
    let calm = Array(repeating: 50, count: 9)
    #expect(loads(calm + Array(repeating: 151, count: 5)) == [14], "when most of nine are slow")
    #expect(loads(calm + Array(repeating: 150, count: 90)) == [], "three times is not over it")
  }

  @Test func `a few slow answers have no effect`() {
    #expect(loads((0..<200).map { $0 % 9 < 4 ? 5_000 : 50 }) == [])
  }

  @Test func `a fast server is never slow`() {
    #expect(loads(Array(repeating: 2, count: 20) + Array(repeating: 99, count: 50)) == [])
    #expect(loads(Array(repeating: 2, count: 9) + Array(repeating: 100, count: 5)) == [14])
  }

  @Test func `after a load, nine new answers are needed for the next`() {
    let times = Array(repeating: 50, count: 9) + Array(repeating: 400, count: 23)
    #expect(loads(times) == [14, 23, 32])
  }

  @Test func `the baseline is the lowest median of the run`() {
    let slow = Array(repeating: 300, count: 20)
    #expect(loads(slow + slow) == [], "slow from the beginning looks calm")
    let times = slow + Array(repeating: 80, count: 9) + slow
    #expect(loads(times) == [34, 43], "what was the calm at first is a load later")
  }

  @Test func `reads and writes have separate baselines`() {
    var watch = LatencyWatch()
    #expect(loads(Array(repeating: 40, count: 9), by: &watch) == [])
    #expect(loads(Array(repeating: 200, count: 40), of: .write, by: &watch) == [])
    #expect(loads(Array(repeating: 200, count: 5), by: &watch) == [5])
  }

  @Test func `slow answers halve the slots for all, and fast ones return them`() {
    var policy = SlotPolicy(granted: 4, rate: nil, now: .zero, recoveryTime: .seconds(10))
    func finish(_ milliseconds: Int, at seconds: Int, times count: Int) {
      for _ in 0..<count {
        _ = policy.start(at: .seconds(seconds))
        policy.finish(
          .none, took: (time: .milliseconds(milliseconds), request: .write), at: .seconds(seconds))
      }
    }
    finish(60, at: 1, times: 9)
    finish(500, at: 2, times: 5)
    #expect(policy.limit == 2)
    finish(500, at: 3, times: 9)
    #expect(policy.limit == 1)
    finish(60, at: 12, times: 9)
    #expect(policy.limit == 1, "ten seconds of calm count from the last slow answer")
    finish(60, at: 13, times: 1)
    #expect(policy.limit == 2)
    finish(60, at: 23, times: 1)
    finish(60, at: 33, times: 1)
    #expect(policy.limit == 4)
    #expect(policy.lastSuccess == .seconds(33), "a slow answer is an answer")
  }

  @Test func `a run on a server that becomes slow continues with fewer slots, and all is done`()
    async throws
  {
    var (rig, server) = try EngineRig.withFaultyServer()
    rig.options.pace.slots = 4
    let rows = (0..<40).map { row(.create, host: "10.0.0.\($0)", port: 5000 + $0) }
    // One group, so that one request is in flight at a time, and its time does not depend on
    // others.
    server.setRule { [clock = rig.clock] call in
      guard call.verb == "create" else { return .pass }
      try? await clock.sleep(for: .milliseconds(call.nth <= 12 ? 50 : 500))
      return .pass
    }
    let result = await rig.run(rows)
    #expect(result.status == .success)
    let slots = rig.events.all.compactMap { event -> Int? in
      if case .progress(let progress) = event { progress.slots } else { nil }
    }
    #expect(slots.last == 1, "\(slots)")
  }
}
