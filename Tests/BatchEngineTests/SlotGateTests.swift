// The gate that all requests of a run pass: who gets a free slot, and how a stop reaches those who wait.

import Synchronization
import Testing

@testable import BatchEngine
@testable import RowLedger

@Suite struct SlotGateTests {
  let control = RunControl()
  let clock = SkippingClock()

  private func gate(slots: Int, rate: Double? = nil) -> SlotGate {
    SlotGate(granted: slots, rate: rate, clock: clock, control: control)
  }

  @Test func `free slots go to those who wait, the first come first`() async {
    let gate = gate(slots: 1)
    let order = Noted<[Int]>([])
    let door = Door()
    await withTaskGroup(of: Void.self) { tasks in
      tasks.addTask { await door.hold(gate) }
      await door.isReached(by: 1)
      for number in 1...5 {
        tasks.addTask {
          try? await gate.pass(.write) {
            order.value.withLock { $0.append(number) }
            return ((), .none, 1)
          }
        }
        // Each stands in the line before the next one comes.
        while gate.waiting < number { await Task.yield() }
      }
      door.open()
    }
    #expect(order.value.withLock(\.self) == [1, 2, 3, 4, 5])
    #expect(gate.standing.inFlight == 0)
  }

  @Test func `questions go first, then the writes of the group that was begun first`() async {
    let gate = gate(slots: 1)
    let order = Noted<[Int?]>([])
    let door = Door()
    let line = [3, 2, nil, 3, 1, nil, 2, 1]
    await withTaskGroup(of: Void.self) { tasks in
      tasks.addTask { await door.hold(gate) }
      await door.isReached(by: 1)
      for (place, group) in line.enumerated() {
        tasks.addTask {
          try? await gate.pass(group == nil ? .read : .write, of: group.map(GroupID.init(value:))) {
            order.value.withLock { $0.append(group) }
            return ((), .none, 1)
          }
        }
        while gate.waiting <= place { await Task.yield() }
      }
      door.open()
    }
    #expect(order.value.withLock(\.self) == [nil, nil, 1, 1, 2, 2, 3, 3])
    #expect(gate.standing.inFlight == 0)
  }

  @Test(arguments: [nil, 1000.0])
  func `a stop ends everybody in the line, and leaves no slot taken`(rate: Double?) async {
    let gate = gate(slots: 2, rate: rate)
    let door = Door()
    let ended = Noted<[RunStop]>([])
    await withTaskGroup(of: Void.self) { tasks in
      for _ in 1...2 { tasks.addTask { await door.hold(gate) } }
      await door.isReached(by: 2)
      for _ in 1...8 {
        tasks.addTask {
          do throws(RunStop) {
            try await gate.pass(.write) { ((), .none, 1) }
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
    #expect(gate.standing.inFlight == 0)
  }

  @Test func `no more fly than the limit that pressure has left`() async {
    let gate = gate(slots: 4)
    let most = Noted((now: 0, ever: 0))
    _ = try? await gate.pass(.write) { ((), .busy(retryAfter: nil), 1) }
    #expect(gate.standing.limit == 2)
    await withTaskGroup(of: Void.self) { tasks in
      for _ in 1...40 {
        tasks.addTask {
          try? await gate.pass(.write) {
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
    #expect(gate.standing.inFlight == 0)
  }
}

/// What several tasks write down.
private final class Noted<Value: Sendable>: Sendable {
  let value: Mutex<Value>

  init(_ value: Value) { self.value = Mutex(value) }
}

/// Holds requests back until it is opened.
private final class Door: Sendable {
  private struct State {
    var isOpen = false
    var reached = 0
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  /// Passes a request through the gate that keeps its slot until the door is open.
  func hold(_ gate: SlotGate) async {
    try? await gate.pass(.write) {
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
