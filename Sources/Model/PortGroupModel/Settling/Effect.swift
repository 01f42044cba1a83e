/// What a row did to the server: a change that took effect.
///
/// Undo uses it in every state of the row.
package struct Effect: Sendable, Equatable {
  /// What was done; `nil` if nothing was done.
  package var verb: Change.Verb?
  /// The server, even if it was not changed; `nil` if it is not known.
  package var objectID: ObjectID?
  /// The server as it was before; `nil` for a creation.
  package var before: FieldValues?
  /// The server as read back, or as sent if it was not read back; `nil` for a deletion.
  package var after: FieldValues?

  package init(
    _ verb: Change.Verb?, objectID: ObjectID? = nil, before: FieldValues? = nil,
    after: FieldValues? = nil
  ) {
    self.verb = verb
    self.objectID = objectID
    self.before = before
    self.after = after
  }

  package static let none = Effect(nil)
}
