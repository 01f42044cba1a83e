/// Finds out, by comparing two lists of a group, whether a write whose answer was lost took effect.
///
/// Rows are settled in the order in which they were sent; a new server is claimed by one row only.
struct Settlement {
  /// What the list shows.
  enum Finding: Equatable {
    /// It took effect; for a creation, this is the new server.
    case done(ObjectID?)
    case notDone
    /// A new server that no row has claimed may be this one in another form.
    case unclear(ObjectID)
  }

  private let after: [ObjectID: PortGroupServer]
  /// The new servers since the before-image that are not claimed by a row, in the server's order.
  private var unclaimed: [PortGroupServer]

  /// Compares two lists.
  ///
  /// - Parameters:
  ///   - before: The group before the batch.
  ///   - after: The group as just listed.
  ///   - claimed: Servers that rows of this batch are known to have created.
  init(before: [PortGroupServer], after: [PortGroupServer], claimed: Set<ObjectID>) {
    let known = claimed.union(before.map(\.objectID))
    self.after = Dictionary(after.map { ($0.objectID, $0) }) { first, _ in first }
    unclaimed = after.filter { !known.contains($0.objectID) }
  }

  /// Settles a change; a creation claims its new server.
  mutating func finding(of change: Change) -> Finding {
    guard let server = change.server else { return creation(change.set) }
    switch (change.verb, after[server]) {
    case (.delete, nil): return .done(nil)
    case (.update, let listed?)
    where change.set.updated.allSatisfy({
      change.set.agrees(with: listed.fields, in: $0)
    }):
      return .done(nil)
    default: return .notDone
    }
  }

  /// Settles a creation with these fields.
  mutating func creation(_ sent: FieldValues) -> Finding {
    let key = ServerKey(sent)
    if let index = unclaimed.firstIndex(where: { ServerKey($0.fields).covers(key) }) {
      return .done(unclaimed.remove(at: index).objectID)
    }
    return unclaimed.first.map { .unclear($0.objectID) } ?? .notDone
  }
}
