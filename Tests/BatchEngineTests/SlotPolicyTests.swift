import Testing

@testable import BatchEngine

@Suite struct SlotPolicyTests {
  @Test func `no more requests are in flight than were granted`() {
    var policy = SlotPolicy(granted: 2, rate: nil, now: .zero)
    #expect(policy.start(at: .zero) == .granted)
    #expect(policy.start(at: .zero) == .granted)
    #expect(policy.start(at: .zero) == .whenFreed)
    policy.finish(.none, at: .zero)
    #expect(policy.start(at: .zero) == .granted)
  }

  @Test func `a rate applies to all slots together`() {
    var policy = SlotPolicy(granted: 5, rate: 4, now: .zero)
    #expect(policy.start(at: .zero) == .granted)
    #expect(policy.start(at: .milliseconds(100)) == .at(.milliseconds(250)))
    #expect(policy.start(at: .milliseconds(250)) == .granted)
    #expect(policy.start(at: .milliseconds(900)) == .granted)
    #expect(policy.start(at: .milliseconds(900)) == .at(.milliseconds(1150)))
  }

  @Test func `limits that become known later only lower the slots and the rate`() {
    var policy = SlotPolicy(granted: 3, rate: 4, now: .zero)
    policy.lower(to: PaceLimit(slots: 5, rate: 10))
    #expect(policy.granted == 3)
    #expect(policy.interval == .milliseconds(250))
    policy.lower(to: PaceLimit(slots: 1, rate: 2))
    #expect(policy.granted == 1)
    #expect(policy.limit == 1)
    #expect(policy.interval == .milliseconds(500))
    policy.lower(to: PaceLimit())
    #expect(policy.granted == 1)
    #expect(policy.interval == .milliseconds(500))
  }

  @Test func `a reserved slot counts as in flight, and its request waits like any other`() {
    var policy = SlotPolicy(granted: 2, rate: 4, now: .zero)
    #expect(policy.start(at: .zero) == .granted)
    policy.finish(.none, at: .zero)
    policy.keep()
    #expect(policy.inFlight == 1)
    #expect(policy.startKept(at: .zero) == .at(.milliseconds(250)))
    #expect(policy.inFlight == 1, "it is kept on")
    #expect(policy.startKept(at: .milliseconds(250)) == .granted)
    #expect(policy.inFlight == 1)

    // One of two reserved slots is too many when pressure has removed a slot.
    #expect(policy.start(at: .seconds(1)) == .granted)
    policy.finish(.busy(retryAfter: nil), at: .seconds(1))
    policy.keep()
    #expect(policy.limit == 1)
    #expect(policy.inFlight == 2)
    #expect(policy.startKept(at: .seconds(2)) == .whenFreed)
    policy.giveBack()
    #expect(policy.inFlight == 1)
    #expect(policy.startKept(at: .seconds(2)) == .granted)
  }

  @Test func `pressure halves the slots down to one, and without pressure they return one by one`()
  {
    var policy = SlotPolicy(granted: 4, rate: nil, now: .zero, recoveryTime: .seconds(10))
    func finish(_ pressure: SlotPolicy.Pressure, at seconds: Int) {
      _ = policy.start(at: .seconds(seconds))
      policy.finish(pressure, at: .seconds(seconds))
    }
    finish(.busy(retryAfter: nil), at: 1)
    #expect(policy.limit == 2)
    finish(.busy(retryAfter: nil), at: 2)
    finish(.busy(retryAfter: nil), at: 3)
    #expect(policy.limit == 1)
    finish(.none, at: 12)
    #expect(policy.limit == 1, "ten seconds of calm count from the last pressure")
    finish(.none, at: 13)
    #expect(policy.limit == 2)
    finish(.none, at: 14)
    #expect(policy.limit == 2, "one slot for each calm spell")
    finish(.none, at: 23)
    finish(.none, at: 33)
    finish(.none, at: 43)
    #expect(policy.limit == 4, "never more than granted")
  }

  @Test func `nothing starts before the time that the server requested`() {
    var policy = SlotPolicy(granted: 2, rate: nil, now: .zero)
    _ = policy.start(at: .zero)
    policy.finish(.busy(retryAfter: .seconds(7)), at: .seconds(1))
    #expect(policy.start(at: .seconds(2)) == .at(.seconds(8)))
    #expect(policy.start(at: .seconds(8)) == .granted)
  }

  @Test func `the time of the last success is kept over failures`() {
    var policy = SlotPolicy(granted: 1, rate: nil, now: .zero)
    _ = policy.start(at: .seconds(1))
    policy.finish(.none, at: .seconds(2))
    _ = policy.start(at: .seconds(3))
    policy.finish(.busy(retryAfter: nil), at: .seconds(4))
    #expect(policy.lastSuccess == .seconds(2))
  }

  @Test(arguments: [(1, 0.5), (2, 1), (3, 2), (7, 30), (64, 30)])
  func `back-off doubles up to half a minute`(attempt: Int, most: Double) {
    #expect(Backoff.delay(attempt: attempt, random: 1) == .seconds(most))
    #expect(Backoff.delay(attempt: attempt, random: 0) == .zero)
  }
}
