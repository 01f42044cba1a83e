// The slots and their queue, without elapsed time and without threads.

import Testing

@testable import SandboxServer

@Suite struct SlotQueueTests {
  private let start = ContinuousClock.now

  private func after(_ milliseconds: Int) -> ContinuousClock.Instant {
    start + .milliseconds(milliseconds)
  }

  @Test func `without a limit every request is admitted`() {
    var queue = SlotQueue(.none)
    for _ in 1...1000 { #expect(queue.arrive(at: start) == .admitted) }
    #expect(queue.releaseSlot() == nil)
  }

  @Test func `requests wait if all slots are in use, and are admitted in order`() {
    var queue = SlotQueue(SandboxThrottle(slots: 2))
    #expect(queue.arrive(at: start) == .admitted)
    #expect(queue.arrive(at: start) == .admitted)
    #expect(queue.arrive(at: start) == .waiting(ticket: 1, until: after(1000)))
    #expect(queue.arrive(at: start) == .waiting(ticket: 2, until: after(2000)))
    #expect(queue.waiting == 2)
    #expect(queue.releaseSlot() == 1)
    #expect(queue.status(of: 1, at: start) == .admitted)
    #expect(queue.status(of: 2, at: start) == .waiting(until: after(2000)))
    // Requests keep their order: ticket 2 gets the next slot, and the new request the one after that.
    #expect(queue.arrive(at: after(500)) == .waiting(ticket: 3, until: after(2500)))
    #expect(queue.releaseSlot() == 2)
    #expect(queue.releaseSlot() == 3)
    for _ in 1...2 { #expect(queue.releaseSlot() == nil) }
    #expect(queue.arrive(at: after(600)) == .admitted)
  }

  @Test func `a queue that drains once a second rejects no request, but a slower one does`() {
    var queue = SlotQueue(SandboxThrottle(slots: 1))
    #expect(queue.arrive(at: start) == .admitted)
    for number in 1...3 {
      #expect(queue.arrive(at: start) == .waiting(ticket: number, until: after(number * 1000)))
    }
    #expect(queue.status(of: 1, at: after(999)) == .waiting(until: after(1000)))
    #expect(queue.releaseSlot() == 1)
    #expect(queue.status(of: 2, at: after(1999)) == .waiting(until: after(2000)))
    #expect(queue.status(of: 2, at: after(2000)) == .turnedAway)
    #expect(queue.status(of: 3, at: after(2000)) == .waiting(until: after(3000)))
    #expect(queue.releaseSlot() == 3)
  }

  @Test func `a full queue rejects a request at once, and a cancelled ticket frees its position`() {
    var queue = SlotQueue(SandboxThrottle(slots: 1, queueLength: 1, drain: .milliseconds(10)))
    #expect(queue.arrive(at: start) == .admitted)
    #expect(queue.arrive(at: start) == .waiting(ticket: 1, until: after(10)))
    #expect(queue.arrive(at: start) == .turnedAway)
    let wasQueued = queue.cancel(1)
    #expect(wasQueued)
    #expect(queue.arrive(at: start) == .waiting(ticket: 2, until: after(10)))
    #expect(queue.releaseSlot() == 2)
    // Ticket 2 already has the slot, which must be released.
    let wasStillQueued = queue.cancel(2)
    #expect(!wasStillQueued)
    #expect(queue.releaseSlot() == nil)
    #expect(queue.arrive(at: start) == .admitted)
  }
}
