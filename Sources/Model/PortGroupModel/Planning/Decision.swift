/// What to do for one row.
package enum Decision: Sendable, Equatable {
  case write(Change)
  /// Nothing is sent, because this server already has all values of the row; `nil` if a deletion found no server.
  case unchanged(ObjectID?)
  /// Nothing is sent, and the row fails.
  case refuse(FailureCode)

  /// The change to send; `nil` if nothing is sent.
  package var change: Change? {
    if case .write(let change) = self { change } else { nil }
  }
}
