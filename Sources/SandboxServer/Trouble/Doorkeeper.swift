// Who may go on: the queue before the slots, and the writes that are held until they are released.

import Synchronization

/// Keeps the bells of waiting requests beside the queue, and rings them.
final class Doorkeeper: Sendable {
  private struct Watch {
    var queue: SlotQueue
    var bells: [Int: Bell] = [:]
    var held: [Bell] = []
  }

  private let watch: Mutex<Watch>

  init(_ throttle: SandboxThrottle) { watch = Mutex(Watch(queue: SlotQueue(throttle))) }

  /// Requests that wait for a slot.
  var queued: Int { watch.withLock { $0.queue.waiting } }

  /// Writes that wait to be released.
  var held: Int { watch.withLock { $0.held.count } }

  /// Lets a request in, or tells what it waits for.
  func arrive(at now: ContinuousClock.Instant) -> (arrival: SlotQueue.Arrival, bell: Bell) {
    let bell = Bell()
    return watch.withLock { watch in
      let arrival = watch.queue.arrive(at: now)
      if case .waits(let ticket, _) = arrival { watch.bells[ticket] = bell }
      return (arrival, bell)
    }
  }

  func standing(of ticket: Int, at now: ContinuousClock.Instant) -> SlotQueue.Standing {
    watch.withLock { watch in
      let standing = watch.queue.standing(of: ticket, at: now)
      if standing == .turnedAway { watch.bells[ticket] = nil }
      return standing
    }
  }

  /// Gives a slot back, and wakes who has it now.
  func leave() {
    watch.withLock { watch in
      watch.queue.leave().flatMap { watch.bells.removeValue(forKey: $0) }
    }?.ring()
  }

  /// Takes a request that does not want to wait any longer out of the queue.
  func giveUp(_ ticket: Int) {
    let hadSlot = watch.withLock { watch in
      watch.bells[ticket] = nil
      return !watch.queue.giveUp(ticket)
    }
    if hadSlot { leave() }
  }

  /// Holds a write until its bell rings.
  func hold() -> Bell {
    let bell = Bell()
    watch.withLock { $0.held.append(bell) }
    return bell
  }

  /// Lets a held write go that does not want to wait any longer.
  func letGo(_ bell: Bell) { watch.withLock { $0.held.removeAll { $0 === bell } } }

  /// Releases held writes, those first that were held first.
  ///
  /// - Parameter count: how many; all where it is `nil`.
  /// - Returns: how many there were.
  func release(_ count: Int?) -> Int {
    let released = watch.withLock { watch in
      let bells = watch.held.prefix(count ?? .max)
      watch.held.removeFirst(bells.count)
      return Array(bells)
    }
    for bell in released { bell.ring() }
    return released.count
  }
}
