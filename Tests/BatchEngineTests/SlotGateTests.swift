// The limiter of all requests: which request gets a free slot, and how a stop reaches waiting requests.

import Synchronization
import Testing

@testable import BatchEngine

@Suite struct SlotGateTests {
  let control = RunControl()
  let clock = SkippingClock()

  private func gate(slots: Int, rate: Double? = nil) -> SlotGate {
    SlotGate(granted: slots, rate: rate, clock: clock, control: control)
  }

  @Test func `free slots are given to waiting workers in the order of arrival`() async {
    let gate = gate(slots: 1)
    let order = Noted<[Int]>([])
    let door = Door()
    await withTaskGroup(of: Void.self) { tasks in
      tasks.addTask { await door.hold(gate) }
      await door.isReached(by: 1)
      for number in 1...5 {
        tasks.addTask {
          try? await gate.pass {
            order.value.withLock { $0.append(number) }
            return ((), .none, 1)
          }
        }
        // Each request waits in the queue before the next one comes.
        while gate.waiting < number { await Task.yield() }
      }
      door.open()
    }
    #expect(order.value.withLock(\.self) == [1, 2, 3, 4, 5])
    #expect(gate.usage.inFlight == 0)
  }

  @Test func `reads go first, then the writes of the batch with the lowest turn`() async {
    let gate = gate(slots: 1)
    let order = Noted<[Int?]>([])
    let door = Door()
    let line = [30, 20, nil, 30, 10, nil, 20, 10]
    await withTaskGroup(of: Void.self) { tasks in
      tasks.addTask { await door.hold(gate) }
      await door.isReached(by: 1)
      for (place, due) in line.enumerated() {
        tasks.addTask { await Self.pass(gate, due: due, order) }
        while gate.waiting <= place { await Task.yield() }
      }
      door.open()
    }
    #expect(order.value.withLock(\.self) == [nil, nil, 10, 10, 20, 20, 30, 30])
    #expect(gate.usage.inFlight == 0)
    #expect(gate.writes == 6)
  }

  /// Runs one request, and records the turn of its batch.
  private static func pass(_ gate: SlotGate, due: Int?, _ order: Noted<[Int?]>) async {
    var lane = SlotGate.Lane()
    try? await gate.pass(turn: due, on: &lane) {
      order.value.withLock { $0.append(due) }
      return ((), .none, 1)
    }
    gate.release(&lane)
  }

  /// Sends the writes of a batch one after another, and records each.
  private static func send(
    _ gate: SlotGate, due: Int, writes: Int, _ order: Noted<[Int]>, between: () async -> Void = {}
  ) async {
    var lane = SlotGate.Lane()
    for _ in 0..<writes {
      try? await gate.pass(turn: due, on: &lane) {
        order.value.withLock { $0.append(due) }
        await Task.yield()
        return ((), .none, 1)
      }
      await between()
    }
    gate.release(&lane)
  }

  @Test(arguments: [1, 2, 8])
  func `a batch keeps its slot until it is sent, and the others wait`(slots: Int) async {
    let gate = gate(slots: slots)
    let order = Noted<[Int]>([])
    let door = Door()
    await withTaskGroup(of: Void.self) { tasks in
      for _ in 0..<slots { tasks.addTask { await door.hold(gate) } }
      await door.isReached(by: slots)
      for batch in 1...(2 * slots) {
        tasks.addTask { await Self.send(gate, due: batch, writes: 20, order) }
        while gate.waiting < batch { await Task.yield() }
      }
      door.open()
    }
    let sent = order.value.withLock(\.self)
    #expect(sent.count == 2 * slots * 20)
    // Each of the later batches begins after the end of an earlier one.
    let started = (1...(2 * slots)).map { sent.firstIndex(of: $0) ?? 0 }
    let ended = (1...(2 * slots)).map { sent.lastIndex(of: $0) ?? 0 }
    for place in sent.indices {
      let underway = zip(started, ended).count { $0 <= place && place <= $1 }
      #expect(underway <= slots, "at \(place)")
    }
    #expect(gate.usage.inFlight == 0)
  }

  @Test func `a small batch that came late is not delayed by large ones`() async {
    let gate = gate(slots: 2)
    let order = Noted<[Int]>([])
    let small = 4 * 1
    await withTaskGroup(of: Void.self) { tasks in
      for number in 1...3 {
        tasks.addTask { await Self.send(gate, due: 4 * 100 + number, writes: 100, order) }
      }
      while gate.writes < 10 { await Task.yield() }
      let due = gate.writes + small
      tasks.addTask { await Self.send(gate, due: due, writes: 1, order) }
    }
    let sent = order.value.withLock(\.self)
    let place = sent.firstIndex { $0 < 400 } ?? .max
    #expect(sent.count == 301)
    #expect(place < 100, "it was sent as number \(place)")
    #expect(gate.usage.inFlight == 0)
  }

