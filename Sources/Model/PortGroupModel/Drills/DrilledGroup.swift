/// A port group with all of its servers, as a restore drill works on it.
package struct DrilledGroup: Sendable, Equatable {
  package var group: PortGroup
  package var servers: [PortGroupServer]

  package init(group: PortGroup, servers: [PortGroupServer]) {
    self.group = group
    self.servers = servers
  }
}

/// Makes ids that no server and no port group of a drill has.
package struct DrillIDs: Sendable {
  private var used: Set<ObjectID>
  private var count: UInt64 = 0

  /// Creates a maker of ids.
  ///
  /// - Parameter used: The ids that are never made.
  package init(besides used: Set<ObjectID>) { self.used = used }

  /// An id that was not used before; equal inputs give equal ids.
  package mutating func next() -> ObjectID {
    while true {
      count += 1
      let id = ObjectID(madeUp: count)
      if used.insert(id).inserted { return id }
    }
  }

  /// The id itself if it is given and was not taken before, otherwise another one.
  ///
  /// Ids that were passed to ``init(besides:)`` count as taken.
  package mutating func take(_ id: ObjectID?) -> ObjectID {
    if let id, used.insert(id).inserted { return id }
    return next()
  }
}
