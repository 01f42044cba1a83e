/// What to do for one row.
package enum Decision: Sendable, Equatable {
  case write(Change)
  /// Nothing is sent: this server, if there is one, already is as the row asks.
  case unchanged(ObjectID?)
  /// Nothing is sent, and the row fails.
  case refuse(FailureCode)

  /// The change that is to be sent; `nil` if there is none.
  package var change: Change? {
    if case .write(let change) = self { change } else { nil }
  }
}
