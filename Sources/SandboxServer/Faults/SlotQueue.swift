/// Which requests are processed, and which wait for a slot: a state machine without I/O.
///
/// A request that finds all slots in use gets a ticket. The request at position n waits at most n times
/// `SandboxThrottle.drain`, the slowest accepted pace: a queue that drains faster rejects no request.
struct SlotQueue {
  typealias Instant = ContinuousClock.Instant

  /// The result for a request that arrives.
  enum Arrival: Equatable {
    case admitted
    case waiting(ticket: Int, until: Instant)
    case turnedAway
  }

  /// The current state of a request that was queued.
  enum TicketStatus: Equatable {
    case admitted
    case waiting(until: Instant)
    case turnedAway
  }

  private struct Entry {
    var ticket: Int
    var deadline: Instant
  }

  private let throttle: SandboxThrottle
  private var usedSlots = 0
  private var entries: [Entry] = []
  private var lastTicket = 0

  init(_ throttle: SandboxThrottle) { self.throttle = throttle }

  var waiting: Int { entries.count }

  mutating func arrive(at now: Instant) -> Arrival {
    guard let slots = throttle.slots else { return .admitted }
    if usedSlots < slots, entries.isEmpty {
      usedSlots += 1
      return .admitted
    }
    guard entries.count < throttle.queueLength else { return .turnedAway }
    lastTicket += 1
    let deadline = now + throttle.drain * (entries.count + 1)
    entries.append(Entry(ticket: lastTicket, deadline: deadline))
    return .waiting(ticket: lastTicket, until: deadline)
  }

  /// The current state of a ticket; a ticket whose deadline has passed leaves the queue.
  mutating func status(of ticket: Int, at now: Instant) -> TicketStatus {
    guard let index = entries.firstIndex(where: { $0.ticket == ticket }) else { return .admitted }
    if now < entries[index].deadline { return .waiting(until: entries[index].deadline) }
    entries.remove(at: index)
    return .turnedAway
  }

  /// Frees a slot.
  ///
  /// - Returns: The ticket that gets the slot, or `nil` if none waits.
  mutating func releaseSlot() -> Int? {
    guard throttle.slots != nil else { return nil }
    guard !entries.isEmpty else {
      usedSlots -= 1
      return nil
    }
    return entries.removeFirst().ticket
  }

  /// Removes a ticket from the queue.
  ///
  /// - Returns: False if the ticket already has a slot; the caller must then release the slot.
  mutating func cancel(_ ticket: Int) -> Bool {
    guard let index = entries.firstIndex(where: { $0.ticket == ticket }) else { return false }
    entries.remove(at: index)
    return true
  }
}
