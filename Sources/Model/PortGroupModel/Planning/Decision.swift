/// What to do for one row.
package enum Decision: Sendable, Equatable {
  case write(Change)
  /// Nothing to send; this server, if there is one, is as the row wants it.
  case unchanged(ObjectID?)
  /// Nothing is sent, and the row fails.
  case refuse(FailureCode)

  /// The change that is to be sent; `nil` if there is none.
  package var change: Change? {
    if case .write(let change) = self { change } else { nil }
  }
}