  @Test(arguments: [SlotPolicy.Pressure.trouble, .busy(retryAfter: nil)])
  func `a write that was not answered with success keeps no slot`(pressure: SlotPolicy.Pressure)
    async
  {
    let gate = gate(slots: 1)
    var lane = SlotGate.Lane()
    try? await gate.pass(turn: 5, on: &lane) { ((), pressure, 1) }
    #expect(gate.usage.inFlight == 0)
    try? await gate.pass(turn: 5, on: &lane) { ((), .none, 1) }
    #expect(gate.usage.inFlight == 1)
    gate.release(&lane)
    #expect(gate.usage.inFlight == 0)
  }

  @Test func `a kept slot is given to a read, and released when the run stops`() async {
    let gate = gate(slots: 1)
    let order = Noted<[Int?]>([])
    var lane = SlotGate.Lane()
    try? await gate.pass(turn: 5, on: &lane) { ((), .none, 1) }
    #expect(gate.usage.inFlight == 1, "it is kept")
    await withTaskGroup(of: Void.self) { tasks in
      tasks.addTask { await Self.pass(gate, due: nil, order) }
      tasks.addTask { await Self.pass(gate, due: 9, order) }
      while gate.waiting < 2 { await Task.yield() }
      try? await gate.pass(turn: 5, on: &lane) {
        order.value.withLock { $0.append(5) }
        return ((), .none, 1)
      }
      // The read has the slot now, so that this request waits in the queue before the other batch.
      try? await gate.pass(turn: 5, on: &lane) {
        order.value.withLock { $0.append(5) }
        return ((), .none, 1)
      }
      gate.release(&lane)
    }
    #expect(order.value.withLock(\.self) == [5, nil, 5, 9])

    try? await gate.pass(turn: 5, on: &lane) { ((), .none, 1) }
    control.requestStop(.interrupted)
    await #expect(throws: RunStop.interrupted) {
      var kept = SlotGate.Lane()
      try await gate.pass(turn: 5, on: &kept) { ((), .none, 1) }
    }
    do throws(RunStop) {
      try await gate.pass(turn: 5, on: &lane) { ((), .none, 1) }
      Issue.record("it continues although the run must stop")
    } catch {
      #expect(error == .interrupted)
    }
    #expect(gate.usage.inFlight == 0)
  }

  @Test(arguments: [nil, 1000.0])
  func `a stop ends all waiting requests, and leaves no slot in use`(rate: Double?) async {
    let gate = gate(slots: 2, rate: rate)
    let door = Door()
    let ended = Noted<[RunStop]>([])
    await withTaskGroup(of: Void.self) { tasks in
      for _ in 1...2 { tasks.addTask { await door.hold(gate) } }
      await door.isReached(by: 2)
      for _ in 1...8 {
        tasks.addTask {
          do throws(RunStop) {
            try await gate.pass { ((), .none, 1) }
          } catch {
            ended.value.withLock { $0.append(error) }
          }
        }
      }
      while gate.waiting < 8 { await Task.yield() }
      control.requestStop(.interrupted)
      door.open()
    }
    #expect(ended.value.withLock(\.self) == Array(repeating: .interrupted, count: 8))
    #expect(gate.usage.inFlight == 0)
  }

  @Test func `no more requests are in flight than the limit that pressure has left`() async {
    let gate = gate(slots: 4)
    let most = Noted((now: 0, ever: 0))
    _ = try? await gate.pass { ((), .busy(retryAfter: nil), 1) }
    #expect(gate.usage.limit == 2)
    await withTaskGroup(of: Void.self) { tasks in
      for _ in 1...40 {
        tasks.addTask {
          try? await gate.pass {
            most.value.withLock {
              $0.now += 1
              $0.ever = max($0.ever, $0.now)
            }
            await Task.yield()
            most.value.withLock { $0.now -= 1 }
            return ((), .none, 1)
          }
        }
      }
    }
    #expect(most.value.withLock(\.ever) <= 2)
    #expect(gate.usage.inFlight == 0)
  }
}

/// A log of several tasks.
private final class Noted<Value: Sendable>: Sendable {
  let value: Mutex<Value>

  init(_ value: Value) { self.value = Mutex(value) }
}

/// Blocks requests until it is opened.
private final class Door: Sendable {
  private struct State {
    var isOpen = false
    var reached = 0
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  /// Runs a request that keeps its slot until the door is open.
  func hold(_ gate: SlotGate) async {
    try? await gate.pass {
      await self.opened()
      return ((), .none, 1)
    }
  }

  private func opened() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        state.reached += 1
        if !state.isOpen { state.waiters.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }

  func isReached(by count: Int) async {
    while state.withLock({ $0.reached < count }) { await Task.yield() }
  }

  func open() {
    let waiters = state.withLock { state in
      state.isOpen = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }
}
