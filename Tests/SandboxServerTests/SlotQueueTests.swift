// The queue before the slots, without time and without threads.

import Testing

@testable import SandboxServer

@Suite struct SlotQueueTests {
  private let start = ContinuousClock.now

  private func after(_ milliseconds: Int) -> ContinuousClock.Instant {
    start + .milliseconds(milliseconds)
  }

  @Test func `without a limit everybody is served`() {
    var queue = SlotQueue(.none)
    for _ in 1...1000 { #expect(queue.arrive(at: start) == .served) }
    #expect(queue.leave() == nil)
  }

  @Test func `who finds all slots taken waits, and is served in order`() {
    var queue = SlotQueue(SandboxThrottle(slots: 2))
    #expect(queue.arrive(at: start) == .served)
    #expect(queue.arrive(at: start) == .served)
    #expect(queue.arrive(at: start) == .waits(ticket: 1, until: after(1000)))
    #expect(queue.arrive(at: start) == .waits(ticket: 2, until: after(2000)))
    #expect(queue.waiting == 2)
    #expect(queue.leave() == 1)
    #expect(queue.standing(of: 1, at: start) == .served)
    #expect(queue.standing(of: 2, at: start) == .waits(until: after(2000)))
    // Nobody overtakes: ticket 2 has the next slot, and then it is the newcomer's turn.
    #expect(queue.arrive(at: after(500)) == .waits(ticket: 3, until: after(2500)))
    #expect(queue.leave() == 2)
    #expect(queue.leave() == 3)
    for _ in 1...2 { #expect(queue.leave() == nil) }
    #expect(queue.arrive(at: after(600)) == .served)
  }

  @Test func `a queue that drains once a second turns nobody away, a slower one does`() {
    var queue = SlotQueue(SandboxThrottle(slots: 1))
    #expect(queue.arrive(at: start) == .served)
    for number in 1...3 {
      #expect(queue.arrive(at: start) == .waits(ticket: number, until: after(number * 1000)))
    }
    #expect(queue.standing(of: 1, at: after(999)) == .waits(until: after(1000)))
    #expect(queue.leave() == 1)
    #expect(queue.standing(of: 2, at: after(1999)) == .waits(until: after(2000)))
    #expect(queue.standing(of: 2, at: after(2000)) == .turnedAway)
    #expect(queue.standing(of: 3, at: after(2000)) == .waits(until: after(3000)))
    #expect(queue.leave() == 3)
  }

  @Test func `a full queue turns away at once, and who gives up makes room`() {
    var queue = SlotQueue(SandboxThrottle(slots: 1, queueLength: 1, drain: .milliseconds(10)))
    #expect(queue.arrive(at: start) == .served)
    #expect(queue.arrive(at: start) == .waits(ticket: 1, until: after(10)))
    #expect(queue.arrive(at: start) == .turnedAway)
    let leftInTime = queue.giveUp(1)
    #expect(leftInTime)
    #expect(queue.arrive(at: start) == .waits(ticket: 2, until: after(10)))
    #expect(queue.leave() == 2)
    // Too late: it has the slot, and must give it back.
    let leftLate = queue.giveUp(2)
    #expect(!leftLate)
    #expect(queue.leave() == nil)
    #expect(queue.arrive(at: start) == .served)
  }
}
