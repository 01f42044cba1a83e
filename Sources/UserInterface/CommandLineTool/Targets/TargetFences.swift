import HTTPTransfers
import PortGroupModel

/// What holds for a server because of the section that names it, whatever is typed.
struct TargetFences: Sendable, Equatable {
  /// The target's name.
  let name: String
  var isProtected: Bool
  /// The server's own id; `nil` if the section has none.
  var id: ObjectID?
  /// How the server is trusted; `nil` if the section does not say.
  var trust: ServerTrust?
  /// The maximum number of requests in flight.
  var slots: Int?
  /// The maximum number of requests a second.
  var rate: Int?
  /// Where the fences are written: the user's section first, then those of the system that apply.
  var places: [TargetPlace]
  /// Where each fence comes from; only those that are set.
  var origins: [TargetKey: TargetPlace] = [:]

  /// The fences of one section.
  init(_ target: NamedTarget) {
    name = target.name
    isProtected = target.isProtected
    id = target.id
    trust = target.trust
    slots = target.slots
    rate = target.rate
    places = [target.place]
    for key in Self.keys where target.lines[key] != nil { origins[key] = target.place(of: key) }
  }

  private static let keys: [TargetKey] = [.tlsPin, .caCert, .id, .slots, .rate, .protected]

  /// Adds those of another section: protected stays so, and the lower number holds.
  ///
  /// Trust and id are taken over only where there are none: `TargetRegistry` refuses others.
  mutating func add(_ other: TargetFences) {
    func lower(_ own: Int?, _ its: Int?, _ key: TargetKey) -> Int? {
      guard let its, own.map({ its < $0 }) ?? true else { return own }
      origins[key] = other.origins[key]
      return its
    }
    if other.isProtected, !isProtected {
      isProtected = true
      origins[.protected] = other.origins[.protected]
    }
    slots = lower(slots, other.slots, .slots)
    rate = lower(rate, other.rate, .rate)
    if id == nil, let its = other.id {
      id = its
      origins[.id] = other.origins[.id]
    }
    if trust == nil, let its = other.trust {
      trust = its
      for key in TargetKey.trusting { origins[key] = other.origins[key] }
    }
    for place in other.places where !places.contains(place) { places.append(place) }
  }

  /// The place of trust or id, for messages; that of the section if the fence has none.
  func place(of keys: TargetKey...) -> TargetPlace {
    keys.compactMap { origins[$0] }.first ?? places[0]
  }
}
