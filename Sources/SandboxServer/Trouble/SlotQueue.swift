// The slots of the server and the queue before them: a state machine that others drive.

/// Who is being served and who waits for it.
///
/// A request that finds all slots taken gets a ticket. Place n of the queue waits at most n times the slowest pace
/// (`SandboxThrottle.drain`): a queue that drains faster turns nobody away.
struct SlotQueue {
  typealias Instant = ContinuousClock.Instant

  /// What becomes of a request that arrives.
  enum Arrival: Equatable {
    case served
    case waits(ticket: Int, until: Instant)
    case turnedAway
  }

  /// How a request that waited stands.
  enum Standing: Equatable {
    case served
    case waits(until: Instant)
    case turnedAway
  }

  private struct Place {
    var ticket: Int
    var deadline: Instant
  }

  private let throttle: SandboxThrottle
  private var taken = 0
  private var places: [Place] = []
  private var lastTicket = 0

  init(_ throttle: SandboxThrottle) { self.throttle = throttle }

  var waiting: Int { places.count }

  mutating func arrive(at now: Instant) -> Arrival {
    guard let slots = throttle.slots else { return .served }
    if taken < slots, places.isEmpty {
      taken += 1
      return .served
    }
    guard places.count < throttle.queueLength else { return .turnedAway }
    lastTicket += 1
    let deadline = now + throttle.drain * (places.count + 1)
    places.append(Place(ticket: lastTicket, deadline: deadline))
    return .waits(ticket: lastTicket, until: deadline)
  }

  /// Tells how a ticket stands; one that has waited too long leaves the queue.
  mutating func standing(of ticket: Int, at now: Instant) -> Standing {
    guard let index = places.firstIndex(where: { $0.ticket == ticket }) else { return .served }
    if now < places[index].deadline { return .waits(until: places[index].deadline) }
    places.remove(at: index)
    return .turnedAway
  }

  /// Gives a slot back.
  ///
  /// - Returns: the ticket that has it now, if any waited.
  mutating func leave() -> Int? {
    guard throttle.slots != nil else { return nil }
    guard !places.isEmpty else {
      taken -= 1
      return nil
    }
    return places.removeFirst().ticket
  }

  /// Takes a ticket out of the queue.
  ///
  /// - Returns: false if it had a slot by then, which is to be given back.
  mutating func giveUp(_ ticket: Int) -> Bool {
    guard let index = places.firstIndex(where: { $0.ticket == ticket }) else { return false }
    places.remove(at: index)
    return true
  }
}
